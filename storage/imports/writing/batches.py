"""Writes the rows of one sheet batch by batch: new ones become records, changed ones update theirs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session

from storage.database.bulk_writes import Inserter, reserve_ids, update_many
from storage.imports.rows.built_records import BuiltRecord, Entry
from storage.imports.rows.record_builder import Builder
from storage.imports.rows.row_reader import Cells
from storage.imports.understanding.fields import TABLES
from storage.imports.understanding.sheet_plan import Plan
from storage.imports.values.import_errors import Unreadable
from storage.imports.writing.adoption import has_external_ids, match_existing_records
from storage.imports.writing.contact_twins import add_twin_contacts
from storage.imports.writing.imported_rows import KnownRow, load_known_rows, save_imported_rows
from storage.imports.writing.last_touches import update_last_touches
from storage.imports.writing.record_updates import RecordUpdate, update_records
from storage.imports.writing.reference_resolution import resolve_references
from storage.imports.writing.references import Finder
from storage.imports.writing.waiting_references import build_waiting_row, save_waiting, settle_references
from storage.imports.writing.word_index import WordIndex
from storage.tables import ImportedRow

# A PostgreSQL advisory lock, any number of our own: two imports then write their batches one after the other. SQLite
# has just one writer anyway.
LOCK = 7_204_301_078


class Writer:
    """Writes the entries of one sheet, batch by batch."""

    def __init__(self, plan: Plan, builder: Builder, finder: Finder) -> None:
        self.workspace_id = finder.workspace_id
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
        for kind in dict.fromkeys(entry.built.kind for entry in entries):
            changed = self._drop_unchanged(session, kind, entries)
            fresh = [entry for entry, known in changed if known is None]
            if kind not in self._has_ids:
                self._has_ids[kind] = has_external_ids(session, self.workspace_id, kind)
            adopted = match_existing_records(
                session, self.workspace_id, kind, fresh, by_external_id=self._has_ids[kind]
            )
            self._insert_records(session, kind, [entry for entry in fresh if entry.key not in adopted])
            self._update_adopted(
                session, kind, [(entry, *adopted[entry.key]) for entry in fresh if entry.key in adopted]
            )
            self._update_changed(session, kind, [(entry, known) for entry, known in changed if known is not None])
        self._note_unknown_owners(session, entries)

    def count_entries(self, session: Session, entries: Sequence[Entry]) -> None:
        """Count what writing would do, without writing."""
        for kind in dict.fromkeys(entry.built.kind for entry in entries):
            changed = self._drop_unchanged(session, kind, entries)
            fresh = [entry for entry, known in changed if known is None]
            created = len(fresh) - len(match_existing_records(session, self.workspace_id, kind, fresh))
            self.tally["created"] += created
            self.tally["updated"] += len(changed) - created
        if self.plan.kind == "user":
            self.finder.expect_reps(session, [entry.built.values for entry in entries])
        self._note_unknown_owners(session, entries)

    def _drop_unchanged(
        self, session: Session, kind: str, entries: Sequence[Entry]
    ) -> list[tuple[Entry, KnownRow | None]]:
        """Count the entries that are as an earlier import read them; return the others with what it kept of them."""
        some = [entry for entry in entries if entry.built.kind == kind]
        known = load_known_rows(session, self.workspace_id, kind, [entry.key for entry in some])
        looked_up = [(entry, known.get(entry.key)) for entry in some]
        changed = [(entry, row) for entry, row in looked_up if row is None or self._differ(row.cells, entry.cells)]
        self.tally["unchanged"] += len(some) - len(changed)
        return changed

    def _differ(self, before: Cells, cells: Cells) -> bool:
        """Tell whether cells differ; a column that this file leaves out does not."""
        return before != cells and any(before.get(each) != cells.get(each) for each in self.own_fields | cells.keys())

    def _note_unknown_owners(self, session: Session, entries: Sequence[Entry]) -> None:
        """Count the rows of owners who are nobody here, also those that are unchanged: it still has to be mended."""
        owners = Counter(owner.words for each in entries if (owner := each.built.references.get("owner_id")))
        for words, count in owners.items():
            if self.finder.is_unknown_rep(session, words):
                self.plan.unknown_owners[words] += count

    def _insert_records(self, session: Session, kind: str, fresh: list[Entry]) -> None:
        if not fresh:
            return
        waiting = resolve_references(session, self.finder, self.plan, kind, [entry.built for entry in fresh])
        rows = list(zip(fresh, reserve_ids(session, TABLES[kind], len(fresh)), strict=True))
        for entry, number in rows:
            entry.built.values |= {"id": number, "workspace_id": self.workspace_id}
        records = [entry.built.values for entry in fresh]
        Inserter(session.connection(), TABLES[kind]).insert_rows(records)
        WordIndex(self.workspace_id).insert_words(session, kind, records)
        save_imported_rows(
            session, self.workspace_id, kind, [(entry.key, number, entry.cells) for entry, number in rows]
        )
        save_waiting(
            session,
            [
                build_waiting_row(self.workspace_id, kind, records[place]["id"], column, reference)
                for place, column, reference in waiting
            ],
        )
        self._settle_arrivals(session, kind, rows)
        if kind == "lead":
            add_twin_contacts(session, self.plan, self.finder, rows)
        self.tally["created"] += len(fresh)

    def _update_adopted(self, session: Session, kind: str, adopted: Sequence[tuple[Entry, int, bool]]) -> None:
        """Update records that existed already: fill their blanks, and of users everything."""
        if not adopted:
            return
        rows = [(entry, record_id) for entry, record_id, _ in adopted]
        self._update_records(
            session,
            kind,
            [
                RecordUpdate(entry, record_id, BuiltRecord(kind), overwrite or kind == "user")
                for entry, record_id, overwrite in adopted
            ],
        )
        save_imported_rows(
            session, self.workspace_id, kind, [(entry.key, number, entry.cells) for entry, number in rows]
        )
        self._settle_arrivals(session, kind, rows)

    def _update_changed(self, session: Session, kind: str, changed: Sequence[tuple[Entry, KnownRow]]) -> None:
        if not changed:
            return
        updates = []
        for entry, known in changed:
            try:
                before = self.builder.build_record(known.cells, forgiving=True)
            except Unreadable:
                before = BuiltRecord(kind)
            others = {field: cell for field, cell in known.cells.items() if field not in self.own_fields}
            if others:
                # Columns that this file leaves out say what they said before.
                entry.cells = {**others, **entry.cells}
                entry.built = self.builder.build_record(entry.cells, forgiving=True)
            updates.append(RecordUpdate(entry, known.record_id, before))
        self._update_records(session, kind, updates)
        update_many(session, ImportedRow, [(known.id, {"cells": entry.cells}) for entry, known in changed])
        rows = [(entry, known.record_id) for entry, known in changed]
        self._settle_arrivals(session, kind, rows)
        if kind == "lead":
            add_twin_contacts(session, self.plan, self.finder, rows)

    def _update_records(self, session: Session, kind: str, updates: Sequence[RecordUpdate]) -> None:
        updated = update_records(session, self.finder, self.plan, kind, updates)
        self.tally["updated"] += updated
        self.tally["unchanged"] += len(updates) - updated

    def _settle_arrivals(self, session: Session, kind: str, rows: Sequence[tuple[Entry, int]]) -> None:
        if kind == "user":
            self.finder.forget_reps()
        arrived = [(record_id, {**entry.built.values, "id": record_id}) for entry, record_id in rows]
        if kind == "activity":
            update_last_touches(session, [values for _, values in arrived], until=self.now)
        settle_references(session, self.workspace_id, kind, arrived, now=self.now)


def lock_imports(session: Session) -> None:
    """Wait until no other import writes, and keep others waiting until the transaction ends."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
