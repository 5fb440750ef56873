"""The workspace's opportunity stages: probability, forecast category, and what they mean (DOMAIN.md section 1)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import Field

from commands.administration.authority import administrator
from commands.administration.pressed import Administrative
from commands.administration.soundness import STATES, refuse_unsound
from commands.administration.words import ListName, Place, order_words, put, refuse_twin, spelled
from commands.arguments import StageName
from commands.context import Context
from commands.errors import CommandError, NotFound
from commands.reply import Reply
from storage import definitions
from storage.definitions import name_key, ordered
from storage.tables import Stage
from storage.workspaces import category_of

State = Literal["open", "won", "lost"]
Category = Literal["Pipeline", "Best Case", "Commit", "Omitted"]
Percent = Annotated[int, Field(ge=0, le=100)]
CERTAIN = {"won": (100, "Closed"), "lost": (0, "Omitted")}
"""Probability and category of what is decided."""
KEPT = "Opportunities keep the probability they have."


class AddStage(Administrative):
    """Add an opportunity stage, or bring a retired one back."""

    stage_name: Annotated[ListName, Field(description="Its name, as reps will read it")]
    probability: Annotated[Percent | None, Field(description="Percent of its amount that counts as weighted")] = None
    category: Annotated[
        Category | None, Field(description="Where the forecast counts it. Default: by its probability")
    ] = None
    state: Annotated[State, Field(description="What it means, for good: a deal that is open, won or lost")] = "open"
    place: Annotated[
        Place | None, Field(description="Its place in the list, 1 is the first. Default: by its probability")
    ] = None

    def run(self, context: Context) -> Reply:
        administrator(context)
        name = spelled(self.stage_name, "stage")
        found = definitions.rows(context.scope.session, Stage, context.scope.workspace_id)
        stage = definitions.named(context.scope.session, Stage, context.scope.workspace_id, name)
        values = _fitting(self.state, self._probability(stage), self.category)
        if stage is None:
            stage = Stage(
                workspace_id=context.scope.workspace_id,
                name=name,
                name_key=name_key(name),
                state=self.state,
                position=len(found),
                **values,
            )
            context.ledger.add(stage)
        elif not stage.retired:
            raise CommandError(f"There is a stage “{stage.name}” already. Change that one instead.")
        elif stage.state != self.state:
            raise CommandError(
                f"“{stage.name}” was a stage for {STATES[stage.state]}, and its deals still have it."
                f" Bring it back as {stage.state}, or choose another name."
            )
        else:
            context.ledger.set(stage, name=name, retired=False, **values)
        order = ordered(found, stage, self.place or _place(found, stage))
        put(context, order)
        return Reply(f"{_spoken(stage)} is there.", notes=(order_words(order),))

    def _probability(self, before: Stage | None) -> int | None:
        if self.probability is not None or self.state != "open":
            return self.probability
        if before is None:
            raise CommandError("An open stage needs a probability from 0 to 100 percent. Write one, please.")
        return before.probability


class ChangeStage(Administrative):
    """Rename an opportunity stage, change its probability or category, move it, or retire it."""

    stage: Annotated[StageName, Field(description="The stage to change")]
    new_name: Annotated[ListName | None, Field(description="Its new name; deals that have it keep it")] = None
    probability: Annotated[
        Percent | None, Field(description="Percent that counts as weighted, for deals that enter it from now on")
    ] = None
    category: Annotated[Category | None, Field(description="Where the forecast counts the deals in it")] = None
    place: Annotated[Place | None, Field(description="Its place in the list, 1 is the first")] = None
    retired: Annotated[
        bool | None, Field(description="true to offer it no longer (deals that have it keep it), false to keep it")
    ] = None

    def run(self, context: Context) -> Reply:
        administrator(context)
        session, workspace = context.scope.session, context.scope.workspace_id
        stage = definitions.named(session, Stage, workspace, self.stage)
        if stage is None or stage.retired:
            raise NotFound(f"There is no stage “{self.stage}”.")
        before = len(context.ledger.noted)
        if self.new_name is not None:
            name = spelled(self.new_name, "stage")
            refuse_twin(context, Stage, name, "stage", besides=stage)
            context.ledger.set(stage, name=name, name_key=name_key(name))
        if self.probability is not None or self.category is not None:
            likely = stage.probability if self.probability is None else self.probability
            context.ledger.set(stage, **_fitting(stage.state, likely, self.category or stage.category))
        if self.retired:
            context.ledger.set(stage, retired=True)
        order = definitions.rows(session, Stage, workspace)
        if self.place is not None:
            order = ordered(order, stage, self.place)
            put(context, order)
        refuse_unsound(context)
        if len(context.ledger.noted) == before:
            return Reply(f"Nothing changed: {_spoken(stage)} is like that already.", notes=(order_words(order),))
        done = "is retired; the deals that have it keep it" if self.retired else "is changed"
        kept = (KEPT,) if any(each.column == "probability" for each in context.ledger.noted) else ()
        return Reply(f"{_spoken(stage)} {done}.", notes=(*kept, order_words(order)))


def _fitting(state: str, probability: int | None, category: str | None) -> dict[str, Any]:
    """Probability and category that go with what the stage means. CommandError where they do not."""
    if state == "open":
        likely = probability or 0
        return {"probability": likely, "category": category or category_of(likely, state)}
    certain, counted_as = CERTAIN[state]
    if probability not in (None, certain) or category not in (None, counted_as):
        raise CommandError(
            f"A stage for {STATES[state]} has {certain} percent and counts as {counted_as}. Leave both empty."
        )
    return {"probability": certain, "category": counted_as}


def _place(found: Sequence[Stage], stage: Stage) -> int | None:
    """Open stages by probability, then won, then lost."""
    order = ("open", "won", "lost")
    used = [each for each in found if each is not stage and not each.retired]
    for place, each in enumerate(used, 1):
        if (order.index(each.state), each.probability) > (order.index(stage.state), stage.probability):
            return place
    return None


def _spoken(stage: Stage) -> str:
    return f"Stage “{stage.name}” ({stage.probability} %, {stage.category})"
