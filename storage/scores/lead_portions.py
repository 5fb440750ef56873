"""Open leads a few thousand at a time, as columns: read and scored together, and written."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session, aliased

from storage.database.bulk_writes import split_portions
from storage.database.expressions import skip_index
from storage.digests.score_movement import (
    LastDigests,
    load_bases,
    load_last_digests,
)
from storage.scores.columns.engagement import has_activities, read_engagement_now
from storage.scores.columns.lead_columns import FIELDS, LeadColumn, Values, convert_to_units, select_stored, to_cell
from storage.scores.model.score_errors import ScoreTrouble
from storage.scores.model.stored_models import find_active_model
from storage.scores.score_writing import ScoreBatch, write_batch
from storage.scores.scorers import Scorer, make_scorer
from storage.scores.scoring_parts import (
    PartCount,
)
from storage.scores.showing.bands import (
    NEVER,
)
from storage.scores.showing.score_source import IMPORTED, find_shown_scores
from storage.tables import Lead, LeadScore
from storage.workspaces.workspace_vocabulary import load_vocabulary

PORTION = 5000
NONE = -1
BANDS = ("", "hot", "warm", "cold")
# A smaller change of probability shows nowhere; it is not worth a row in the history.
SAME_PROBABILITY = 5e-5
CutPoints = tuple[int | None, int | None]


@dataclass(frozen=True)
class ScoringTerms:
    """What everyone who takes part in a run goes by."""

    workspace_id: int
    as_of: datetime
    model_id: int | None
    state: str
    scorer: Scorer
    shown: bool
    cuts: CutPoints
    cuts_given: bool
    digests: LastDigests
    lively: bool


@dataclass(frozen=True)
class LeadPortion:
    """Open leads as columns, in ascending order of their ids, with what they show now and what they are to show."""

    ids: NDArray[np.int64]
    codes: NDArray[np.uint8]
    scores: NDArray[np.int64]
    probabilities: NDArray[np.float64] | None
    fresh: NDArray[np.bool_]
    movement: NDArray[np.int64]
    shown: tuple[NDArray[np.int64], ...]
    """Score, band and movement, as they stand in the lead."""

    @property
    def count(self) -> PartCount:
        return PartCount(len(self.ids), int(self.fresh.sum()), int((self.scores == NONE).sum()))


def load_terms(session: Session, workspace_id: int, as_of: datetime) -> ScoringTerms:
    """Load what a run as of a moment goes by. Raise ScoreTrouble where there is no such workspace."""
    model = find_active_model(session, workspace_id, whole=True)
    words = load_vocabulary(session, workspace_id)
    if words is None:
        raise ScoreTrouble(f"There is no workspace {workspace_id}.")
    return ScoringTerms(
        workspace_id,
        as_of,
        model_id=model.id if model is not None else None,
        state=model.state if model is not None else "rules",
        scorer=make_scorer(model, words.guidelines, as_of),
        shown=find_shown_scores(session, workspace_id) == "model",
        cuts=(words.hot_from, words.warm_from),
        cuts_given=words.bands_given,
        digests=load_last_digests(session, workspace_id, as_of),
        lively=has_activities(session, workspace_id),
    )


def list_open_leads(session: Session, workspace_id: int, only: Collection[int] | None) -> NDArray[np.int64]:
    """List the ids of the open leads, or of those among `only`, ascending."""
    query = select(Lead.id).where(Lead.workspace_id == workspace_id, Lead.lifecycle == "open")
    if only is None:
        numbers = session.scalars(query.execution_options(yield_per=PORTION))
        return np.sort(np.fromiter(numbers, dtype=np.int64))
    query = select(Lead.id).where(skip_index(Lead.workspace_id) == workspace_id, skip_index(Lead.lifecycle) == "open")
    found = [
        number
        for portion in split_portions(sorted({*only}))
        for number in session.scalars(query.where(Lead.id.in_(portion)))
    ]
    return np.sort(np.array(found, dtype=np.int64))


def split_parts(ids: NDArray[np.int64], widest: int) -> Iterator[slice]:
    """Split leads into portions whose ids lie close together, since everything between them is read too."""
    start = 0
    while start < len(ids):
        near = int(np.searchsorted(ids, ids[start] + widest, side="left"))
        end = min(start + PORTION, near)
        yield slice(start, end)
        start = end


def read_portion(
    session: Session, terms: ScoringTerms, first: int, last: int, *, only: Collection[int] | None = None
) -> LeadPortion:
    """Read and score the open leads in a range of ids, or `only` some of them."""
    scorer = terms.scorer
    standard = [column.field for column in scorer.columns if column.origin == "standard"]
    custom = [column for column in scorer.columns if column.origin == "custom"]
    wanted: list[Any] = [Lead.id, Lead.owner_id, Lead.score, Lead.band, Lead.movement]
    wanted += [select_stored(name) if name in FIELDS else getattr(Lead, name) for name in standard]
    wanted += [Lead.custom] if custom else []
    query = (
        select(*wanted)
        .where(
            Lead.id.between(first, last),
            skip_index(Lead.workspace_id) == terms.workspace_id,
            skip_index(Lead.lifecycle) == "open",
        )
        .order_by(Lead.id)
    )
    rows: Sequence[Any] = session.connection().execute(query).all()
    if only is not None:
        rows = [row for row in rows if row[0] in only]
    numbers, owners, scores, bands, movements, *values = zip(*rows, strict=True) if rows else ((),) * len(wanted)
    cells: dict[LeadColumn, Values] = {}
    for column in scorer.columns:
        if column.origin == "standard":
            cells[column] = convert_to_units(column.field, values[standard.index(column.field)])
    for column in custom:
        name = column.field
        cells[column] = [None if extra is None else to_cell(extra.get(name)) for extra in values[-1]]
    engagement = [column for column in scorer.columns if column.origin == "engagement"]
    if engagement and rows:
        cells |= read_engagement_now(session, numbers, engagement, terms.as_of, lively=terms.lively)
    codes = scorer.encode_leads(cells, len(rows))
    own, probabilities = scorer.score_leads(codes)
    own = np.where(scorer.find_scorable(codes), own, NONE)
    kept = _load_own_scores(session, first, last, terms.as_of)
    base = np.full(len(rows), NONE, dtype=np.int64)
    fresh = []
    since: dict[int, datetime] = {}
    for at, (number, owner, score, probability) in enumerate(
        zip(
            numbers,
            owners,
            own.tolist(),
            [None] * len(rows) if probabilities is None else probabilities.tolist(),
            strict=True,
        )
    ):
        before = kept.get(number)
        if before is None:
            fresh.append(score != NONE)
            continue
        as_of, kept_score, kept_probability, model = before
        if model == scorer.name:
            base[at] = kept_score
            if as_of > terms.digests[owner]:
                since[number] = terms.digests[owner]
        fresh.append(
            score != NONE
            and (score != kept_score or model != scorer.name or _probabilities_differ(probability, kept_probability))
        )
    if since:
        # Most leads have one score so far; looking for an earlier one of each would take longer than finding these.
        several = _list_with_history(session, first, last)
        place = {number: at for at, number in enumerate(numbers)}
        for number, score in load_bases(
            session, {number: moment for number, moment in since.items() if number in several}
        ).items():
            base[place[number]] = score
    return LeadPortion(
        ids=np.array(numbers, dtype=np.int64),
        codes=codes,
        scores=own,
        probabilities=probabilities,
        fresh=np.array(fresh, dtype=bool),
        # Without a base this is the first score of its model.
        movement=np.where((base == NONE) | (own == NONE), 0, own - base),
        shown=(
            np.array([NONE if score is None else score for score in scores], dtype=np.int64),
            np.array([BANDS.index(band or "") for band in bands], dtype=np.int64),
            np.array([movement or 0 for movement in movements], dtype=np.int64),
        ),
    )


def _probabilities_differ(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is not other
    return abs(one - other) > SAME_PROBABILITY


def _load_own_scores(session: Session, first: int, last: int, now: datetime) -> Mapping[int, tuple[Any, ...]]:
    """Load each lead's newest score made here, up to now: lead id -> (as of, score, probability, model)."""
    later = aliased(LeadScore)
    newest = (
        select(func.max(later.as_of))
        .where(later.lead_id == LeadScore.lead_id, later.model != IMPORTED, later.as_of <= now)
        .scalar_subquery()
    )
    query = select(LeadScore.lead_id, LeadScore.as_of, LeadScore.score, LeadScore.probability, LeadScore.model).where(
        and_(LeadScore.lead_id.between(first, last), LeadScore.model != IMPORTED, LeadScore.as_of == newest)
    )
    rows = session.connection().execute(query.order_by(LeadScore.id))
    return {row[0]: row[1:] for row in rows}


