"""Writing a batch of rows: inserting new records and updating changed ones, in one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from storage.database.bulk_writes import Inserter, reserve_ids, split_portions, update_many
from storage.database.doors import Database
from storage.imports.rows.built_records import COMPANY, BuiltRecord, Entry
from storage.imports.rows.record_builder import Builder
from storage.imports.rows.row_reader import Cells
from storage.imports.understanding.fields import TABLES
from storage.imports.understanding.sheet_plan import Plan
from storage.imports.values.import_errors import Unreadable
from storage.imports.writing.account_stubs import create_account_stubs
from storage.imports.writing.adoption import has_external_ids, match_existing_records
from storage.imports.writing.contact_twins import add_twin_contacts
from storage.imports.writing.last_touches import update_last_touches
from storage.imports.writing.references import PERSON_PAIR, Finder, may_be_both
from storage.imports.writing.waiting_references import (
    build_waiting_row,
    delete_waiting,
    save_waiting,
    settle_references,
)
from storage.imports.writing.word_index import WordIndex
from storage.tables import Account, ImportedRow, NameWord, PendingReference

# A PostgreSQL advisory lock, any number of our own: two imports then write their batches one after the other. SQLite
# has just one writer anyway.
LOCK = 7_204_301_078

NEVER_UPDATED = frozenset(["created_at", "updated_at", "version", "id", "workspace_id"])
# A file must not open or close again a record that people have worked on.
LIFE_CYCLE = frozenset(["lifecycle", "status_id", "converted_at", "closed_at"])


@dataclass(frozen=True)
class KnownRow:
    """What an earlier import kept of a row: its record and its cells."""

    id: int
    record_id: int
    cells: Cells


class Writer:
    """Writes the entries of one sheet, batch by batch."""

    def __init__(self, database: Database, workspace_id: int, plan: Plan, builder: Builder, finder: Finder) -> None:
        self.database = database
        self.workspace_id = workspace_id
        self.plan = plan
        self.builder = builder
        self.finder = finder
        self.now = plan.around.now
        self.tally: Counter[str] = Counter()
        self._has_ids: dict[str, bool] = {}
        self.own_fields = {use.use for use in plan.uses if use.use}

    def write_entries(self, session: Session, entries: Sequence[Entry]) -> None:
        """Write one batch within the given transaction."""
        lock_imports(session)
        self._inserters: dict[Any, Inserter] = {}
        for kind in dict.fromkeys(entry.built.kind for entry in entries):
            some = [entry for entry in entries if entry.built.kind == kind]
            known = load_known_rows(session, self.workspace_id, kind, [entry.key for entry in some])
            fresh = [entry for entry in some if entry.key not in known]
            changed = [
                (entry, known[entry.key]) for entry in some if entry.key in known and self._cells_differ(entry, known)
            ]
            self.tally["unchanged"] += len(some) - len(fresh) - len(changed)
            if kind not in self._has_ids:
                self._has_ids[kind] = has_external_ids(session, self.workspace_id, kind)
            adopted = (
                match_existing_records(session, self.workspace_id, kind, fresh, by_external_id=self._has_ids[kind])
                if fresh
                else {}
            )
            self._insert_records(session, kind, [entry for entry in fresh if entry.key not in adopted])
            self._update_adopted(
                session, kind, [(entry, *adopted[entry.key]) for entry in fresh if entry.key in adopted]
            )
            self._update_changed(session, kind, changed)
        self._note_unknown_owners(session, entries)

    def count_entries(self, session: Session, entries: Sequence[Entry]) -> None:
        """Count what writing would do, without writing."""
        for kind in dict.fromkeys(entry.built.kind for entry in entries):
            some = [entry for entry in entries if entry.built.kind == kind]
            known = load_known_rows(session, self.workspace_id, kind, [entry.key for entry in some])
            fresh = [entry for entry in some if entry.key not in known]
            changed = sum(entry.key in known and self._cells_differ(entry, known) for entry in some)
            adopted = len(match_existing_records(session, self.workspace_id, kind, fresh)) if fresh else 0
            self.tally["created"] += len(fresh) - adopted
            self.tally["updated"] += changed + adopted
            self.tally["unchanged"] += len(some) - len(fresh) - changed
        if self.plan.kind == "user":
            self.finder.expect_reps(session, [entry.built.values for entry in entries])
        self._note_unknown_owners(session, entries)

    def _note_unknown_owners(self, session: Session, entries: Sequence[Entry]) -> None:
        """Count the rows of owners who are nobody here, also those that are unchanged: it still has to be mended."""
        owners = Counter(owner.words for each in entries if (owner := each.built.references.get("owner_id")))
        for words, count in owners.items():
            if self.finder.is_unknown_rep(session, words):
                self.plan.unknown_owners[words] += count

    def _cells_differ(self, entry: Entry, known: dict[str, KnownRow]) -> bool:
        before, cells = known[entry.key].cells, entry.cells
        if before == cells:
            return False
        return any(before.get(field) != cells.get(field) for field in self.own_fields | cells.keys())

    def _get_inserter(self, session: Session, table: Any) -> Inserter:
        found = self._inserters.get(table)
        if found is None:
            found = self._inserters[table] = Inserter(session.connection(), table)
        return found

    def _insert_records(self, session: Session, kind: str, fresh: list[Entry]) -> None:
        if not fresh:
            return
        waiting = self._resolve_references(session, kind, [entry.built for entry in fresh])
        ids = reserve_ids(session, TABLES[kind], len(fresh))
        for number, entry in zip(ids, fresh, strict=True):
            values = entry.built.values
            values["id"] = number
            values["workspace_id"] = self.workspace_id
        self._get_inserter(session, TABLES[kind]).insert_rows(entry.built.values for entry in fresh)
        if kind in WordIndex.KINDS:
            words = WordIndex(self.workspace_id)
            self._get_inserter(session, NameWord).insert_tuples(
                words.build_rows(kind, [entry.built.values for entry in fresh])
            )
        self._save_imported_rows(session, kind, [(entry, entry.built.values["id"]) for entry in fresh])
        save_waiting(
            session,
            [
                build_waiting_row(self.workspace_id, kind, fresh[place].built.values["id"], column, targets, words)
                for place, column, targets, words in waiting
            ],
            self._get_inserter(session, PendingReference),
        )
        self._settle_arrivals(session, kind, [entry.built.values for entry in fresh])
        self._add_twin_contacts(session, kind, [(entry, entry.built.values["id"]) for entry in fresh])
        self.tally["created"] += len(fresh)

    def _settle_arrivals(self, session: Session, kind: str, values: list[dict[str, Any]]) -> None:
        if kind == "user":
            self.finder.forget_reps()
        if kind == "activity":
            update_last_touches(session, values, until=self.now)
        settle_references(session, self.workspace_id, kind, [(each["id"], each) for each in values], now=self.now)

    def _add_twin_contacts(self, session: Session, kind: str, rows: Sequence[tuple[Entry, int]]) -> None:
        if kind == "lead":
            made = add_twin_contacts(session, self.workspace_id, self.finder, rows)
            if made:
                self.plan.notes.add_total(
                    made,
                    "1 of the converted also became a contact, so that deals can name them",
                    "{} of the converted also became contacts, so that deals can name them",
                )

    def _save_imported_rows(self, session: Session, kind: str, rows: Sequence[tuple[Entry, int]]) -> None:
        ids = reserve_ids(session, ImportedRow, len(rows))
        self._get_inserter(session, ImportedRow).insert_rows(
            {
                "id": number,
                "workspace_id": self.workspace_id,
                "kind": kind,
                "key": entry.key,
                "record_id": record_id,
                "cells": entry.cells,
            }
            for number, (entry, record_id) in zip(ids, rows, strict=True)
        )

    def _resolve_references(
        self, session: Session, kind: str, rows: Sequence[BuiltRecord]
    ) -> list[tuple[int, str, tuple[str, ...], str]]:
        """Fill in the references that are found; return the others as (position in rows, column, targets, words)."""
        wanted = {(each.targets, each.words) for built in rows for each in built.references.values()}
        if not wanted:
            return []
        found = self.finder.find_targets(session, wanted)
        missing = {each for each in wanted if each not in found}
        if missing:
            stubs = create_account_stubs(session, self.workspace_id, self.plan, kind, missing)
            if stubs:
                found |= stubs
                self.plan.notes.muted = False
                self.plan.notes.add_total(
                    len(set(stubs.values())),
                    "1 account was made from its name alone",
                    "{} accounts were made from their names alone",
                )
        names = self._load_company_names(session, rows, found)
        waiting = []
        for place, built in enumerate(rows):
            for column, reference in built.references.items():
                target = found.get((reference.targets, reference.words))
                if target is None:
                    waiting.append((place, column, reference.targets, reference.words))
                elif column == COMPANY:
                    built.values[column] = names[target[1]]
                elif len(reference.targets) > 1:
                    built.values[f"{target[0]}_id"] = target[1]
                    other = PERSON_PAIR.get(target[0])
                    if other in reference.targets and may_be_both(reference.words):
                        number = self.finder.found.get((other, reference.words))
                        if number is None:
                            waiting.append((place, column, (other,), reference.words))
                        else:
                            built.values.setdefault(f"{other}_id", number)
                else:
                    built.values[column] = target[1]
        return waiting

    def _load_company_names(
        self, session: Session, rows: Sequence[BuiltRecord], found: dict[tuple[tuple[str, ...], str], tuple[str, int]]
    ) -> dict[int, str]:
        """Load the names of the accounts that leads call by their web address."""
        said = [each for built in rows if (each := built.references.get(COMPANY))]
        ids = {found[each.targets, each.words][1] for each in said if (each.targets, each.words) in found}
        names: dict[int, str] = {}
        for portion in split_portions(ids):
            rows_found = session.execute(select(Account.id, Account.name).where(Account.id.in_(portion)))
            names.update((row.id, row.name) for row in rows_found)
        return names

    def _update_adopted(self, session: Session, kind: str, rows: list[tuple[Entry, int, bool]]) -> None:
        """Update records that existed already: fill their blanks, and of users everything."""
        if not rows:
            return
        pairs = [
            (entry, record_id, BuiltRecord(kind), entry.built, overwrite or kind == "user")
            for entry, record_id, overwrite in rows
        ]
        self._apply_differences(session, kind, pairs)
        self._save_imported_rows(session, kind, [(entry, record_id) for entry, record_id, _ in rows])
        self._settle_arrivals(session, kind, [{**entry.built.values, "id": record_id} for entry, record_id, _ in rows])

    def _update_changed(self, session: Session, kind: str, rows: list[tuple[Entry, KnownRow]]) -> None:
        if not rows:
            return
        pairs = []
        for entry, known in rows:
            try:
                before = self.builder.build_record(known.cells, forgiving=True)
            except Unreadable:
                before = BuiltRecord(kind)
            others = {field: cell for field, cell in known.cells.items() if field not in self.own_fields}
            if others:
                # Columns that this file leaves out say what they said before.
                entry.cells = {**others, **entry.cells}
                entry.built = self.builder.build_record(entry.cells, forgiving=True)
            pairs.append((entry, known.record_id, before, entry.built, True))
        self._apply_differences(session, kind, pairs)
        cells = [(known.id, {"cells": entry.cells}) for entry, known in rows]
        update_many(session, ImportedRow, cells)
        self._settle_arrivals(session, kind, [{**entry.built.values, "id": known.record_id} for entry, known in rows])
        self._add_twin_contacts(session, kind, [(entry, known.record_id) for entry, known in rows])

    def _apply_differences(
        self, session: Session, kind: str, rows: Sequence[tuple[Entry, int, BuiltRecord, BuiltRecord, bool]]
    ) -> None:
        """Set on each record what differs between the former and the present reading of its row."""
        table = TABLES[kind]
        # Differences of the cells, not of the record: what people changed meanwhile stays until the file itself
        # changes.
        current = _lock_current_rows(session, table, [record_id for _, record_id, *_ in rows])
        waiting = self._resolve_references(session, kind, [after for *_, after, _ in rows])
        self._resolve_references(session, kind, [before for _, _, before, _, _ in rows])
        changes: list[tuple[int, dict[str, Any]]] = []
        for entry, record_id, before, after, overwrite in rows:
            now = current.get(record_id)
            values = _find_differences(before, after, now, overwrite=overwrite) if now is not None else {}
            given = after.values.get("created_at") if "created_at" in entry.cells else None
            if now is not None and not before.values and given not in {None, now["created_at"]}:
                values["created_at"] = given
            if values and "updated_at" in table.__table__.c:
                values["updated_at"] = self.now
            self.tally["updated" if values else "unchanged"] += 1
            if values:
                changes.append((record_id, values))
        update_many(session, table, changes)
        self._save_unresolved(session, kind, rows, waiting, current)
        if kind in WordIndex.KINDS:
            WordIndex(self.workspace_id).rewrite_words(
                session, kind, [number for number, values in changes if WordIndex.COLUMNS & values.keys()]
            )

    def _save_unresolved(
        self,
        session: Session,
        kind: str,
        rows: Sequence[tuple[Entry, int, BuiltRecord, BuiltRecord, bool]],
        waiting: list[tuple[int, str, tuple[str, ...], str]],
        current: dict[int, dict[str, Any]],
    ) -> None:
        kept = []
        for place, column, targets, words in waiting:
            _, record_id, before, _, _ = rows[place]
            reference = before.references.get(column)
            if (reference is None or reference.words != words) and record_id in current:
                kept.append(build_waiting_row(self.workspace_id, kind, record_id, column, targets, words))
        gone = [
            (kind, record_id, column)
            for _, record_id, before, after, _ in rows
            for column, reference in before.references.items()
            if after.references.get(column) != reference
        ]
        delete_waiting(session, gone)
        save_waiting(session, kept, self._get_inserter(session, PendingReference))


def lock_imports(session: Session) -> None:
    """Wait until no other import writes, and keep others waiting until the transaction ends."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})


