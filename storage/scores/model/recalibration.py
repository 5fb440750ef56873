"""Bringing the probabilities of the model in use in line with a base rate that moved since it was trained.

Only the offset of the logit changes. Scores are percentiles among the leads it was trained on and stay as they are.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import update

from storage.database.doors import Database
from storage.scores.model.additive_model import AdditiveModel
from storage.scores.model.learning import RECENT_CONVERTED, RECENT_ROWS, compare_rates, solve_offset
from storage.scores.model.measures import sigmoid
from storage.scores.model.stored_models import find_active_model
from storage.scores.model.training_data import read_known_values
from storage.tables import ScoreModel


def recalibrate_model(database: Database, workspace_id: int, now: datetime) -> str | None:
    """Move the model's offset to the rate of what came since its training, if that differs beyond chance.

    Return a sentence about the change; None where nothing changed, or where too few leads have finished since.
    """
    with database.begin_read() as session:
        kept = find_active_model(session, workspace_id, whole=True)
        if kept is None or kept.state != "ok":
            return None
        known = read_known_values(session, workspace_id, now)
        if (kept.data.get("target"), kept.data.get("horizon_days")) != (known.target, known.horizon_days):
            return None
        # Of rows that it has learned from a model knows the outcome: only others tell whether the rate moved.
        rows = known.learned[known.find_unseen_rows(kept.data)]
        converted = known.rows.converted[rows]
        if len(rows) < RECENT_ROWS or converted.sum() < RECENT_CONVERTED:
            return None
    model = AdditiveModel.from_json(kept.data["model"])
    logits = model.predict_logits(known.encode_rows(model.features)[rows])
    drift = compare_rates(sigmoid(logits + model.offset), converted)
    if drift is None:
        return None
    moved = replace(model, offset=solve_offset(logits, drift["observed"]))
    drift["at"] = now.isoformat()
    with database.begin_write() as session:
        table: Any = ScoreModel.__table__
        session.execute(
            update(table)
            .where(table.c.id == kept.id)
            .values(data=kept.data | {"model": moved.to_json()}, evaluation=kept.evaluation | {"drift": drift})
        )
    return f"{kept.name} recalibrated: {drift['observed']:.1%} converted where {drift['expected']:.1%} were expected."
