"""Scoring all open leads, a few thousand at a time: read, scored and written in two short transactions.

A run is cut into parts. On PostgreSQL several processes share them: who comes while a run is under way takes part in
it, and what a process that died had claimed is done by the others. A run that nobody is left of is begun anew by the
next one, which finds unchanged what is written already.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import update
from sqlalchemy.orm import Session

from storage.database.bulk_writes import free_cycles, pause_cycle_search, split_portions
from storage.database.claims import claim_part, join_work, wait_for_turn
from storage.database.doors import Database
from storage.digests.score_movement import (
    list_moved_leads,
    measure_leads,
    measure_owners_since,
)
from storage.scores.lead_portions import (
    NONE,
    PORTION,
    CutPoints,
    ScoringTerms,
    list_open_leads,
    load_terms,
    read_portion,
    split_parts,
    write_portion,
)
from storage.scores.model.score_errors import ScoreTrouble
from storage.scores.score_writing import delete_old_scores, tune_for_writing
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
    WARM_SHARE,
    apply_bands,
    choose_cut_point,
    clear_bands,
    count_share,
    find_usual_cut_points,
    save_cut_points,
)
from storage.scores.showing.score_source import apply_shown_scores
from storage.tables import ScoreModel

# A portion is read as a range of ids, with what lies between: leads far apart must not become one range.
WIDEST = 20 * PORTION
# So many leads, in this many places, tell the cut points before all are scored.
SAMPLE, PLACES = 10_000, 20
# By this name those who score know one another.
WORK = "scores"
# Seconds until parts that others have are looked at again, and for how long nothing may come of them.
PAUSE = 0.1
PATIENCE = 600.0
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
        terms = load_terms(session, workspace_id, now)
        ids = list_open_leads(session, workspace_id, only)
    counts = []
    for part in split_parts(ids, PORTION):
        some = ids[part]
        with database.begin_read() as session:
            found = read_portion(session, terms, int(some[0]), int(some[-1]), only={*some.tolist()})
        # A few leads must not move the cut points of all the others.
        cuts = find_cut_points(found.scores) if terms.cuts == (None, None) else terms.cuts
        counts.append(found.count)
        with database.begin_write(patient=True) as session:
            write_portion(session, terms, found, cuts)
    return _sum_up(
        terms, PartCount(*(sum(each) for each in zip(*counts, strict=True))) if counts else PartCount(0, 0, 0)
    )


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
        load_terms(session, workspace_id, now)
    apply_shown_scores(database, workspace_id, now)
    with database.begin_read() as session:
        terms = load_terms(session, workspace_id, now)
        ids = list_open_leads(session, workspace_id, None)
        guess = find_cut_points(_score_sample(session, terms, ids)) if terms.shown and not terms.cuts_given else None
    parts = [ids[part] for part in split_parts(ids, WIDEST)]
    with database.begin_write(patient=True) as session:
        if guess is not None:
            save_cut_points(session, workspace_id, *guess)
        create_parts(session, workspace_id, now, [(len(part), int(part[0]), int(part[-1])) for part in parts])


def _score_sample(session: Session, terms: ScoringTerms, ids: NDArray[np.int64]) -> NDArray[np.int64]:
    """Score leads here and there, or all of them where they are few."""
    if len(ids) <= SAMPLE:
        ranges = [ids[part] for part in split_parts(ids, WIDEST)]
    else:
        each = SAMPLE // PLACES
        ranges = [ids[start : start + each] for start in np.linspace(0, len(ids) - each, PLACES).astype(int)]
    found = [read_portion(session, terms, int(some[0]), int(some[-1])).scores for some in ranges]
    return np.concatenate(found) if found else np.zeros(0, dtype=np.int64)


def _share_run(database: Database, workspace_id: int, as_of: datetime, progress: Progress) -> ScoringRun:
    """Score part after part of a run until all are done, by this process or by others."""
    with database.begin_read() as session:
        terms = load_terms(session, workspace_id, as_of)
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
        return _sum_up(terms, sum_parts(session, workspace_id, as_of))


def _score_part(database: Database, terms: ScoringTerms, part: OpenPart) -> None:
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
            found = read_portion(session, terms, part.first, part.last)
        with database.begin_write(patient=True) as session:
            if finish_part(session, part, found.count):
                write_portion(session, terms, found, terms.cuts)
    free_cycles()


def _end_run(database: Database, terms: ScoringTerms) -> None:
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


def _sum_up(terms: ScoringTerms, count: PartCount) -> ScoringRun:
    return ScoringRun(terms.scorer.name, terms.state, terms.as_of, count.leads, count.changed, count.unscored)
