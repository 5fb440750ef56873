"""The one way to change a record: every change is noted, so that it can be shown, audited and undone."""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, TypeVar

from sqlalchemy import insert, inspect
from sqlalchemy.orm import Session

from storage.names import name_index
from storage.people.missing_owners import forget_waiting_references
from storage.tables import (
    Account,
    Activity,
    AuditEntry,
    Change,
    Contact,
    FollowUp,
    Lead,
    Opportunity,
    OpportunityContact,
    Rep,
    ScoreFeedback,
    Source,
    Stage,
    Status,
    Workspace,
)
from storage.tables.column_types import UtcDateTime
from storage.workspaces.workspace_vocabulary import Vocabulary, bump_version

KIND_OF: dict[type[Any], str] = {
    Lead: "lead",
    Contact: "contact",
    Account: "account",
    Opportunity: "opportunity",
    Rep: "user",
    FollowUp: "follow_up",
    Activity: "activity",
    Workspace: "workspace",
    Status: "status",
    Stage: "stage",
    Source: "source",
    OpportunityContact: "opportunity_contact",
    ScoreFeedback: "score_feedback",
}
TABLE_OF = {kind: table for table, kind in KIND_OF.items()}

# They follow from other columns: undo needs them, but telling people of them would say everything twice.
DERIVED_COLUMNS = frozenset(
    [
        "lifecycle",
        "closed_at",
        "updated_at",
        "name_key",
        "domain",
        "evidence",
        "probability",
        "version",
        "custom",
        "last_touch_at",
        "converted_by_id",
        "role_given",
        "bands_given",
    ]
)

# Exceptions to DERIVED_COLUMNS: in rows of this kind people set the column themselves.
SET_BY_PEOPLE = (("stage", "probability"),)

# What people call a column that holds the id of another record.
FIELD_NAMES = {
    "status_id": "status",
    "stage_id": "stage",
    "owner_id": "owner",
    "account_id": "account",
    "contact_id": "contact",
    "converted_account_id": "converted_account",
    "converted_contact_id": "converted_contact",
    "converted_opportunity_id": "converted_opportunity",
    "lead_id": "lead",
    "opportunity_id": "opportunity",
    "manager_id": "manager",
    "parent_id": "parent",
}
TARGETS: dict[str, Any] = {
    "owner_id": Rep,
    "manager_id": Rep,
    "account_id": Account,
    "contact_id": Contact,
    "converted_account_id": Account,
    "converted_contact_id": Contact,
    "converted_opportunity_id": Opportunity,
    "lead_id": Lead,
    "opportunity_id": Opportunity,
    "parent_id": Account,
}
DEFINITIONS = (Status, Stage, Source)
# Their before and after are kept as text: JSON's numbers are binary floats, which hold no exact cents.
MONEY_FIELDS = frozenset({"amount", "annual_revenue"})

ATTACHED = frozenset({"activity", "follow_up"})
ATTACHMENTS = frozenset({"lead_id", "contact_id", "account_id", "opportunity_id"})
# Stands as the column of a change that changed none: something a person agreed to, kept for the audit log.
REMARK = "remark"

# The word index holds the words of these and the owner, so a change of any of them has to be written there too.
NAMING_COLUMNS = frozenset({"name", "company", "owner_id", "first_name", "last_name"})


@dataclass(frozen=True)
class NotedChange:
    """One change of one field. `before` and `after` are as people read them, `raw_*` as the column holds them."""

    kind: str
    record_id: int
    external_id: str | None
    name: str
    field: str
    before: Any
    after: Any
    column: str
    raw_before: Any
    raw_after: Any

    @property
    def is_worth_telling(self) -> bool:
        """Say whether a person should read of it."""
        # What an activity is attached to, and a deal's state, follow from other changes that are told.
        follows = ATTACHMENTS if self.kind in ATTACHED else {"state"} if self.kind == "opportunity" else ()
        own = (self.kind, self.column) in SET_BY_PEOPLE
        return own or (self.column not in DERIVED_COLUMNS and self.column not in follows)


R = TypeVar("R")
# Called in the same transaction with records of one kind, each with the names of its columns that were set.
AfterChange = Callable[[Session, Sequence[tuple[Any, Set[str]]]], None]


