"""Choosing the columns that a model may learn from, and saying why the others are left out.

A column leaks if it holds what became known only with the outcome. What it does decides: among leads that are still
open, some will convert, so an honest column looks among them as if they were a mixture of those that converted and
those that did not; one that is filled with the outcome looks as if none would. Its name only raises suspicion.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from storage.scores.columns.column_bins import bin_column
from storage.scores.columns.column_names import find_leaking_name, find_suspicion
from storage.scores.columns.features import FIRST, MISSING, Feature, bin_categories, normalise_category
from storage.scores.columns.lead_columns import LeadColumn, LeadTable, Values
from storage.scores.columns.lead_lives import CLOSED, CONVERTED, DAY, OPEN, LeadLives, Target, hash_to_unit
from storage.scores.model.measures import NORMAL_95, compute_auc

# Areas under the curve: a column that alone reaches the first knew the outcome; one that reaches the second may have;
# one whose mere presence reaches the third may have been filled in because of it.
TOO_GOOD = 0.9
DOUBTFUL = 0.82
PRESENCE = 0.65
FILLED_AT_THE_END = 0.5
# If so many leads of one outcome should by chance have a value and none has, the outcome decided about it.
EXPECTED = 20
# Where a range or value makes so many conversions expected and nearly none came, nobody can have known that before.
IMPOSSIBLE = 50
NEARLY_NO = 0.02
# Standard fields that are known when a lead comes in: however much they tell, the outcome is not in them.
KNOWN_AT_ONCE = frozenset("source industry title salutation country state city employees annual_revenue".split())
# Times the odds of the other leads. Nothing that is known before the outcome tells so much.
BEYOND_BELIEF = 40
# A judgement or note that people fill in for some leads alone is filled in for less than this share.
COMPLETE = 0.97
FEW_OPEN = 100
# A column that tells less than this cannot be judged by what open leads hold, and hardly matters.
TELLS = 0.55
# Who is disqualified by chance was no worse than who is still open: a column that tells little may seem filled.
MATTERS = 0.65
# Log likelihoods that differ by this much leave no doubt (a factor of 150).
NO_DOUBT = 5.0
# Of the share of open leads that should look as if they will convert: below the first the column is filled with the
# outcome, above the second it is honest.
NEARLY_NONE = 0.3
MOST_OF_THEM = 0.5
FOLDS = 5
# So many leads of the average rate are added to each value's own: a rare value else seems to tell the outcome.
SMOOTHING = 10

Floats = NDArray[np.float64]
Verdict = Literal["honest", "filled with the outcome", "open"]


@dataclass
class ColumnChoice:
    """The columns to learn from, as features, and the reason why each other column is not used.

    `questioned` are features left out in doubt: a person may know better.
    """

    features: list[Feature] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)
    questioned: dict[str, Feature] = field(default_factory=dict)


def choose_columns(
    sheet: LeadTable,
    lives: LeadLives,
    *,
    keep: Collection[LeadColumn],
    leave_out: Collection[LeadColumn],
    target: Target,
) -> ColumnChoice:
    """Choose the columns of these leads to learn from; columns to `keep` or to `leave_out` are not judged."""
    choice = ColumnChoice()
    witness = OutcomeWitness(lives, target)
    for column, values in sheet.columns.items():
        filled = [value for value in values if normalise_category(value) is not None]
        if not filled:
            if sheet.late[column] or column.origin != "standard":
                choice.left_out[column.name] = _explain_late(sheet, column, filled) or "empty"
            continue
        if column in leave_out:
            choice.left_out[column.name] = "left out as asked"
            continue
        feature, reason = bin_column(column, values, filled)
        # A person has decided: only what cannot be binned at all is still left out.
        if column in keep:
            if feature is None and reason != "the same for every lead":
                feature, reason = bin_categories(column, values), None
        else:
            reason = _explain_late(sheet, column, filled) or reason
            if feature is not None and reason is None:
                reason = witness.explain_leak(feature, feature.encode_values(values))
        if reason is None and feature is not None:
            choice.features.append(feature)
            continue
        choice.left_out[column.name] = reason or "nothing in it"
        if feature is not None and reason is not None and reason.startswith("questioned"):
            choice.questioned[column.name] = feature
    return choice


def _explain_late(sheet: LeadTable, column: LeadColumn, filled: Values) -> str | None:
    late = sheet.late[column]
    if late and late / (late + len(filled)) >= FILLED_AT_THE_END:
        return f"filled at or after the outcome for {late:,} of {late + len(filled):,} leads"
    return None


class OutcomeWitness:
    """Judges columns, codes by lead, by what leads with each outcome and open ones hold."""

    def __init__(self, lives: LeadLives, target: Target) -> None:
        self._open = lives.outcome == OPEN
        # Where lives are dated, a lead that has been open for long tells as much as a closed one.
        self._told = ~self._open if target == "ended" else np.ones(len(lives), dtype=bool)
        self._converted = (lives.outcome == CONVERTED).astype(np.int8)
        self._folds = (hash_to_unit(lives.ids) * FOLDS).astype(int)
        self._young = np.zeros(len(lives), dtype=bool)
        self._lost = lives.outcome == CLOSED
        self._expected = 0.0
        if target == "open":
            self._expect_of_open_leads(lives)

    def _expect_of_open_leads(self, lives: LeadLives) -> None:
        """Find the open leads that are young enough to convert, and the share of them that will."""
        came = self._converted == 1
        ages = (np.where(self._open, lives.now, lives.ended) - lives.created) / DAY
        dated = np.isfinite(ages)
        if not (came & dated).any():
            return
        took = np.sort(ages[came & dated])
        usual, long = np.quantile(took, (0.5, 0.95))
        mature = lives.created <= lives.now - long * DAY
        share = float(self._converted[mature].mean()) if mature.any() else 0.0
        gone = np.sort(ages[self._lost & dated])
        closing = float(self._lost[mature & ~came].mean()) if (mature & ~came).any() else 0.0
        self._young = self._open & (ages <= max(usual, 7.0))
        self._lost = self._lost | (self._open & (ages > long))
        young = ages[self._young]
        if len(young) >= FEW_OPEN:
            yet = share * (1 - np.searchsorted(took, young, side="right") / len(took))
            left = (1 - share) * (1 - closing * np.searchsorted(gone, young, side="right") / max(len(gone), 1))
            self._expected = float((yet / np.maximum(yet + left, 1e-9)).mean())

    def explain_leak(self, feature: Feature, codes: NDArray[np.uint8]) -> str | None:
        """Say why a column must not be used, or that a person should decide; None where it is harmless."""
        told, column = self._told, feature.column
        converted, held = self._converted[told], codes[told]
        alone = _compute_own_auc(held, converted, self._folds[told])
        if alone > TOO_GOOD:
            return f"alone it separates the outcomes (AUC {alone:.2f}): it must have been filled with the outcome known"
        verdict, looks = self._ask_open_leads(codes) if alone >= TELLS else ("open", 0.0)
        if verdict == "filled with the outcome" and alone >= MATTERS:
            return (
                f"questioned: of {int(self._young.sum()):,} young open leads {looks:.0%} look by it as if they would"
                f" convert, where {self._expected:.0%} will: it is filled with the outcome"
            )
        if verdict == "honest":
            return None
        if reason := find_leaking_name(column.field):
            return reason
        filled = float((held != MISSING).mean())
        if suspicion := find_suspicion(column.field):
            partly = suspicion.partly and filled < COMPLETE
            if partly or alone > suspicion.at_most:
                return f"questioned: {suspicion.why}"
        if column.origin == "standard" and column.field in KNOWN_AT_ONCE:
            return None
        return (
            self._explain_presence(held != MISSING, converted)
            or self._explain_open_leads(codes != MISSING, filled)
            or _explain_extreme_odds(feature, held, converted)
            or _explain_nobody(feature, held, converted)
            or (f"questioned: alone it nearly separates the outcomes (AUC {alone:.2f})" if alone > DOUBTFUL else None)
        )

    def _ask_open_leads(self, codes: NDArray[np.uint8]) -> tuple[Verdict, float]:
        """Ask of young open leads which share looks, by this column alone, as if it will convert."""
        if not self._expected or self._lost.sum() < FEW_OPEN or self._converted.sum() < FEW_OPEN // 2:
            return "open", 0.0
        size = int(codes.max()) + 1
        held = np.bincount(codes[self._young], minlength=size)
        ours, others = (
            (np.bincount(codes[rows], minlength=size) + 0.5) / (rows.sum() + 0.5 * size)
            for rows in (self._converted == 1, self._lost)
        )
        shares = np.linspace(0, 1, 201)
        likely = np.log(np.outer(shares, ours) + np.outer(1 - shares, others)) @ held
        best = float(shares[int(np.argmax(likely))])
        honest, none = float(np.interp(self._expected, shares, likely)), float(likely[0])
        if best < NEARLY_NONE * self._expected and float(likely.max()) - honest > NO_DOUBT:
            return "filled with the outcome", best
        # Far more than will convert: what the others lack came with their end.
        fits = MOST_OF_THEM * self._expected < best < self._expected / MOST_OF_THEM + 0.2
        return ("honest" if fits and honest - none > NO_DOUBT else "open"), best

    def _explain_presence(self, present: NDArray[np.bool_], converted: NDArray[np.int8]) -> str | None:
        shares = [float(present[converted == outcome].mean()) for outcome in (1, 0)]
        if 0.5 + abs(shares[0] - shares[1]) / 2 > PRESENCE:
            return (
                f"questioned: merely being filled separates the outcomes "
                f"({shares[0]:.0%} of converted leads have it, {shares[1]:.0%} of the others)"
            )
        expected = present.mean() * np.bincount(converted, minlength=2)
        for outcome, who, others in ((1, "converted lead", shares[1]), (0, "lead that did not convert", shares[0])):
            if expected[outcome] >= EXPECTED and not present[converted == outcome].any():
                return (
                    f"questioned: filled for no {who}, where about {expected[outcome]:,.0f} were to be expected,"
                    f" but in {others:.0%} of the others"
                )
        return None

    def _explain_open_leads(self, present: NDArray[np.bool_], filled: float) -> str | None:
        if self._told.all() or self._open.sum() < FEW_OPEN:
            return None
        among = float(present[self._open].mean())
        if filled - among > FILLED_AT_THE_END:
            return f"questioned: filled in {filled:.0%} of finished leads, but in {among:.0%} of open ones"
        return None


def _explain_extreme_odds(feature: Feature, codes: NDArray[np.uint8], converted: NDArray[np.int8]) -> str | None:
    """Name a value whose leads convert, or do not, as if the outcome had been known; None where there is none."""
    counts = np.bincount(codes, minlength=feature.size)
    rates = np.bincount(codes, converted, minlength=feature.size)
    for code in range(FIRST, feature.size):
        count, came = int(counts[code]), int(rates[code])
        others, rest = len(codes) - count, int(converted.sum()) - came
        if not count or not 0 < rest < others:
            continue
        odds = rest / (others - rest)
        # The cautious end of the interval: a few leads that all converted are no proof.
        low, high = _wilson_interval(came, count)
        if low / (1 - low) > BEYOND_BELIEF * odds or high / (1 - high) * BEYOND_BELIEF < odds:
            return (
                f"questioned: {came / count:.0%} of the {count:,} leads with “{feature.words[code - FIRST]}” converted,"
                f" {rest / others:.1%} of the others: more than is known before the outcome"
            )
    return None


def _explain_nobody(feature: Feature, codes: NDArray[np.uint8], converted: NDArray[np.int8]) -> str | None:
    """Name a value, or all values up to one or from one on, with which nearly nobody converts; None without one."""
    counts = np.bincount(codes, minlength=feature.size)[FIRST:]
    came = np.bincount(codes, converted, minlength=feature.size)[FIRST:]
    parts = [(counts, came, "“{}”")]
    if feature.kind == "number":
        parts += [(counts.cumsum(), came.cumsum(), "{} or less")]
        parts += [(counts[::-1].cumsum()[::-1], came[::-1].cumsum()[::-1], "{} or more")]
    for held, converts, words in parts:
        expected = held * converted.mean()
        few = (expected >= IMPOSSIBLE) & (converts <= NEARLY_NO * expected)
        if few.any():
            place = int(np.argmax(np.where(few, expected, 0)))
            return (
                f"questioned: of the {int(held[place]):,} leads with {words.format(feature.words[place])}"
                f" {int(converts[place]):,} converted, where {expected[place]:,.0f} were to be expected"
            )
    return None


def _wilson_interval(came: int, count: int) -> tuple[float, float]:
    """Compute the 95 % interval of a rate (Wilson's), strictly between 0 and 1."""
    rate, square = came / count, NORMAL_95**2
    middle = (rate + square / (2 * count)) / (1 + square / count)
    width = NORMAL_95 * np.sqrt(rate * (1 - rate) / count + square / (4 * count**2)) / (1 + square / count)
    return max(middle - width, 1e-9), min(middle + width, 1 - 1e-9)


def _compute_own_auc(codes: NDArray[np.uint8], converted: NDArray[np.int8], folds: NDArray[Any]) -> float:
    """Compute the AUC that a column reaches alone, by the rates of its values in the other folds."""
    scores = np.empty(len(codes))
    for fold in range(FOLDS):
        here = folds == fold
        counts = np.bincount(codes[~here], minlength=256)
        sums = np.bincount(codes[~here], converted[~here], minlength=256)
        overall = converted[~here].mean()
        scores[here] = ((sums + SMOOTHING * overall) / (counts + SMOOTHING))[codes[here]]
    return compute_auc(converted, scores).value
