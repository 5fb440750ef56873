"""Scores computed elsewhere: kept as history, the newest shown on the lead, bands by the workspace's cut points."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from storage.imports.batches import Entry, Writer, known_rows, lock
from storage.imports.bulk import Inserter, next_ids, portions, update_many
from storage.imports.columns import CUSTOM
from storage.imports.rows import Cells
from storage.imports.waiting import keep_waiting, waiting_row
from storage.imports.work import MODEL
from storage.scores.shown import has_model, shown_scores
from storage.tables import ImportedRow, Lead, LeadScore, PendingReference

TARGETS = ("lead",)
WAITS = "waits:"
"""How a score is kept in its imported row's cells until its lead arrives."""


class ScoreWriter(Writer):
    """Writes scores; a score whose lead has not arrived waits in its imported row."""

    def write(self, session: Session, entries: Sequence[Entry]) -> None:
        lock(session)
        known = known_rows(session, self.workspace_id, "score", [entry.key for entry in entries])
        changed = [entry for entry in entries if entry.key not in known or self._differs(entry, known)]
        found = self.finder.find(session, {(TARGETS, entry.built.references["lead_id"].words) for entry in changed})
        rows, waiting, leads = [], [], {}
        ids = iter(next_ids(session, ImportedRow, sum(entry.key not in known for entry in changed)))
        for entry in changed:
            words = entry.built.references["lead_id"].words
            target = found.get((TARGETS, words))
            kept = known.get(entry.key)
            row = {"record_id": 0, "cells": {**entry.cells, **_waits(entry.built.values)}}
            row_id = kept.id if kept else next(ids)
            if target is not None:
                row["cells"] = dict(entry.cells)
                leads[target[1], entry.built.values["as_of"]] = entry.built.values
            elif kept is None:
                waiting.append(waiting_row(self.workspace_id, "score", row_id, "lead_id", TARGETS, words))
            if kept:
                update_many(session, ImportedRow, [(row_id, row)])
            else:
                rows.append({"id": row_id, "workspace_id": self.workspace_id, "kind": "score", "key": entry.key, **row})
        Inserter(session.connection(), ImportedRow).insert(rows)
        keep_waiting(session, waiting, Inserter(session.connection(), PendingReference))
        store_scores(session, self.workspace_id, [(lead, values) for (lead, _), values in leads.items()])
        self.tally["created"] += len(rows)
        self.tally["updated"] += len(changed) - len(rows)
        self.tally["unchanged"] += len(entries) - len(changed)


def _waits(values: dict[str, Any]) -> Cells:
    kept = {"score": str(values["score"]), "as_of": values["as_of"].isoformat()}
    if values["probability"] is not None:
        kept["probability"] = repr(values["probability"])
    return {f"{CUSTOM}{WAITS}{name}": text for name, text in kept.items()}


def settle_scores(session: Session, workspace_id: int, arrived: Sequence[tuple[int, int]]) -> None:
    """Store scores that waited: (imported row, lead)."""
    from storage.imports.work import reasons_of

    leads = dict(arrived)
    start = f"{CUSTOM}{WAITS}"
    for portion in portions(leads):
        rows = session.execute(select(ImportedRow.id, ImportedRow.cells).where(ImportedRow.id.in_(portion))).all()
        store_scores(
            session,
            workspace_id,
            [
                (
                    leads[row_id],
                    {
                        "score": int(cells[f"{start}score"]),
                        "as_of": datetime.fromisoformat(cells[f"{start}as_of"]),
                        "probability": float(cells[f"{start}probability"]) if f"{start}probability" in cells else None,
                        "reasons": reasons_of(cells["reasons"]) if cells.get("reasons") else None,
                        "model": MODEL,
                    },
                )
                for row_id, cells in rows
            ],
        )
        update_many(
            session,
            ImportedRow,
            [
                (row_id, {"cells": {name: cell for name, cell in cells.items() if not name.startswith(start)}})
                for row_id, cells in rows
            ],
        )


def store_scores(session: Session, workspace_id: int, scores: Sequence[tuple[int, dict[str, Any]]]) -> None:
    """Keep scores of leads (lead, values) and show the newest on each lead, where the workspace shows imported ones.

    The same moment again replaces.
    """
    if not scores:
        return
    shown = not has_model(session, workspace_id) or shown_scores(session, workspace_id) == MODEL
    model: Any = LeadScore.__table__
    newest: dict[tuple[int, datetime], dict[str, Any]] = {(lead, values["as_of"]): values for lead, values in scores}
    leads = sorted({lead for lead, _ in newest})
    there: dict[tuple[int, datetime], int] = {}
    for portion in portions(leads):
        query = select(model.c.id, model.c.lead_id, model.c.as_of).where(
            model.c.lead_id.in_(portion), model.c.model == MODEL
        )
        there.update({(row.lead_id, row.as_of): row.id for row in session.execute(query)})
    update_many(
        session,
        LeadScore,
        [
            (there[key], {name: values[name] for name in ("score", "probability", "reasons")})
            for key, values in newest.items()
            if key in there
        ],
    )
    fresh = [(key, values) for key, values in newest.items() if key not in there]
    ids = next_ids(session, LeadScore, len(fresh))
    Inserter(session.connection(), LeadScore).insert(
        {
            "id": number,
            "workspace_id": workspace_id,
            "lead_id": lead,
            "as_of": as_of,
            "score": values["score"],
            "probability": values["probability"],
            "reasons": values["reasons"],
            "model": MODEL,
            "shown": shown,
        }
        for number, ((lead, as_of), values) in zip(ids, fresh, strict=True)
    )
    if shown:
        show_newest(session, leads)


def show_newest(session: Session, leads: Sequence[int]) -> None:
    """Repeat each lead's newest shown score on the lead, with its distance to the score before."""
    model: Any = LeadScore.__table__
    table: Any = Lead.__table__
    place = func.row_number().over(partition_by=model.c.lead_id, order_by=(model.c.as_of.desc(), model.c.id.desc()))
    for portion in portions(leads):
        ranked = (
            select(model.c.lead_id, model.c.score, place.label("place"))
            .where(model.c.lead_id.in_(portion), model.c.shown)
            .subquery()
        )
        rows = session.execute(
            select(ranked.c.lead_id, ranked.c.place, ranked.c.score).where(ranked.c.place <= 2).order_by(ranked.c.place)
        )
        shown: dict[int, list[int]] = {lead: [] for lead in portion}
        for lead, _, score in rows:
            shown[lead].append(score)
        session.connection().execute(
            update(table)
            .where(table.c.id == bindparam("of_lead"))
            .values(score=bindparam("to_score"), movement=bindparam("to_movement")),
            [
                {
                    "of_lead": lead,
                    "to_score": found[0] if found else None,
                    "to_movement": found[0] - found[1] if len(found) > 1 else None,
                }
                for lead, found in shown.items()
            ],
        )
