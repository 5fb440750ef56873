"""Plants columns that leak the outcome, and honest ones with misleading names, in the leads of a made company."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.bench.large_team import NOW
from bot.bench.made_companies import DAY, MadeCompany
from storage.scores.columns.lead_columns import LeadTable, make_custom_column
from storage.scores.columns.lead_lives import LeadLives
from storage.scores.model.leak_guard import ColumnChoice, choose_columns

Column = list[Any]


def plant_leaks(company: MadeCompany, until: int, seed: int = 1) -> dict[str, Column]:
    """Make twenty columns that are filled with the outcome, or after it, under harmless names."""
    chance = np.random.default_rng(seed)
    won, lost, _ = _split_outcomes(company, until)
    rows = len(won)
    life = np.minimum(company.ended, until) - company.created
    dice = chance.random(rows)

    def say(share_won: float, share_rest: float, yes: Any = "yes", no: Any = "no") -> Column:
        found: Column = np.where(chance.random(rows) < np.where(won, share_won, share_rest), yes, no).tolist()
        return found

    def fill(values: NDArray[Any], where: NDArray[np.bool_]) -> Column:
        return [value if there else None for value, there in zip(values.tolist(), where.tolist(), strict=True)]

    return {
        "Kick-off": say(0.8, 0.07),
        "Paper out": fill(np.full(rows, "yes"), won & (dice < 0.9)),
        "Seconds": np.where(won, chance.gamma(4, 150, rows), chance.gamma(1, 120, rows)).astype(int).tolist(),
        "Area code": say(0.6, 0.01, "Z9", "A1"),
        "Invoice": fill(chance.gamma(2, 4000, rows).round(), won),
        "Why": fill(chance.choice(["price", "timing", "no fit"], rows), lost & (dice < 0.7)),
        "Step": np.where(won, "signed", np.where(lost, "filed", chance.choice(["called", "mailed"], rows))).tolist(),
        "Handed to": fill(chance.choice(["Ann", "Bo", "Cy"], rows), won & (dice < 0.8)),
        "Visits so far": (chance.poisson(2, rows) + np.where(won, chance.poisson(6, rows), 0)).tolist(),
        "Notes": np.where(won, chance.poisson(5, rows), chance.poisson(1, rows)).tolist(),
        "Money cleared": fill(np.full(rows, "yes"), np.where(won, dice < 0.7, np.where(lost, dice < 0.2, dice < 0.05))),
        "Form 7": fill(chance.choice(list("abc"), rows), (won & (dice < 0.8)) | (lost & (dice < 0.3))),
        "Shape": np.where(won, np.where(dice < 0.9, "round", "flat"), np.where(dice < 0.9, "flat", "round")).tolist(),
        "Portal": say(0.6, 0.02),
        "Happiness": fill(chance.integers(1, 11, rows), won),
        "Colour": say(0.95, 0.1, "red", "blue"),
        "Assistant": fill(chance.choice(["Di", "Ed"], rows), won & (dice < 0.5)),
        "Sat together": say(0.85, 0.25),
        "Mark": np.where(won, chance.normal(70, 10, rows), chance.normal(50, 12, rows)).round().tolist(),
        "Length": np.where(won, life + chance.normal(0, 3, rows), -1).clip(-1).astype(int).tolist(),
    }


def plant_honest_columns(company: MadeCompany, seed: int = 2) -> dict[str, Column]:
    """Make twenty columns that were known when a lead came in, and tell of its chance, under suspicious names."""
    chance = np.random.default_rng(seed)
    pull, rows = company.pull, len(company.pull)
    names = (
        "Deal_Source|Created by Lead Conversion|profile_completed|Opportunity Type|Last Activity Channel|Won Award"
        "|Closing Time Preference|Stage of Company Growth|Tag Colour|Rating of Website|Grade Level|Priority Market"
        "|Rank in Industry|Quality Programme|Converted Warehouse|Deals a Year|Index Membership|Profile Language"
        "|Loss Leader Buyer|Score of Village"
    ).split("|")
    found: dict[str, Column] = {}
    for place, name in enumerate(names):
        told = pull * (0.3 + 0.9 * (place % 4) / 3) + chance.normal(0, 1.2, rows)
        match place % 3:
            case 0:
                found[name] = np.array(["low", "medium", "high", "top"])[np.searchsorted([-1.5, 0, 1.5], told)].tolist()
            case 1:
                found[name] = np.where(told > 0.8, "yes", "no").tolist()
            case _:
                found[name] = np.round(20 + 6 * told).astype(int).tolist()
    return found


def judge_columns(company: MadeCompany, until: int, columns: dict[str, Column], *, dated: bool) -> ColumnChoice:
    """Have the guard judge columns of the company's leads as they were at a day; undated, only ended leads tell."""
    won, lost, here = _split_outcomes(company, until)
    now = NOW.timestamp()
    outcome = np.where(won, 1, np.where(lost, 2, 0)).astype(np.int8)[here]
    seconds = DAY.total_seconds()
    created = now - (until - company.created[here]) * seconds
    ended = np.where(outcome == 0, np.inf, now - (until - company.ended[here]) * seconds)
    lives = LeadLives(np.arange(1, len(created) + 1), outcome, created, ended, now)
    if not dated:
        lives = LeadLives(lives.ids, outcome, np.full(len(created), now), np.where(outcome == 0, np.inf, np.nan), now)
    places = np.flatnonzero(here)
    sheet = LeadTable(
        lives.ids.tolist(),
        {make_custom_column(name): [values[place] for place in places] for name, values in columns.items()},
    )
    return choose_columns(sheet, lives, keep=[], leave_out=[], target="open" if dated else "ended")


def _split_outcomes(company: MadeCompany, until: int) -> tuple[NDArray[np.bool_], ...]:
    """Return which leads have converted, and which were disqualified, before a day, and which had come in."""
    over = company.ended < until
    return (company.outcome == 1) & over, (company.outcome == 2) & over, company.created < until
