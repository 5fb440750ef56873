"""Makes companies whose leads convert by a known process, so that scores can be held against the truth.

Day by day each open lead may be touched, answer, convert or be disqualified, with chances that depend on what is
recorded of it, on its age and on the season. Most leads are left open, as in real books.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.bench.large_team import NOW

SOURCES = ("Web", "Customer Referral", "Purchased List", "Trade Show")
SIZES = ("small", "middle", "large")
REGIONS = ("North", "South", "East", "West")
TOUCHES_A_DAY = 0.25
# Runs of the future that the true chance of a lead is the mean of.
FUTURES = 200
DAY = timedelta(days=1)

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Process:
    """How leads convert: the daily chance of an average new lead, and the days within which it falls to a third."""

    name: str
    leads: int = 8000
    days: int = 1100
    chance: float = 0.002
    fades: float = 120.0
    # How strongly the season swings the chance (0: not), and how strongly what is recorded tells.
    season: float = 0.0
    signal: float = 1.0
    disqualified: float = 0.0006


FAST = Process("fast", chance=0.004, fades=20.0)
SLOW = Process("slow", chance=0.0003, fades=500.0)
SEASONAL = Process("seasonal", chance=0.0012, fades=90.0, season=0.8)
PROCESSES = (FAST, SLOW, SEASONAL)


@dataclass
class MadeCompany:
    """A company's leads by the last day: `created` and `ended` are days, `outcome` is 0 open, 1 converted, 2 closed.

    `ended` is infinite for an open lead; `answered` is the day of its first answer (infinite: none). `touches` are
    (lead, day, answered).
    """

    process: Process
    pull: Floats
    columns: dict[str, list[str]]
    created: Floats
    ended: Floats
    outcome: NDArray[np.int8]
    answered: Floats
    touches: list[tuple[int, int, bool]]


def make_company(process: Process, seed: int = 1) -> MadeCompany:
    """Live through the days of a company."""
    chance = np.random.default_rng(seed)
    count = process.leads
    source, size = chance.integers(0, 4, count), chance.integers(0, 3, count)
    visits = np.minimum(chance.geometric(0.18, count) - 1, 30)
    region, number = chance.integers(0, 4, count), chance.normal(50, 12, count)
    pull = np.array([0.0, 1.4, -1.5, 0.3])[source] + np.array([-0.7, 0.0, 0.7])[size] + 0.12 * np.minimum(visits, 15)
    pull = process.signal * (pull - pull.mean())
    company = MadeCompany(
        process,
        pull,
        {
            "source": [SOURCES[each] for each in source],
            "Company size": [SIZES[each] for each in size],
            "Visits": [str(each) for each in visits],
            "Region": [REGIONS[each] for each in region],
            "Reading": [f"{each:.1f}" for each in number],
        },
        created=np.sort(chance.integers(0, process.days, count)).astype(float),
        ended=np.full(count, np.inf),
        outcome=np.zeros(count, dtype=np.int8),
        answered=np.full(count, np.inf),
        touches=[],
    )
    for day in range(process.days):
        open_ = np.flatnonzero((company.created <= day) & (company.outcome == 0))
        touched, answers, converts, closes = _live_a_day(
            process, pull[open_], day - company.created[open_], company.answered[open_] < day, day, chance
        )
        company.touches += zip(
            open_[touched].tolist(), [day] * int(touched.sum()), answers[touched].tolist(), strict=True
        )
        new = open_[answers]
        company.answered[new] = np.minimum(company.answered[new], day)
        company.outcome[open_[closes]] = 2
        company.outcome[open_[converts]] = 1
        company.ended[open_[converts | closes]] = day
    return company


def _live_a_day(
    process: Process, pull: Floats, age: Floats, answered: NDArray[Any], day: int, chance: np.random.Generator
) -> tuple[NDArray[np.bool_], ...]:
    """Return which open leads are touched, answer, convert and are disqualified on a day."""
    season = np.exp(process.season * np.sin(2 * np.pi * day / 365))
    converts = process.chance * np.exp(pull + 1.5 * answered - age / process.fades) * season
    touched = chance.random(len(age)) < TOUCHES_A_DAY * np.exp(-age / 30)
    answers = touched & (chance.random(len(age)) < 0.25 / (1 + np.exp(-pull)))
    converting = chance.random(len(age)) < converts
    return touched, answers, converting, ~converting & (chance.random(len(age)) < process.disqualified)


def foretell_truly(
    company: MadeCompany, day: int, horizon: int = 90, seed: int = 7
) -> tuple[NDArray[np.int64], Floats]:
    """Return the leads open at the beginning of a day, and each one's true chance to convert within the horizon."""
    process, chance = company.process, np.random.default_rng(seed)
    here = np.flatnonzero((company.created < day) & (company.ended >= day))
    runs = np.repeat(here, FUTURES)
    there = np.arange(len(runs))
    came = np.zeros(len(runs), dtype=bool)
    answered = company.answered[runs] < day
    for later in range(day, day + horizon):
        _, answers, converts, closes = _live_a_day(
            process, company.pull[runs[there]], later - company.created[runs[there]], answered[there], later, chance
        )
        answered[there[answers]] = True
        came[there[converts]] = True
        there = there[~(converts | closes)]
    return here, came.reshape(len(here), FUTURES).mean(axis=1)


def write_company(folder: Path, company: MadeCompany, until: int, *, dated: bool = True) -> list[Path]:
    """Write a company as it was at the beginning of a day, which is NOW, as files of leads and of calls.

    A lead's id is its place. Without `dated` nothing tells when a lead came in or ended, and there are no calls.
    """
    leads, calls = folder / "leads.csv", folder / "calls.csv"
    others = [name for name in company.columns if name != "source"]
    ends = ["Created Date", "Converted Date", "Closed Date"] if dated else []
    with leads.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["Lead ID", "Last Name", "Lead Source", "Lead Status", "Converted", *ends, *others])
        for place in np.flatnonzero(company.created < until).tolist():
            outcome = int(company.outcome[place]) if company.ended[place] < until else 0
            days = [company.created[place], *(company.ended[place] if outcome == each else None for each in (1, 2))]
            writer.writerow(
                [
                    f"L{place}",
                    f"Lead {place}",
                    company.columns["source"][place],
                    ("Open", "Qualified", "Unqualified")[outcome],
                    "yes" if outcome == 1 else "no",
                    *([None if day is None else _format_day(day, until) for day in days] if dated else ()),
                    *(company.columns[name][place] for name in others),
                ]
            )
    if not dated:
        return [leads]
    with calls.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["Lead", "Type", "Subject", "Date", "Outcome"])
        writer.writerows(
            [f"L{lead}", "Call", "Call", _format_day(day, until), "answered" if answered else "no reply there"]
            for lead, day, answered in company.touches
            if day < until
        )
    return [leads, calls]


def _format_day(day: float, until: int) -> str:
    """Format noon of a day of the company, where the beginning of `until` is NOW."""
    return (NOW - (until - day) * DAY + DAY / 2).isoformat()
