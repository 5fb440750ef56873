"""Writing a file of scores, batch by batch."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from storage.database.bulk_writes import Inserter, reserve_ids, update_many
from storage.imports.rows.built_records import Entry
from storage.imports.writing.batches import Writer, load_known_rows, lock_imports
from storage.imports.writing.imported_scores import build_waiting_cells, store_scores
from storage.imports.writing.waiting_references import build_waiting_row, save_waiting
from storage.tables import ImportedRow, PendingReference

TARGETS = ("lead",)


class ScoreWriter(Writer):
    """Writes scores; one whose lead has not arrived yet waits in its imported row."""

    def write_entries(self, session: Session, entries: Sequence[Entry]) -> None:
        lock_imports(session)
        known = load_known_rows(session, self.workspace_id, "score", [entry.key for entry in entries])
        changed = [entry for entry in entries if entry.key not in known or self._cells_differ(entry, known)]
        found = self.finder.find_targets(
            session, {(TARGETS, entry.built.references["lead_id"].words) for entry in changed}
        )
        rows, waiting, leads = [], [], {}
        ids = iter(reserve_ids(session, ImportedRow, sum(entry.key not in known for entry in changed)))
        for entry in changed:
            words = entry.built.references["lead_id"].words
            target = found.get((TARGETS, words))
            kept = known.get(entry.key)
            row = {"record_id": 0, "cells": {**entry.cells, **build_waiting_cells(entry.built.values)}}
            row_id = kept.id if kept else next(ids)
            if target is not None:
                row["cells"] = dict(entry.cells)
                leads[target[1], entry.built.values["as_of"]] = entry.built.values
            elif kept is None:
                waiting.append(build_waiting_row(self.workspace_id, "score", row_id, "lead_id", TARGETS, words))
            if kept:
                update_many(session, ImportedRow, [(row_id, row)])
            else:
                rows.append({"id": row_id, "workspace_id": self.workspace_id, "kind": "score", "key": entry.key, **row})
        Inserter(session.connection(), ImportedRow).insert_rows(rows)
        save_waiting(session, waiting, Inserter(session.connection(), PendingReference))
        store_scores(session, self.workspace_id, [(lead, values) for (lead, _), values in leads.items()], self.now)
        self.tally["created"] += len(rows)
        self.tally["updated"] += len(changed) - len(rows)
        self.tally["unchanged"] += len(entries) - len(changed)
