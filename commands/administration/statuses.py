"""The workspace's lead statuses. Rules depend on the class of a status, which it keeps (DOMAIN.md section 1)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from commands.administration.authority import administrator
from commands.administration.pressed import Administrative
from commands.administration.soundness import CLASSES, refuse_unsound
from commands.administration.words import ListName, Place, order_words, put, refuse_twin, spelled
from commands.arguments import StatusName
from commands.context import Context
from commands.errors import CommandError, NotFound
from commands.reply import Reply
from storage import definitions
from storage.definitions import name_key, ordered
from storage.tables import Status

StatusClass = Literal["open", "working", "qualified", "closed"]


class AddStatus(Administrative):
    """Add a lead status, or bring a retired one back."""

    status_name: Annotated[ListName, Field(description="Its name, as reps will read it")]
    status_class: Annotated[
        StatusClass,
        Field(
            description="What it means to the rules, for good: open (not contacted yet), working (contacted),"
            " qualified (ready to convert) or closed (will not buy)"
        ),
    ]
    place: Annotated[Place | None, Field(description="Its place in the list, 1 is the first. Default: the last")] = None

    def run(self, context: Context) -> Reply:
        administrator(context)
        name = spelled(self.status_name, "status")
        found = definitions.rows(context.scope.session, Status, context.scope.workspace_id)
        status = definitions.named(context.scope.session, Status, context.scope.workspace_id, name)
        if status is None:
            status = Status(
                workspace_id=context.scope.workspace_id,
                name=name,
                name_key=name_key(name),
                status_class=self.status_class,
                position=len(found),
            )
            context.ledger.add(status)
        elif not status.retired:
            raise CommandError(f"There is a status “{status.name}” already. Change that one instead.")
        elif status.status_class != self.status_class:
            raise CommandError(
                f"“{status.name}” was a status for {CLASSES[status.status_class]}, and its leads still have it."
                f" Bring it back as {status.status_class}, or choose another name."
            )
        else:
            context.ledger.set(status, name=name, retired=False)
        order = ordered(found, status, self.place)
        put(context, order)
        return Reply(f"Lead status “{name}” is there, for {CLASSES[self.status_class]}.", notes=(order_words(order),))


class ChangeStatus(Administrative):
    """Rename a lead status, move it in the list, or retire it."""

    status: Annotated[StatusName, Field(description="The lead status to change")]
    new_name: Annotated[ListName | None, Field(description="Its new name; leads that have it keep it")] = None
    place: Annotated[Place | None, Field(description="Its place in the list, 1 is the first")] = None
    retired: Annotated[
        bool | None, Field(description="true to offer it no longer (leads that have it keep it), false to keep it")
    ] = None

    def run(self, context: Context) -> Reply:
        administrator(context)
        session, workspace = context.scope.session, context.scope.workspace_id
        status = definitions.named(session, Status, workspace, self.status)
        if status is None or status.retired:
            raise NotFound(f"There is no lead status “{self.status}”.")
        before = len(context.ledger.noted)
        if self.new_name is not None:
            name = spelled(self.new_name, "status")
            refuse_twin(context, Status, name, "status", besides=status)
            context.ledger.set(status, name=name, name_key=name_key(name))
        if self.retired:
            context.ledger.set(status, retired=True)
        order = definitions.rows(session, Status, workspace)
        if self.place is not None:
            order = ordered(order, status, self.place)
            put(context, order)
        refuse_unsound(context)
        if len(context.ledger.noted) == before:
            return Reply(f"Nothing changed: “{status.name}” is like that already.", notes=(order_words(order),))
        done = "is retired; the leads that have it keep it" if self.retired else "is changed"
        return Reply(f"Lead status “{status.name}” {done}.", notes=(order_words(order),))
