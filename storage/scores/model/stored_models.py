"""The stored models of a workspace: plain data, one of them active."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, undefer

from storage.tables import ScoreModel

State = Literal["ok", "not_predictive", "rules"]
FEWEST_ROWS = 100
FEWEST_OF_EACH = 20
# Scores made by the plain rules name this as their model.
# A model needs so many finished leads. Both conversions and leads that did not convert are needed: what all leads have
# in common tells nothing.
RULES = "rules"

# So many past models keep their weights, which are large; older ones keep only their evaluation.
KEPT_WHOLE = 5


@dataclass(frozen=True)
class Model:
    """A stored model. `data` is empty unless it was asked for."""

    id: int
    name: str
    state: str
    made_at: datetime
    scored_at: datetime | None
    data: dict[str, Any]
    evaluation: dict[str, Any]


def find_active_model(session: Session, workspace_id: int, *, whole: bool = False) -> Model | None:
    """Find the model in use, with its data if `whole`."""
    query = select(ScoreModel).where(ScoreModel.workspace_id == workspace_id, ScoreModel.active)
    if whole:
        query = query.options(undefer(ScoreModel.data))
    found = session.scalars(query.order_by(ScoreModel.id.desc()).limit(1)).first()
    if found is None:
        return None
    data = found.data if whole else {}
    return Model(found.id, found.name, found.state, found.made_at, found.scored_at, data, found.evaluation)


def make_next_name(session: Session, workspace_id: int) -> str:
    """Make a name that no model of the workspace had: `model 3`."""
    query = select(func.count()).select_from(ScoreModel).where(ScoreModel.workspace_id == workspace_id)
    return f"model {(session.scalar(query) or 0) + 1}"


def save_model(
    session: Session,
    workspace_id: int,
    *,
    name: str,
    state: State,
    now: datetime,
    data: dict[str, Any],
    evaluation: dict[str, Any],
) -> None:
    """Save a model and make it the active one."""
    mine = ScoreModel.workspace_id == workspace_id
    session.execute(update(ScoreModel).where(mine, ScoreModel.active).values(active=False))
    session.add(
        ScoreModel(
            workspace_id=workspace_id,
            name=name,
            state=state,
            active=True,
            made_at=now,
            data=data,
            evaluation=evaluation,
        )
    )
    session.flush()
    old = session.scalars(select(ScoreModel.id).where(mine).order_by(ScoreModel.id.desc()).offset(KEPT_WHOLE + 1)).all()
    if old:
        session.execute(update(ScoreModel).where(ScoreModel.id.in_(old)).values(data={}))


def pack_ids(ids: Sequence[int]) -> str:
    """Pack ascending lead ids into a short text."""
    # Steps between ids are small numbers that repeat, which compress far better than the ids.
    steps = [following - before for before, following in zip([0, *ids], ids, strict=False)]
    return base64.b85encode(zlib.compress(" ".join(map(str, steps)).encode(), 9)).decode()


def unpack_ids(text: str) -> list[int]:
    """Unpack the lead ids that `pack_ids` packed."""
    ids, last = [], 0
    for step in zlib.decompress(base64.b85decode(text)).split():
        last += int(step)
        ids.append(last)
    return ids
