"""Scoring all open leads: read and score them in batches, then write what changed, in short transactions.

A run that was killed is completed by the next one, which finds unchanged what is written already.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import and_, func, select, update
from sqlalchemy.orm import Session, aliased

from storage.database.bulk_writes import free_cycles, pause_cycle_search, split_portions
from storage.database.doors import Database
from storage.database.expressions import skip_index
from storage.digests.score_movement import (
    LastDigests,
    list_moved_leads,
    load_bases,
    load_last_digests,
    measure_leads,
    measure_owners_since,
)
from storage.scores.columns.engagement import has_activities, read_engagement_now
from storage.scores.columns.lead_columns import FIELDS, LeadColumn, Values, convert_to_units, select_stored, to_cell
from storage.scores.model.score_errors import ScoreTrouble
from storage.scores.model.stored_models import find_active_model
from storage.scores.score_writing import ScoreBatch, delete_old_scores, tune_for_writing, write_batch
from storage.scores.scorers import Scorer, make_scorer
from storage.scores.showing.bands import (
    HOT_SHARE,
    NEVER,
    WARM_SHARE,
    choose_cut_point,
    clear_bands,
    count_share,
    save_cut_points,
)
from storage.scores.showing.score_source import IMPORTED, apply_shown_scores, find_shown_scores
from storage.tables import Lead, LeadScore, ScoreModel
from storage.workspaces.workspace_vocabulary import load_vocabulary

PORTION = 5000
# A portion is read as a range of ids, with what lies between: leads far apart must not become one range.
WIDEST = 20 * PORTION
NONE = -1
BANDS = ("", "hot", "warm", "cold")
# A smaller change of probability shows nowhere; it is not worth a row in the history.
SAME_PROBABILITY = 5e-5
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class ScoringRun:
    """What a run did: how many leads it looked at, how many scores changed, and how many leads it could not score."""

    model: str
    state: str
    as_of: datetime
    leads: int
    changed: int
    unscored: int


@dataclass
class _OpenLeads:
    """All open leads as columns, in ascending order of their ids."""

    # Arrays instead of objects: a million leads take some tens of bytes each.
    ids: NDArray[np.int64]
    codes: NDArray[np.uint8]
    scores: NDArray[np.int16]
    probabilities: NDArray[np.float32] | None
    fresh: NDArray[np.bool_]
    shown_score: NDArray[np.int16]
    shown_band: NDArray[np.int8]
    movement: NDArray[np.int16]
    base: NDArray[np.int16]
    there: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, dtype=bool))


def score_open_leads(
    database: Database,
    workspace_id: int,
    now: datetime,
    *,
    only: Collection[int] | None = None,
    progress: Progress = lambda *_: None,
) -> ScoringRun:
    """Score every open lead, or `only` some, with the model in use or else the rules, as of `now` (aware).

    A score is stored only where it changed. Leads get their score, movement and band if the workspace shows its own
    scores. Raise ScoreTrouble where there is no such workspace.
    """
    with database.begin_read() as session:
        model = find_active_model(session, workspace_id, whole=True)
        words = load_vocabulary(session, workspace_id)
        if words is None:
            raise ScoreTrouble(f"There is no workspace {workspace_id}.")
        scorer = make_scorer(model, words.guidelines, now)
        shown = find_shown_scores(session, workspace_id) == "model"
        # A few leads must not move the cut points of all the others.
        fixed = words.bands_given or (only is not None and words.hot_from is not None)
        given = (words.hot_from, words.warm_from) if fixed else None
    if only is None:
        apply_shown_scores(database, workspace_id, now)
    found = _read_leads(database, workspace_id, scorer, now, progress, only)
    hot, warm = given or find_cut_points(found.scores)
    with tune_for_writing(database):
        changed = _write_changes(
            database, workspace_id, scorer, found, now, (hot, warm), shown=shown, progress=progress
        )
    state = model.state if model is not None else "rules"
    unscored = int((found.scores == NONE).sum())
    done = ScoringRun(scorer.name, state, now, len(found.ids), changed, unscored)
    if only is not None:
        return done
    with database.begin_write(patient=True) as session:
        if shown:
            # Digests that were sent while the leads were scored are newer than what the run began with.
            measure_owners_since(session, workspace_id, now)
            if given is None:
                save_cut_points(session, workspace_id, hot, warm)
            clear_bands(session, workspace_id)
        if model is not None:
            kept: Any = ScoreModel.__table__
            session.execute(update(kept).where(kept.c.id == model.id).values(scored_at=now))
    if not shown:
        _measure_imported(database, workspace_id, now)
    delete_old_scores(database, workspace_id, now)
    return done


def _measure_imported(database: Database, workspace_id: int, now: datetime) -> None:
    """Measure anew how far imported scores moved: before the first digest a movement is over after a day."""
    with database.begin_read() as session:
        moved = list_moved_leads(session, workspace_id)
    for portion in split_portions(moved):
        with database.begin_write(patient=True) as session:
            measure_leads(session, workspace_id, portion, now)


def find_cut_points(scores: NDArray[np.int16]) -> tuple[int | None, int | None]:
    """Find from which score on a lead is hot, and warm: the top 20 % and the next 30 % of the leads with a score."""
    known = np.sort(scores[scores != NONE])[::-1]
    if not len(known):
        return None, None
    hot, warm = (
        choose_cut_point(int(known[wanted - 1]), wanted, lambda score: int((known >= score).sum()))
        for wanted in (count_share(len(known), HOT_SHARE), count_share(len(known), HOT_SHARE + WARM_SHARE))
    )
    return hot, warm


def _read_leads(
    database: Database,
    workspace_id: int,
    scorer: Scorer,
    now: datetime,
    progress: Progress,
    only: Collection[int] | None,
) -> _OpenLeads:
    with database.begin_read() as session:
        ids = _list_open_leads(session, workspace_id, only)
        lively = has_activities(session, workspace_id)
        digests = load_last_digests(session, workspace_id, now)
    rows = len(ids)
    found = _OpenLeads(
        ids=ids,
        codes=np.zeros((rows, scorer.width), dtype=np.uint8),
        scores=np.full(rows, NONE, dtype=np.int16),
        probabilities=None,
        fresh=np.zeros(rows, dtype=bool),
        shown_score=np.full(rows, NONE, dtype=np.int16),
        shown_band=np.zeros(rows, dtype=np.int8),
        movement=np.zeros(rows, dtype=np.int16),
        base=np.full(rows, NONE, dtype=np.int16),
        there=np.zeros(rows, dtype=bool),
    )
    progress("reading", 0, rows)
    for part in _split_parts(ids, WIDEST if only is None else PORTION):
        progress("reading", part.start, rows)
        with pause_cycle_search(), database.begin_read() as session:
            _read_part(session, workspace_id, scorer, found, part, now, digests, lively=lively)
        free_cycles()
    progress("reading", rows, rows)
    return found


def _list_open_leads(session: Session, workspace_id: int, only: Collection[int] | None) -> NDArray[np.int64]:
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


def _split_parts(ids: NDArray[np.int64], widest: int) -> Iterator[slice]:
    """Split leads into portions whose ids lie close together, since everything between them is read too."""
    start = 0
    while start < len(ids):
        near = int(np.searchsorted(ids, ids[start] + widest, side="left"))
        end = min(start + PORTION, near)
        yield slice(start, end)
        start = end


def _read_part(
    session: Session,
    workspace_id: int,
    scorer: Scorer,
    found: _OpenLeads,
    part: slice,
    now: datetime,
    digests: LastDigests,
    *,
    lively: bool,
) -> None:
    ids = found.ids[part]
    first, last = int(ids[0]), int(ids[-1])
    standard = [column.field for column in scorer.columns if column.origin == "standard"]
    custom = [column for column in scorer.columns if column.origin == "custom"]
    wanted: list[Any] = [Lead.id, Lead.owner_id, Lead.score, Lead.band, Lead.movement]
    wanted += [select_stored(name) if name in FIELDS else getattr(Lead, name) for name in standard]
    wanted += [Lead.custom] if custom else []
    query = (
        select(*wanted)
        .where(
            Lead.id.between(first, last),
            skip_index(Lead.workspace_id) == workspace_id,
            skip_index(Lead.lifecycle) == "open",
        )
        .order_by(Lead.id)
    )
    rows = session.connection().execute(query).all()
    if not rows:
        return
    numbers, owners, scores, bands, movements, *values = zip(*rows, strict=True)
    here = part.start + np.searchsorted(ids, np.array(numbers, dtype=np.int64))
    cells: dict[LeadColumn, Values] = {}
    for column in scorer.columns:
        if column.origin == "standard":
            cells[column] = convert_to_units(column.field, values[standard.index(column.field)])
    for column in custom:
        name = column.field
        cells[column] = [None if extra is None else to_cell(extra.get(name)) for extra in values[-1]]
    engagement = [column for column in scorer.columns if column.origin == "engagement"]
    if engagement:
        cells |= read_engagement_now(session, numbers, engagement, now, lively=lively)
    codes = scorer.encode_leads(cells, len(rows))
    own, probabilities = scorer.score_leads(codes)
    own = np.where(scorer.find_scorable(codes), own, NONE)
    found.codes[here], found.scores[here], found.there[here] = codes, own, True
    if probabilities is not None:
        if found.probabilities is None:
            found.probabilities = np.zeros(len(found.ids), dtype=np.float32)
        found.probabilities[here] = probabilities
    found.shown_score[here] = [NONE if score is None else score for score in scores]
    found.shown_band[here] = [BANDS.index(band or "") for band in bands]
    found.movement[here] = [movement or 0 for movement in movements]
    kept = _load_own_scores(session, first, last, now)
    fresh = []
    since: dict[int, datetime] = {}
    for at, number, owner, score, probability in zip(
        here.tolist(),
        numbers,
        owners,
        own.tolist(),
        [None] * len(rows) if probabilities is None else probabilities.tolist(),
        strict=True,
    ):
        before = kept.get(number)
        if before is None:
            fresh.append(score != NONE)
            continue
        as_of, kept_score, kept_probability, model = before
        if model == scorer.name:
            found.base[at] = kept_score
            if as_of > digests[owner]:
                since[number] = digests[owner]
        fresh.append(
            score != NONE
            and (score != kept_score or model != scorer.name or _probabilities_differ(probability, kept_probability))
        )
    found.fresh[here] = fresh
    if since:
        # Most leads have one score so far; looking for an earlier one of each would take longer than finding these.
        several = _list_with_history(session, first, last)
        bases = load_bases(session, {number: moment for number, moment in since.items() if number in several})
        for number, base in bases.items():
            found.base[part.start + int(np.searchsorted(ids, number))] = base


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


def _write_changes(
    database: Database,
    workspace_id: int,
    scorer: Scorer,
    found: _OpenLeads,
    now: datetime,
    cuts: tuple[int | None, int | None],
    *,
    shown: bool,
    progress: Progress,
) -> int:
    hot, warm = (NEVER if cut is None else cut for cut in cuts)
    scores = found.scores
    bands = np.select([scores == NONE, scores >= hot, scores >= warm], [0, 1, 2], 3).astype(np.int8)
    # Without a base this is the first score of its model.
    movement = np.where((found.base == NONE) | (scores == NONE), 0, scores - found.base)
    moved = (scores != found.shown_score) | (bands != found.shown_band) | (movement != found.movement)
    todo = np.flatnonzero(found.there & (found.fresh | (moved & shown)))
    for start in range(0, len(todo), PORTION):
        progress("writing", start, len(todo))
        rows = todo[start : start + PORTION]
        fresh = rows[found.fresh[rows]]
        with pause_cycle_search():
            told = _list_shown_values(found.ids[rows], scores[rows], bands[rows], movement[rows]) if shown else []
            batch = ScoreBatch(
                fresh=found.ids[fresh].tolist(),
                scores=scores[fresh].tolist(),
                probabilities=_round_probabilities(found.probabilities, fresh),
                reasons=scorer.explain_leads(found.codes[fresh]),
                leads=told,
            )
            with database.begin_write(patient=True) as session:
                write_batch(session, workspace_id, scorer.name, now, batch, shown=shown)
        free_cycles()
    progress("writing", len(todo), len(todo))
    return int(found.fresh.sum())


def _list_shown_values(*columns: NDArray[Any]) -> list[tuple[int, int | None, str | None, int | None]]:
    """List what leads are to show: (lead id, score, band, movement)."""
    return [
        (number, None if score == NONE else score, BANDS[band] or None, move or None)
        for number, score, band, move in zip(*(column.tolist() for column in columns), strict=True)
    ]


def _round_probabilities(probabilities: NDArray[np.float32] | None, rows: NDArray[np.int64]) -> list[float | None]:
    if probabilities is None:
        return [None] * len(rows)
    found: list[float | None] = np.round(probabilities[rows].astype(float), 6).tolist()
    return found
