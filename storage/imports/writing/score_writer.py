"""Writing a file of scores, batch by batch."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from storage.database.bulk_writes import update_many
from storage.imports.rows.built_records import Entry, Reference
from storage.imports.writing.batches import Writer, lock_imports
from storage.imports.writing.imported_rows import save_imported_rows
from storage.imports.writing.imported_scores import build_waiting_cells, store_scores
from storage.imports.writing.waiting_references import build_waiting_row, save_waiting
from storage.tables import ImportedRow

TARGETS = ("lead",)


class ScoreWriter(Writer):
    """Writes scores; one whose lead has not arrived yet waits in its imported row."""

    def write_entries(self, session: Session, entries: Sequence[Entry]) -> None:
        lock_imports(session)
        changed = self._drop_unchanged(session, "score", entries)
        named = [Reference(TARGETS, entry.built.references["lead_id"].words) for entry, _ in changed]
        found = self.finder.find_targets(session, named)
        rows, absent, leads = [], [], {}
        for (entry, known), lead in zip(changed, named, strict=True):
            target = found.get(lead)
            if target is not None:
                cells = dict(entry.cells)
                leads[target[1], entry.built.values["as_of"]] = entry.built.values
            else:
                cells = {**entry.cells, **build_waiting_cells(entry.built.values)}
            if known is not None:
                update_many(session, ImportedRow, [(known.id, {"record_id": 0, "cells": cells})])
            else:
                rows.append((entry.key, 0, cells))
                absent.append(lead if target is None else None)
        ids = save_imported_rows(session, self.workspace_id, "score", rows)
        save_waiting(
            session,
            [
                build_waiting_row(self.workspace_id, "score", row_id, "lead_id", lead)
                for row_id, lead in zip(ids, absent, strict=True)
                if lead is not None
            ],
        )
        store_scores(session, self.workspace_id, [(lead, values) for (lead, _), values in leads.items()], self.now)
        self.tally["created"] += len(rows)
        self.tally["updated"] += len(changed) - len(rows)
