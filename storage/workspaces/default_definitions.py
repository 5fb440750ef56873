"""Default statuses and stages that nobody uses: set aside once a file brings the workspace's own."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import String, cast, select
from sqlalchemy.orm import Session

from storage.tables import AuditEntry, Change, Lead, Opportunity, Stage, Status
from storage.workspaces.definitions import list_definitions, make_name_key
from storage.workspaces.workspace_vocabulary import (
    STAGES,
    STATUSES,
    StageDefinition,
    StatusDefinition,
)

DEFAULTS: dict[type[Any], dict[str, str]] = {
    Status: {make_name_key(name): status_class for name, status_class in STATUSES},
    Stage: {make_name_key(name): state for name, _, _, state in STAGES},
}
"""What each default means: its class or state, by the key of its name."""
NOUNS: dict[type[Any], tuple[str, str, str]] = {
    Status: ("lead status", "lead statuses", "lead"),
    Stage: ("stage", "stages", "deal"),
}
# Writes rows as retired, or as used again, under the name of whoever imports.
SetRetired = Callable[[Sequence[Any], bool], object]


@dataclass(frozen=True)
class SettledDefaults:
    """Which defaults were set aside, and which came back because records have them again, by name."""

    table: type[Any]
    aside: tuple[str, ...] = ()
    back: tuple[str, ...] = ()

    def list_sentences(self) -> list[str]:
        """Say it as an import does: `set aside the default stage “Closed Won”, which no deal has: …`."""
        one, many, records = NOUNS[self.table]
        sentences = []
        if self.aside:
            noun = one if len(self.aside) == 1 else many
            again = "it again" if len(self.aside) == 1 else "any of them again"
            sentences.append(
                f"set aside the default {noun} {_list_names(self.aside)}, which no {records} has;"
                f" an administrator can add {again} in Home"
            )
        if self.back:
            noun = one if len(self.back) == 1 else many
            sentences.append(f"brought back the default {noun} {_list_names(self.back)}")
        return sentences


def _list_names(names: Sequence[str]) -> str:
    *before, last = [f"“{each}”" for each in names]
    return f"{', '.join(before)} and {last}" if before else last


def is_default(table: type[Any], name: str) -> bool:
    """Say whether a status or stage has the name of a default one."""
    return make_name_key(name) in DEFAULTS[table]


def settle_defaults(
    session: Session,
    workspace_id: int,
    table: type[Any],
    *,
    set_aside: bool,
    arriving: Collection[StatusDefinition | StageDefinition] = (),
    set_retired: SetRetired | None,
) -> SettledDefaults:
    """Bring back defaults that records have again, and where `set_aside`, retire those that nobody uses.

    What an administrator added, changed, retired or brought back stays as it is, and so does what a record has or a
    person has given to one. Of every class and state at least one stays. `arriving` is what records of a dry run would
    have; it has no `set_retired`, and changes nothing.
    """
    rows = list_definitions(session, table, workspace_id)
    meanings = DEFAULTS[table]
    untouched: list[Any] = [each for each in rows if meanings.get(each.name_key) == _get_meaning(each)]
    untouched = _drop_changed_by_hand(session, workspace_id, untouched)
    if not untouched:
        return SettledDefaults(table)
    used = _list_ids_in_use(session, workspace_id, table) | {each.id for each in arriving}
    back = [each for each in untouched if each.retired and each.id in used]
    aside = []
    if set_aside:
        unused = {each.id for each in untouched if not each.retired and each.id not in used}
        unused -= _list_ids_given_by_hand(session, workspace_id, table)
        kept = {_get_meaning(each) for each in (*rows, *arriving) if not each.retired and each.id not in unused}
        aside = [each for each in untouched if each.id in unused and _get_meaning(each) in kept]
    if set_retired is not None:
        set_retired(aside, True)
        set_retired(back, False)
    return SettledDefaults(table, tuple(each.name for each in aside), tuple(each.name for each in back))


def _get_meaning(row: Any) -> str:
    return str(row.status_class if isinstance(row, Status | StatusDefinition) else row.state)


def _drop_changed_by_hand(session: Session, workspace_id: int, rows: Sequence[Any]) -> list[Any]:
    """Drop the rows that an administrator changed. A place in the list is no sign: it changes when others are moved."""
    if not rows:
        return []
    changed = set(
        session.scalars(
            select(Change.record_id)
            .join(AuditEntry, AuditEntry.id == Change.entry_id)
            .where(
                Change.workspace_id == workspace_id,
                Change.kind == rows[0].__tablename__,
                Change.record_id.in_([each.id for each in rows]),
                Change.column != "position",
                AuditEntry.command != "import",
            )
        )
    )
    return [each for each in rows if each.id not in changed]


def _list_ids_in_use(session: Session, workspace_id: int, table: type[Any]) -> set[int]:
    """List the statuses that leads have, or the stages that opportunities have."""
    if table is Status:
        return set(session.scalars(select(Lead.status_id).where(Lead.workspace_id == workspace_id).distinct()))
    return set(session.scalars(select(Opportunity.stage_id).where(Opportunity.workspace_id == workspace_id).distinct()))


def _list_ids_given_by_hand(session: Session, workspace_id: int, table: type[Any]) -> set[int]:
    """List the statuses or stages that a person has ever given to a record, or taken from one."""
    kind, column = ("lead", "status_id") if table is Status else ("opportunity", "stage_id")
    # As text: PostgreSQL compares no two values of JSON.
    before, after = (cast(each, String) for each in (Change.raw_before, Change.raw_after))
    rows = session.execute(
        select(before, after)
        .where(Change.workspace_id == workspace_id, Change.kind == kind, Change.column == column)
        .distinct()
    )
    return {int(each) for row in rows for each in row if each and each.isdigit()}
