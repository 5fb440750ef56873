"""Bringing the probabilities of the model in use in line with a base rate that moved since it was trained.

Only the offset of the logit changes. Scores are percentiles among the leads it was trained on and stay as they are.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import update

from storage.database.doors import Database
from storage.scores.columns.engagement import read_engagement_before
from storage.scores.columns.lead_columns import read_lead_table
from storage.scores.columns.outcomes import choose_moments, read_finished_leads, read_values_before
from storage.scores.model.additive_model import AdditiveModel
from storage.scores.model.learning import RECENT_CONVERTED, RECENT_ROWS, compare_rates, solve_offset
from storage.scores.model.measures import sigmoid
from storage.scores.model.stored_models import find_active_model, unpack_ids
from storage.tables import ScoreModel


def recalibrate_model(database: Database, workspace_id: int, now: datetime) -> str | None:
    """Move the model's offset to the rate of the leads finished since its training, if that differs beyond chance.

    Return a sentence about the change; None where nothing changed, or where too few leads have finished since.
    """
    with database.begin_read() as session:
        kept = find_active_model(session, workspace_id, whole=True)
        if kept is None or kept.state != "ok":
            return None
        finished = read_finished_leads(session, workspace_id, now)
        # Of leads that it has learned from a model knows the outcome: only others tell whether the rate moved.
        seen = np.isin(finished.ids, np.array(unpack_ids(kept.data["trained_on"]), dtype=np.int64))
        fresh = finished.take_rows(~seen)
        if len(fresh) < RECENT_ROWS or fresh.converted.sum() < RECENT_CONVERTED:
            return None
        model = AdditiveModel.from_json(kept.data["model"])
        sheet = read_lead_table(
            session, workspace_id, fresh.ids.tolist(), read_values_before(session, workspace_id, fresh)
        )
        moments = choose_moments(fresh)
        if any(feature.column.origin == "engagement" for feature in model.features):
            if moments is None:
                return None
            sheet.columns |= read_engagement_before(session, sheet.ids, moments)
    codes = np.zeros((len(fresh), len(model.features)), dtype=np.uint8)
    for place, feature in enumerate(model.features):
        if (values := sheet.columns.get(feature.column)) is not None:
            codes[:, place] = feature.encode_values(values)
    logits = model.predict_logits(codes)
    drift = compare_rates(sigmoid(logits + model.offset), fresh.converted)
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