def _list_with_history(session: Session, first: int, last: int) -> set[int]:
    """List the leads in a range of ids that have more than one score."""
    query = select(LeadScore.lead_id).where(LeadScore.lead_id.between(first, last)).group_by(LeadScore.lead_id)
    return {*session.scalars(query.having(func.count() > 1))}


def write_portion(session: Session, terms: ScoringTerms, found: LeadPortion, cuts: CutPoints) -> None:
    """Write what changed of a portion."""
    hot, warm = (NEVER if cut is None else cut for cut in cuts)
    scores = found.scores
    bands = np.select([scores == NONE, scores >= hot, scores >= warm], [0, 1, 2], 3)
    shows = (scores, bands, found.movement)
    moved = np.any([new != old for new, old in zip(shows, found.shown, strict=True)], axis=0)
    fresh = np.flatnonzero(found.fresh)
    rows = np.flatnonzero(found.fresh | moved) if terms.shown else fresh
    if len(rows):
        batch = ScoreBatch(
            fresh=found.ids[fresh].tolist(),
            scores=scores[fresh].tolist(),
            probabilities=_round_probabilities(found.probabilities, fresh),
            reasons=terms.scorer.explain_leads(found.codes[fresh]),
            leads=_list_shown_values(found.ids[rows], *(column[rows] for column in shows)) if terms.shown else [],
        )
        write_batch(session, terms.workspace_id, terms.scorer.name, terms.as_of, batch, shown=terms.shown)


def _list_shown_values(*columns: NDArray[Any]) -> list[tuple[int, int | None, str | None, int | None]]:
    """List what leads are to show: (lead id, score, band, movement)."""
    return [
        (number, None if score == NONE else score, BANDS[band] or None, move or None)
        for number, score, band, move in zip(*(column.tolist() for column in columns), strict=True)
    ]


def _round_probabilities(probabilities: NDArray[np.float64] | None, rows: NDArray[np.int64]) -> list[float | None]:
    if probabilities is None:
        return [None] * len(rows)
    found: list[float | None] = np.round(probabilities[rows], 6).tolist()
    return found
