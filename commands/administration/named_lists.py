"""The workspace's lead statuses, opportunity stages and lead sources: added, changed, retired.

See docs/domain.md, "Statuses, stages and sources".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field

from commands.administration.definition_names import (
    ListName,
    Place,
    describe_order,
    read_name,
    refuse_duplicate_name,
    save_order,
)
from commands.administration.invariants import CLASSES, STATES, refuse_broken_invariants
from commands.contract.arguments import Labels, SourceName, StageName, StatusName
from commands.contract.authority import lock_workspace_as_admin
from commands.contract.context import Context
from commands.contract.errors import CommandError, NotFound
from commands.contract.form_only import Administrative
from commands.contract.reply import Reply
from storage.tables import Source, Stage, Status
from storage.workspaces import definitions
from storage.workspaces.definitions import make_name_key, move_to_place
from storage.workspaces.workspace_vocabulary import choose_category

StatusClass = Literal["open", "working", "qualified", "closed"]
StageState = Literal["open", "won", "lost"]
Category = Literal["Pipeline", "Best Case", "Commit", "Omitted"]
Percent = Annotated[int, Field(ge=0, le=100)]
InList = Annotated[Place | None, Field(description="Its place in the list, 1 is the first")]
AtEnd = Annotated[Place | None, Field(description="Its place in the list, 1 is the first. Default: the last")]

DECIDED = {"won": (100, "Closed"), "lost": (0, "Omitted")}
"""Probability and forecast category of a stage for deals that are decided."""
PROBABILITY_KEPT = "Opportunities keep the probability they have."


@dataclass(frozen=True)
class NamedList:
    """What differs between the lists of statuses, stages and sources.

    `meaning` is the column that says what an entry means to the rules, `meanings` puts its values in words.
    """

    # The meaning is set once and for good: changed later, it would turn what records with that entry are, and what
    # was counted of them, into something else.
    table: type[Any]
    noun: str
    label: str
    records: str
    changed: str = "is changed"
    instead: str = " Change that one instead."
    meaning: str = ""
    meanings: Mapping[str, str] | None = None


STATUS = NamedList(Status, "status", "lead status", "leads", meaning="status_class", meanings=CLASSES)
STAGE = NamedList(Stage, "stage", "stage", "deals", meaning="state", meanings=STATES)
SOURCE = NamedList(Source, "source", "lead source", "leads", changed="is moved", instead="")


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
    place: AtEnd = None

    def run(self, context: Context) -> Reply:
        lock_workspace_as_admin(context)
        return _add_entry(context, STATUS, self.status_name, self.place, status_class=self.status_class)


class ChangeStatus(Administrative):
    """Rename a lead status, move it in the list, or retire it."""

    status: Annotated[StatusName, Field(description="The lead status to change")]
    new_name: Annotated[ListName | None, Field(description="Its new name; leads that have it keep it")] = None
    place: InList = None
    retired: Annotated[
        bool | None,
        Field(description="true to offer it no longer (leads that have it keep it), false to keep it"),
        Labels("Offer it no longer (leads that have it keep it)", "Keep it"),
    ] = None

    def run(self, context: Context) -> Reply:
        lock_workspace_as_admin(context)
        return _change_entry(context, STATUS, _find_used_entry(context, STATUS, self.status), self)


class AddStage(Administrative):
    """Add an opportunity stage, or bring a retired one back."""

    stage_name: Annotated[ListName, Field(description="Its name, as reps will read it")]
    probability: Annotated[Percent | None, Field(description="Percent of its amount that counts as weighted")] = None
    category: Annotated[
        Category | None, Field(description="Where the forecast counts it. Default: by its probability")
    ] = None
    state: Annotated[StageState, Field(description="What it means, for good: a deal that is open, won or lost")] = (
        "open"
    )
    place: Annotated[
        Place | None, Field(description="Its place in the list, 1 is the first. Default: by its probability")
    ] = None

    def run(self, context: Context) -> Reply:
        lock_workspace_as_admin(context)
        values = _complete_stage_values(self.state, self._choose_probability(context), self.category)
        return _add_entry(context, STAGE, self.stage_name, self.place, state=self.state, **values)

    def _choose_probability(self, context: Context) -> int | None:
        """Choose what was given, else what a retired stage of this name has. CommandError for a new open stage."""
        if self.probability is not None or self.state != "open":
            return self.probability
        before = _find_entry(context, STAGE, read_name(self.stage_name, STAGE.noun))
        if before is None:
            raise CommandError("An open stage needs a probability from 0 to 100 percent. Write one, please.")
        return int(before.probability)


class ChangeStage(Administrative):
    """Rename an opportunity stage, change its probability or category, move it, or retire it."""

    stage: Annotated[StageName, Field(description="The stage to change")]
    new_name: Annotated[ListName | None, Field(description="Its new name; deals that have it keep it")] = None
    probability: Annotated[
        Percent | None, Field(description="Percent that counts as weighted, for deals that enter it from now on")
    ] = None
    category: Annotated[Category | None, Field(description="Where the forecast counts the deals in it")] = None
    place: InList = None
    retired: Annotated[
        bool | None,
        Field(description="true to offer it no longer (deals that have it keep it), false to keep it"),
        Labels("Offer it no longer (deals that have it keep it)", "Keep it"),
    ] = None

    def run(self, context: Context) -> Reply:
        lock_workspace_as_admin(context)
        stage = _find_used_entry(context, STAGE, self.stage)
        if self.probability is None and self.category is None:
            return _change_entry(context, STAGE, stage, self)
        likely = stage.probability if self.probability is None else self.probability
        return _change_entry(
            context, STAGE, stage, self, **_complete_stage_values(stage.state, likely, self.category or stage.category)
        )


class AddSource(Administrative):
    """Add a lead source, or bring a retired one back."""

    source_name: Annotated[ListName, Field(description="Its name, as it stands in records; it cannot be renamed later")]
    place: AtEnd = None

    def run(self, context: Context) -> Reply:
        lock_workspace_as_admin(context)
        return _add_entry(context, SOURCE, self.source_name, self.place)


class ChangeSource(Administrative):
    """Move a lead source in the list, or retire it."""

    source: Annotated[SourceName, Field(description="The lead source to change")]
    place: InList = None
    retired: Annotated[
        bool | None,
        Field(description="true to offer it no longer (leads that have it keep it), false to keep it"),
        Labels("Offer it no longer (leads that have it keep it)", "Keep it"),
    ] = None

    def run(self, context: Context) -> Reply:
        lock_workspace_as_admin(context)
        return _change_entry(context, SOURCE, _find_used_entry(context, SOURCE, self.source), self)


def _add_entry(context: Context, kind: NamedList, said: str, place: int | None, **values: Any) -> Reply:
    """Add an entry to a list, or bring back a retired one of this name. CommandError where one is in use."""
    # Retired entries are kept, since records have them; the same name therefore brings back the same row.
    name = read_name(said, kind.noun)
    workspace_id = context.scope.workspace_id
    found = definitions.list_definitions(context.scope.session, kind.table, workspace_id)
    row = _find_entry(context, kind, name)
    meaning = values.get(kind.meaning)
    if row is None:
        row = kind.table(
            workspace_id=workspace_id, name=name, name_key=make_name_key(name), position=len(found), **values
        )
        context.ledger.add_record(row)
    elif not row.retired:
        raise CommandError(f"There is a {kind.noun} “{row.name}” already.{kind.instead}")
    elif kind.meanings and getattr(row, kind.meaning) != meaning:
        before = getattr(row, kind.meaning)
        raise CommandError(
            f"“{row.name}” was a {kind.noun} for {kind.meanings[before]}, and its {kind.records} still have it."
            f" Bring it back as {before}, or choose another name."
        )
    else:
        # Leads hold the name of their source, not its number: written otherwise, it would no longer be theirs.
        context.ledger.set_columns(row, **({} if kind is SOURCE else {"name": name}), retired=False, **values)
    if kind is STAGE:
        place = place or _find_usual_place(found, row)
    order = move_to_place(found, row, place)
    save_order(context, order)
    meant = f", for {CLASSES[str(meaning)]}" if kind is STATUS else ""
    return Reply(f"{_label_entry(kind, row)} is there{meant}.", notes=(describe_order(order),))


def _change_entry(context: Context, kind: NamedList, row: Any, asked: Any, **values: Any) -> Reply:
    """Rename, move or retire an entry as the command says, and set further columns of it."""
    before = len(context.ledger.noted)
    if getattr(asked, "new_name", None) is not None:
        name = read_name(asked.new_name, kind.noun)
        refuse_duplicate_name(context, kind.table, name, kind.noun, besides=row)
        values = {"name": name, "name_key": make_name_key(name), **values}
    if asked.retired:
        values["retired"] = True
    context.ledger.set_columns(row, **values)
    order = definitions.list_definitions(context.scope.session, kind.table, context.scope.workspace_id)
    if asked.place is not None:
        order = move_to_place(order, row, asked.place)
        save_order(context, order)
    refuse_broken_invariants(context)
    notes: tuple[str, ...] = (describe_order(order),)
    if len(context.ledger.noted) == before:
        same = _label_entry(kind, row) if kind is STAGE else f"“{row.name}”"
        return Reply(f"Nothing changed: {same} is like that already.", notes=notes)
    if any(each.column == "probability" for each in context.ledger.noted):
        notes = (PROBABILITY_KEPT, *notes)
    done = f"is retired; the {kind.records} that have it keep it" if asked.retired else kind.changed
    return Reply(f"{_label_entry(kind, row)} {done}.", notes=notes)


def _find_entry(context: Context, kind: NamedList, name: str) -> Any:
    """Find the row of this name, whatever its case, retired or not; None where there is none."""
    return definitions.find_by_name(context.scope.session, kind.table, context.scope.workspace_id, name)


def _find_used_entry(context: Context, kind: NamedList, name: str) -> Any:
    """Find the row of this name. NotFound where there is none, or where it is retired."""
    row = _find_entry(context, kind, name)
    if row is None or row.retired:
        raise NotFound(f"There is no {kind.label} “{name}”.")
    return row


def _label_entry(kind: NamedList, row: Any) -> str:
    figures = f" ({row.probability} %, {row.category})" if kind is STAGE else ""
    return f"{kind.label.capitalize()} “{row.name}”{figures}"


def _complete_stage_values(state: str, probability: int | None, category: str | None) -> dict[str, Any]:
    """Return the probability and category of a stage; those not given follow from its state.

    CommandError where a won or lost stage was given others than its own.
    """
    if state == "open":
        likely = probability or 0
        return {"probability": likely, "category": category or choose_category(likely, state)}
    certain, counted_as = DECIDED[state]
    if probability not in (None, certain) or category not in (None, counted_as):
        raise CommandError(
            f"A stage for {STATES[state]} has {certain} percent and counts as {counted_as}. Leave both empty."
        )
    return {"probability": certain, "category": counted_as}


def _find_usual_place(found: Sequence[Stage], stage: Stage) -> int | None:
    """Find the place of a new stage among those in use: open ones by probability, then won, then lost."""
    order = ("open", "won", "lost")
    used = [each for each in found if each is not stage and not each.retired]
    for place, each in enumerate(used, 1):
        if (order.index(each.state), each.probability) > (order.index(stage.state), stage.probability):
            return place
    return None
