"""Scoring all open leads, a few thousand at a time: read, scored and written in two short transactions.

A run is cut into parts. On PostgreSQL several processes share them: who comes while a run is under way takes part in
it, and what a process that died had claimed is done by the others. A run that nobody is left of is begun anew by the
next one, which finds unchanged what is written already.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import and_, func, select, update
from sqlalchemy.orm import Session, aliased

from storage.database.bulk_writes import free_cycles, pause_cycle_search, split_portions
from storage.database.claims import claim_part, join_work, wait_for_turn
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
from storage.scores.scoring_parts import (
    OpenPart,
    PartCount,
    create_parts,
    find_newest_run,
    finish_part,
    is_part_open,
    is_run_open,
    list_open_parts,
    sum_parts,
)
from storage.scores.showing.bands import (
    HOT_SHARE,
    NEVER,
    WARM_SHARE,
    apply_bands,
    choose_cut_point,
    clear_bands,
    count_share,
    find_usual_cut_points,
    save_cut_points,
)
from storage.scores.showing.score_source import IMPORTED, apply_shown_scores, find_shown_scores
from storage.tables import Lead, LeadScore, ScoreModel
from storage.workspaces.workspace_vocabulary import load_vocabulary

PORTION = 5000
# A portion is read as a range of ids, with what lies between: leads far apart must not become one range.
WIDEST = 20 * PORTION
# So many leads, in this many places, tell the cut points before all are scored.
SAMPLE, PLACES = 10_000, 20
NONE = -1
BANDS = ("", "hot", "warm", "cold")
# A smaller change of probability shows nowhere; it is not worth a row in the history.
SAME_PROBABILITY = 5e-5
# By this name those who score know one another.
WORK = "scores"
# Seconds until parts that others have are looked at again, and for how long nothing may come of them.
PAUSE = 0.1
PATIENCE = 600.0
Progress = Callable[[str, int, int], None]
CutPoints = tuple[int | None, int | None]


@dataclass(frozen=True)
class ScoringRun:
    """What a run did: how many leads it looked at, how many scores changed, and how many leads it could not score."""

    model: str
    state: str
    as_of: datetime
    leads: int
    changed: int
    unscored: int


@dataclass(frozen=True)
class _Terms:
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

    def sum_up(self, count: PartCount) -> ScoringRun:
        return ScoringRun(self.scorer.name, self.state, self.as_of, count.leads, count.changed, count.unscored)


@dataclass(frozen=True)
class _Portion:
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


def score_open_leads(
    database: Database,
    workspace_id: int,
    now: datetime,
    *,
    only: Collection[int] | None = None,
    progress: Progress = lambda *_: None,
    since: datetime | None = None,
    prepare: Callable[[], object] = lambda: None,
) -> ScoringRun:
    """Score every open lead, or `only` some, with the model in use or else the rules, as of `now` (aware).

    A score is stored only where it changed. Leads get their score, movement and band if the workspace shows its own
    scores. `since` says that a run of others as of that moment or later will do. `prepare` is called before a run is
    begun, while nobody else begins one. Raise ScoreTrouble where there is no such workspace.
    """
    if only is not None:
        return _score_few(database, workspace_id, now, only)
    while True:
        with ExitStack() as member:
            as_of = _begin_or_join(database, workspace_id, now, since, prepare, member)
            done = _share_run(database, workspace_id, as_of, progress)
        # What happened since the run of others began is not in it.
        if as_of >= (since or now):
            return done


def find_cut_points(scores: NDArray[Any]) -> CutPoints:
    """Find from which score on a lead is hot, and warm: the top 20 % and the next 30 % of the leads with a score."""
    known = np.sort(scores[scores != NONE])[::-1]
    if not len(known):
        return None, None
    hot, warm = (
        choose_cut_point(int(known[wanted - 1]), wanted, lambda score: int((known >= score).sum()))
        for wanted in (count_share(len(known), HOT_SHARE), count_share(len(known), HOT_SHARE + WARM_SHARE))
    )
    return hot, warm


def _score_few(database: Database, workspace_id: int, now: datetime, only: Collection[int]) -> ScoringRun:
    with database.begin_read() as session:
        terms = _load_terms(session, workspace_id, now)
        ids = _list_open_leads(session, workspace_id, only)
    counts = []
    for part in _split_parts(ids, PORTION):
        some = ids[part]
        with database.begin_read() as session:
            found = _read_portion(session, terms, int(some[0]), int(some[-1]), only={*some.tolist()})
        # A few leads must not move the cut points of all the others.
        cuts = find_cut_points(found.scores) if terms.cuts == (None, None) else terms.cuts
        counts.append(found.count)
        with database.begin_write(patient=True) as session:
            _write_portion(session, terms, found, cuts)
    return terms.sum_up(PartCount(*(sum(each) for each in zip(*counts, strict=True))) if counts else PartCount(0, 0, 0))


def _begin_or_join(
    database: Database,
    workspace_id: int,
    now: datetime,
    since: datetime | None,
    prepare: Callable[[], object],
    member: ExitStack,
) -> datetime:
    """Take part in the run that is under way or will do, else begin one; return as of when it scores."""
    with wait_for_turn(database, WORK, workspace_id, "begin"):
        with database.begin_read() as session:
            newest, is_open = find_newest_run(session, workspace_id), is_run_open(session, workspace_id)
        with claim_part(database, WORK, workspace_id, "run") as abandoned:
            pass
        if newest is None or (abandoned if is_open else since is None or newest < since):
            prepare()
            _begin_run(database, workspace_id, now)
            newest = now
        member.enter_context(join_work(database, WORK, workspace_id, "run"))
        return newest


def _begin_run(database: Database, workspace_id: int, now: datetime) -> None:
    with database.begin_read() as session:
        _load_terms(session, workspace_id, now)
    apply_shown_scores(database, workspace_id, now)
    with database.begin_read() as session:
        terms = _load_terms(session, workspace_id, now)
        ids = _list_open_leads(session, workspace_id, None)
        guess = find_cut_points(_score_sample(session, terms, ids)) if terms.shown and not terms.cuts_given else None
    parts = [ids[part] for part in _split_parts(ids, WIDEST)]
    with database.begin_write(patient=True) as session:
        if guess is not None:
            save_cut_points(session, workspace_id, *guess)
        create_parts(session, workspace_id, now, [(len(part), int(part[0]), int(part[-1])) for part in parts])


def _score_sample(session: Session, terms: _Terms, ids: NDArray[np.int64]) -> NDArray[np.int64]:
    """Score leads here and there, or all of them where they are few."""
    if len(ids) <= SAMPLE:
        ranges = [ids[part] for part in _split_parts(ids, WIDEST)]
    else:
        each = SAMPLE // PLACES
        ranges = [ids[start : start + each] for start in np.linspace(0, len(ids) - each, PLACES).astype(int)]
    found = [_read_portion(session, terms, int(some[0]), int(some[-1])).scores for some in ranges]
    return np.concatenate(found) if found else np.zeros(0, dtype=np.int64)


def _share_run(database: Database, workspace_id: int, as_of: datetime, progress: Progress) -> ScoringRun:
    """Score part after part of a run until all are done, by this process or by others."""
    with database.begin_read() as session:
        terms = _load_terms(session, workspace_id, as_of)
        every = list_open_parts(session, workspace_id, as_of)
    leads = sum(part.leads for part in every)
    moved = time.monotonic()
    with tune_for_writing(database):
        left = every
        while left:
            done = leads - sum(part.leads for part in left)
            for part in left:
                # The end comes when all other parts are done.
                if part.first is None and len(left) > 1:
                    break
                progress("scoring", done, leads)
                with claim_part(database, WORK, workspace_id, part.id) as mine:
                    if mine:
                        _score_part(database, terms, part)
                        done += part.leads
            with database.begin_read() as session:
                now_left = list_open_parts(session, workspace_id, as_of)
            if len(now_left) < len(left):
                moved = time.monotonic()
            elif time.monotonic() - moved > PATIENCE:
                raise ScoreTrouble("Another process scores these leads, and nothing has come of it for ten minutes.")
            else:
                time.sleep(PAUSE)
            left = now_left
    with database.begin_read() as session:
        return terms.sum_up(sum_parts(session, workspace_id, as_of))


def _score_part(database: Database, terms: _Terms, part: OpenPart) -> None:
    """Score a part that was claimed, unless it was done before."""
    if part.first is None or part.last is None:
        with database.begin_read() as session:
            if not is_part_open(session, part):
                return
        _end_run(database, terms)
        with database.begin_write(patient=True) as session:
            finish_part(session, part, PartCount(0, 0, 0))
        return
    with pause_cycle_search():
        with database.begin_read() as session:
            if not is_part_open(session, part):
                return
            found = _read_portion(session, terms, part.first, part.last)
        with database.begin_write(patient=True) as session:
            if finish_part(session, part, found.count):
                _write_portion(session, terms, found, terms.cuts)
    free_cycles()


def _end_run(database: Database, terms: _Terms) -> None:
    """Do what has to wait until all leads have their scores."""
    workspace_id = terms.workspace_id
    with database.begin_write(patient=True) as session:
        if terms.shown:
            # Digests that were sent while the leads were scored are newer than what the run began with.
            measure_owners_since(session, workspace_id, terms.as_of)
            if not terms.cuts_given and (cuts := find_usual_cut_points(session, workspace_id)) != terms.cuts:
                # The sample was off by a little.
                save_cut_points(session, workspace_id, *cuts)
                apply_bands(session, workspace_id, *cuts)
            clear_bands(session, workspace_id)
        if terms.model_id is not None:
            kept: Any = ScoreModel.__table__
            session.execute(update(kept).where(kept.c.id == terms.model_id).values(scored_at=terms.as_of))
    if not terms.shown:
        _measure_imported(database, workspace_id, terms.as_of)
    delete_old_scores(database, workspace_id, terms.as_of)


def _measure_imported(database: Database, workspace_id: int, now: datetime) -> None:
    """Measure anew how far imported scores moved: before the first digest a movement is over after a day."""
    with database.begin_read() as session:
        moved = list_moved_leads(session, workspace_id)
    for portion in split_portions(moved):
        with database.begin_write(patient=True) as session:
            measure_leads(session, workspace_id, portion, now)


def _load_terms(session: Session, workspace_id: int, as_of: datetime) -> _Terms:
    model = find_active_model(session, workspace_id, whole=True)
    words = load_vocabulary(session, workspace_id)
    if words is None:
        raise ScoreTrouble(f"There is no workspace {workspace_id}.")
    return _Terms(
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


def _read_portion(
    session: Session, terms: _Terms, first: int, last: int, *, only: Collection[int] | None = None
) -> _Portion:
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
    return _Portion(
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


def _write_portion(session: Session, terms: _Terms, found: _Portion, cuts: CutPoints) -> None:
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