def load_known_rows(session: Session, workspace_id: int, kind: str, keys: Sequence[str]) -> dict[str, KnownRow]:
    """Load what earlier imports kept of the rows with these keys."""
    table: Any = ImportedRow.__table__
    found = {}
    for portion in split_portions(keys):
        rows = session.execute(
            select(table.c.key, table.c.id, table.c.record_id, table.c.cells).where(
                table.c.workspace_id == workspace_id, table.c.kind == kind, table.c.key.in_(portion)
            )
        )
        found.update({key: KnownRow(number, record_id, cells) for key, number, record_id, cells in rows})
    return found


def _lock_current_rows(session: Session, table: Any, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    model = table.__table__
    found = {}
    for portion in split_portions(set(ids)):
        query = select(model).where(model.c.id.in_(portion)).with_for_update(key_share=True)
        found.update({row.id: dict(row._mapping) for row in session.execute(query)})
    return found


def _find_differences(
    before: BuiltRecord, after: BuiltRecord, now: dict[str, Any], *, overwrite: bool
) -> dict[str, Any]:
    """Find the columns to set; without `overwrite` only those that are blank now."""
    columns = (
        (before.values.keys() | after.values.keys() | _reference_columns(before) | _reference_columns(after))
        - NEVER_UPDATED
        - {"custom"}
    )
    values = {}
    for column in columns:
        value = after.values.get(column)
        if before.values.get(column) == value or column not in now or now[column] == value:
            continue
        if overwrite or now[column] is None:
            values[column] = value
    created, given = before.values.get("created_at"), after.values.get("created_at")
    if created is not None and created != given and given != now.get("created_at"):
        values["created_at"] = given
    # The moment of closing is more exact than a file's date, and moves only together with the outcome.
    if now.get("closed_at") is not None and not values.keys() & {"state", "lifecycle", "close_date"}:
        values.pop("closed_at", None)
    if not overwrite:
        values = {column: value for column, value in values.items() if column not in LIFE_CYCLE}
    # A conversion by a person stands, whatever the file says.
    if now.get("converted_by_id") is not None:
        values = {column: value for column, value in values.items() if column not in LIFE_CYCLE}
    custom = dict(now.get("custom") or {})
    for name in before.custom.keys() | after.custom.keys():
        if before.custom.get(name) != after.custom.get(name):
            if name in after.custom:
                custom[name] = after.custom[name]
            else:
                custom.pop(name, None)
    if custom != (now.get("custom") or {}):
        values["custom"] = custom or None
    # An owner who is not known here yet must not take the record from the present one.
    if "owner_id" in values and values["owner_id"] is None and "owner_id" in after.references:
        del values["owner_id"]
    return {column: value for column, value in values.items() if value is not None or not _is_required(column)}


def _reference_columns(built: BuiltRecord) -> set[str]:
    return {column for column, reference in built.references.items() if len(reference.targets) == 1}


def _is_required(column: str) -> bool:
    return column in {
        "name",
        "status_id",
        "stage_id",
        "lifecycle",
        "currency",
        "probability",
        "due",
        "at",
        "kind",
        "state",
    }
