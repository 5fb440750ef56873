"""The workspace's lead sources."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from commands.administration.authority import administrator
from commands.administration.pressed import Administrative
from commands.administration.words import ListName, Place, order_words, put, spelled
from commands.arguments import SourceName
from commands.context import Context
from commands.errors import CommandError, NotFound
from commands.reply import Reply
from storage import definitions
from storage.definitions import name_key, ordered
from storage.tables import Source


class AddSource(Administrative):
    """Add a lead source, or bring a retired one back."""

    source_name: Annotated[ListName, Field(description="Its name, as it stands in records; it cannot be renamed later")]
    place: Annotated[Place | None, Field(description="Its place in the list, 1 is the first. Default: the last")] = None

    def run(self, context: Context) -> Reply:
        administrator(context)
        name = spelled(self.source_name, "source")
        found = definitions.rows(context.scope.session, Source, context.scope.workspace_id)
        source = definitions.named(context.scope.session, Source, context.scope.workspace_id, name)
        if source is None:
            source = Source(
                workspace_id=context.scope.workspace_id, name=name, name_key=name_key(name), position=len(found)
            )
            context.ledger.add(source)
        elif not source.retired:
            raise CommandError(f"There is a source “{source.name}” already.")
        else:
            context.ledger.set(source, retired=False)
        order = ordered(found, source, self.place)
        put(context, order)
        return Reply(f"Lead source “{source.name}” is there.", notes=(order_words(order),))


class ChangeSource(Administrative):
    """Move a lead source in the list, or retire it."""

    source: Annotated[SourceName, Field(description="The lead source to change")]
    place: Annotated[Place | None, Field(description="Its place in the list, 1 is the first")] = None
    retired: Annotated[
        bool | None, Field(description="true to offer it no longer (leads that have it keep it), false to keep it")
    ] = None

    def run(self, context: Context) -> Reply:
        administrator(context)
        session, workspace = context.scope.session, context.scope.workspace_id
        source = definitions.named(session, Source, workspace, self.source)
        if source is None or source.retired:
            raise NotFound(f"There is no lead source “{self.source}”.")
        before = len(context.ledger.noted)
        if self.retired:
            context.ledger.set(source, retired=True)
        order = definitions.rows(session, Source, workspace)
        if self.place is not None:
            order = ordered(order, source, self.place)
            put(context, order)
        if len(context.ledger.noted) == before:
            return Reply(f"Nothing changed: “{source.name}” is like that already.", notes=(order_words(order),))
        done = "is retired; the leads that have it keep it" if self.retired else "is moved"
        return Reply(f"Lead source “{source.name}” {done}.", notes=(order_words(order),))
