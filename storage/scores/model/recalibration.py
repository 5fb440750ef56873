"""The model in use beside what came of the leads since it learned: where the base rate moved, the probabilities do.

Only the offset of the logit changes. Scores are percentiles among the leads it learned from and stay as they are.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import update

from storage.database.doors import Database
from storage.scores.columns.engagement import before_moments
from storage.scores.columns.lead_columns import read_sheet
from storage.scores.columns.outcomes import finished_leads, looked_at, values_before
from storage.scores.model.additive_model import Additive
from storage.scores.model.learning import RECENT_CONVERTED, RECENT_ROWS, difference, offset_for
from storage.scores.model.measures import sigmoid
from storage.scores.model.stored_models import active_model, unpacked
from storage.tables import ScoreModel


def recalibrate(database: Database, workspace_id: int, now: datetime) -> str | None:
    """Move the offset of the model in use to the rate of the leads finished since, if it differs beyond chance.

    Says what changed; None where nothing did, or where fewer than 200 leads or 20 conversions came since.
    """
    with database.reading() as session:
        kept = active_model(session, workspace_id, whole=True)
        if kept is None or kept.state != "ok":
            return None
        finished = finished_leads(session, workspace_id, now)
        seen = np.isin(finished.ids, np.array(unpacked(kept.data["trained_on"]), dtype=np.int64))
        fresh = finished.some(~seen)
        if len(fresh) < RECENT_ROWS or fresh.converted.sum() < RECENT_CONVERTED:
            return None
        model = Additive.from_json(kept.data["model"])
        sheet = read_sheet(session, workspace_id, fresh.ids.tolist(), values_before(session, workspace_id, fresh))
        moments = looked_at(fresh)
        if any(feature.column.origin == "engagement" for feature in model.features):
            if moments is None:
                return None
            sheet.columns |= before_moments(session, sheet.ids, moments)
    codes = np.zeros((len(fresh), len(model.features)), dtype=np.uint8)
    for place, feature in enumerate(model.features):
        if (values := sheet.columns.get(feature.column)) is not None:
            codes[:, place] = feature.encode(values)
    logits = model.logits(codes)
    drift = difference(sigmoid(logits + model.offset), fresh.converted)
    if drift is None:
        return None
    moved = replace(model, offset=offset_for(logits, drift["observed"]))
    drift["at"] = now.isoformat()
    with database.writing() as session:
        table: Any = ScoreModel.__table__
        session.execute(
            update(table)
            .where(table.c.id == kept.id)
            .values(data=kept.data | {"model": moved.to_json()}, evaluation=kept.evaluation | {"drift": drift})
        )
    return f"{kept.name} recalibrated: {drift['observed']:.1%} converted where {drift['expected']:.1%} were expected."
