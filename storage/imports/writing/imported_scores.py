"""Storing scores that were computed elsewhere: all as history, the newest on the lead."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.database.bulk_writes import Inserter, reserve_ids, split_portions, update_many
from storage.digests.score_movement import measure_leads
from storage.imports.rows.activity_rows import MODEL, parse_reasons
from storage.imports.rows.row_reader import Cells
from storage.names.column_synonyms import CUSTOM
from storage.scores.showing.score_source import find_shown_scores, has_model, show_newest_scores
from storage.tables import ImportedRow, LeadScore

# Begins the names of cells in which an imported row keeps its score until the lead arrives.
WAITS = "waits:"


def build_waiting_cells(values: dict[str, Any]) -> Cells:
    """Build the cells in which an imported row keeps its score until the lead arrives."""
    kept = {"score": str(values["score"]), "as_of": values["as_of"].isoformat()}
    if values["probability"] is not None:
        kept["probability"] = repr(values["probability"])
    return {f"{CUSTOM}{WAITS}{name}": text for name, text in kept.items()}


def settle_waiting_scores(
    session: Session, workspace_id: int, arrived: Sequence[tuple[int, int]], now: datetime
) -> None:
    """Store the scores that waited for leads now arrived: pairs of imported row id and lead id."""
    leads = dict(arrived)
    start = f"{CUSTOM}{WAITS}"
    for portion in split_portions(leads):
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
                        "reasons": parse_reasons(cells["reasons"]) if cells.get("reasons") else None,
                        "model": MODEL,
                    },
                )
                for row_id, cells in rows
            ],
            now,
        )
        update_many(
            session,
            ImportedRow,
            [
                (row_id, {"cells": {name: cell for name, cell in cells.items() if not name.startswith(start)}})
                for row_id, cells in rows
            ],
        )


def store_scores(
    session: Session, workspace_id: int, scores: Sequence[tuple[int, dict[str, Any]]], now: datetime
) -> None:
    """Store scores (lead id, values), and copy the newest to each lead if the workspace shows imported scores.

    A score of the same lead and moment replaces the earlier one.
    """
    if not scores:
        return
    shown = not has_model(session, workspace_id) or find_shown_scores(session, workspace_id) == MODEL
    model: Any = LeadScore.__table__
    newest: dict[tuple[int, datetime], dict[str, Any]] = {(lead, values["as_of"]): values for lead, values in scores}
    leads = sorted({lead for lead, _ in newest})
    there: dict[tuple[int, datetime], int] = {}
    for portion in split_portions(leads):
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
    ids = reserve_ids(session, LeadScore, len(fresh))
    Inserter(session.connection(), LeadScore).insert_rows(
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
        show_newest_scores(session, leads)
        measure_leads(session, workspace_id, leads, now)