class ChangeLedger:
    """Writes records on behalf of a person and collects the changes of one transaction. Nothing else may do so.

    `after_change` updates what is computed from records and kept elsewhere.
    """

    def __init__(
        self,
        session: Session,
        vocabulary: Vocabulary,
        now: datetime,
        after_change: AfterChange = lambda session, changed: None,
    ) -> None:
        self.session = session
        self.vocabulary = vocabulary
        self.now = now
        self.after_change = after_change
        self.noted: list[NotedChange] = []
        self._created: set[tuple[str, int]] = set()
        self._shown: set[Any] = set()

    def set_columns(self, record: Any, **values: Any) -> bool:
        """Set columns of a record and note those whose value changes. Return whether any did."""
        return bool(self.change_records([record], **values))

    def change_records(self, records: Sequence[R], **values: Any) -> list[R]:
        """Set columns of records of one kind, all to the same values. Return the records that changed."""
        changed: list[tuple[R, Set[str]]] = []
        for record in records:
            differing = {column: value for column, value in values.items() if getattr(record, column) != value}
            if differing:
                self._set_values(record, differing)
                changed.append((record, differing.keys()))
        # Flushed together, so that a whole desk is written by a few statements.
        if changed:
            self.session.flush()
            ids = [getattr(each, "id", 0) for each, _ in changed]
            kind = KIND_OF[type(changed[0][0])]
            forget_waiting_references(self.session, self.vocabulary.id, kind, ids, TARGETS.keys() & values.keys())
        renamed = [each for each, columns in changed if NAMING_COLUMNS & columns and type(each) in name_index.KIND_OF]
        name_index.index_records(self.session, renamed)
        for each, _ in changed:
            self._invalidate_vocabulary(each)
        self.after_change(self.session, changed)
        return [each for each, _ in changed]

    def _set_values(self, record: Any, values: dict[str, Any]) -> None:
        for column, value in values.items():
            self._note_change(record, column, getattr(record, column), value)
            setattr(record, column, value)
        if hasattr(record, "updated_at"):
            record.updated_at = self.now

    def add_record(self, record: Any) -> None:
        """Add a new record and note the whole row."""
        self.session.add(record)
        # The flush gives the record its id.
        self.session.flush()
        if type(record) in name_index.KIND_OF:
            name_index.index_record(self.session, record)
        self._invalidate_vocabulary(record)
        self._created.add((KIND_OF[type(record)], getattr(record, "id", 0)))
        self._append_change(record, "record", None, self._name_record(record), "record", None, _dump_row(record))

    def remove_record(self, record: Any) -> None:
        """Delete a record. Only undo does this."""
        # Noted before it goes: afterwards its values can no longer be read.
        self._append_change(record, "record", self._name_record(record), None, "record", _dump_row(record), None)
        if type(record) in name_index.KIND_OF:
            name_index.unindex_record(self.session, KIND_OF[type(record)], record.id)
        self.session.delete(record)
        self.session.flush()
        self._invalidate_vocabulary(record)

    def add_remark(self, record: Any, field: str, words: str) -> None:
        """Note what a person agreed to with this change, without changing a column."""
        self._append_change(record, field, None, words, REMARK, None, None)

    def is_new(self, note: NotedChange) -> bool:
        """Tell whether the changed record was created in this transaction."""
        return self.is_created(note.kind, note.record_id)

    def is_created(self, kind: str, number: int | None) -> bool:
        """Tell whether the record with this number was created in this transaction."""
        return (kind, number) in self._created

    def write_entry(self, entry: AuditEntry) -> int:
        """Write the changes under an audit entry, in the same transaction. Return the entry's number."""
        self.session.add(entry)
        self.session.flush()
        rows = [
            {
                "workspace_id": entry.workspace_id,
                "entry_id": entry.id,
                "kind": note.kind,
                "record_id": note.record_id,
                "name": note.name[:500],
                "field": note.field,
                "before": note.before,
                "after": note.after,
                "column": note.column,
                "raw_before": note.raw_before,
                "raw_after": note.raw_after,
            }
            for note in self.noted
        ]
        if rows:
            self.session.execute(insert(Change), rows)
        return entry.id

    def _invalidate_vocabulary(self, record: Any) -> None:
        """Make every process reload its copy of the vocabulary if this record is part of it."""
        if isinstance(record, DEFINITIONS):
            bump_version(self.session, record.workspace_id)

    def _note_change(self, record: Any, column: str, before: Any, after: Any) -> None:
        field = FIELD_NAMES.get(column, column)
        self._append_change(
            record,
            field,
            self._show_value(column, before),
            self._show_value(column, after),
            column,
            to_json_value(before),
            to_json_value(after),
        )

    def _append_change(
        self, record: Any, field: str, before: Any, after: Any, column: str, raw_before: Any, raw_after: Any
    ) -> None:
        self.noted.append(
            NotedChange(
                KIND_OF[type(record)],
                getattr(record, "id", None) or record.opportunity_id,
                getattr(record, "external_id", None),
                self._name_record(record),
                field,
                before,
                after,
                column,
                raw_before,
                raw_after,
            )
        )

    def _name_record(self, record: Any) -> str:
        if isinstance(record, OpportunityContact):
            return display_name(self.session.get(Contact, record.contact_id))
        return display_name(record)

    def _show_value(self, column: str, value: Any) -> Any:
        if value is None:
            return None
        if column == "status_id":
            return self.vocabulary.status[value].name
        if column == "stage_id":
            return self.vocabulary.stage[value].name
        if column in TARGETS:
            target = self.session.get(TARGETS[column], value)
            # Held, or the session would forget it and read the same owner again for each of many leads.
            self._shown.add(target)
            return display_name(target) if target is not None else None
        return to_json_value(value)


def holds_moment(kind: str, column: str) -> bool:
    """Say whether a column of records of this kind holds a moment."""
    columns = inspect(TABLE_OF[kind]).columns
    return column in columns and isinstance(columns[column].type, UtcDateTime)


def display_name(record: Any) -> str:
    """Return the name under which a change of this record is kept."""
    return str(
        getattr(record, "name", None)
        or getattr(record, "note", None)
        or getattr(record, "subject", None)
        or getattr(record, "kind", "")
    )


def to_json_value(value: Any) -> Any:
    """Turn a column's value into what JSON keeps: moments ISO in UTC, dates and times ISO, amounts as exact text."""
    # Equal values give equal text (40000.0 and 40000 too): what a card showed and what a yes would do are compared.
    match value:
        case datetime() if value.tzinfo is not None:
            return value.astimezone(UTC).isoformat()
        case datetime() | date() | time():
            return value.isoformat()
        case Decimal():
            return f"{value.normalize():f}"
        case _:
            return value


def _dump_row(record: Any) -> dict[str, Any]:
    return {column.key: to_json_value(getattr(record, column.key)) for column in inspect(type(record)).column_attrs}
