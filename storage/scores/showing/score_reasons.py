"""The reasons of a score: what each column adds to the logit, in words with evidence."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from storage.names.normalise import split_words
from storage.scores.columns.column_names import split_column_name, word_column_name
from storage.scores.columns.engagement import MONTH, RECENCY, make_engagement_column
from storage.scores.columns.features import FIRST, Feature
from storage.scores.model.additive_model import AdditiveModel, Codes, Floats

SEASON = make_engagement_column(MONTH)
MOST = 3
ENOUGH = 30
# In logits. A weight that moves a probability by one point at most is not worth a rep's time.
LEAST_WEIGHT = 0.05

BEYOND_CHANCE = 2.0
# The rate of a value's leads must differ from the overall rate by this share of it: 10 %.
LEAST_DIFFERENCE = 0.1

# Whatever the figures say, nobody believes that these speak for a lead: the figures then tell of something else.
UNWELCOME = re.compile(
    r"\b(wrong|invalid|incorrect|false|fake|bounced|unsubscribed|opted out|opt out|do not|don t|not interested|junk"
    r"|spam|duplicate|unreachable|not reachable|switched off|no answer|not provided|complaint|complained)\b"
)

DENIES = frozenset({"no", "n", "false", "0", "never", "nein", "non"})

# In days: nobody calls because there was no touch for so long.
LONG_AGO = 30

LONGEST_NAME = 60
LONGEST_VALUE = 60
# Values of these standard fields are understood without the field's name.
SPEAKS_FOR_ITSELF = frozenset({"source", "industry", "title", "country", "city", "state"})


@dataclass(frozen=True)
class Reason:
    """A value with its evidence, and what it adds to the logit of one lead."""

    text: str
    weight: float


class ReasonPicker:
    """Picks the reasons of leads scored by one model, and puts them in words."""

    def __init__(self, model: AdditiveModel) -> None:
        self.model = model
        widest = max((feature.size for feature in model.features), default=1)
        self._raises = np.zeros((len(model.features), widest), dtype=bool)
        self._lowers = np.zeros_like(self._raises)
        self._texts: list[list[str]] = []
        for place, feature in enumerate(model.features):
            counts, converted = model.counts[place], model.converted[place]
            overall = converted.sum() / counts.sum()
            texts = []
            for code in range(feature.size):
                side = _decide_side(code, int(counts[code]), int(converted[code]), float(overall))
                if feature.column == SEASON:
                    # It is the same for all leads, so it tells nobody whom to call.
                    side = 0
                told = not is_unwelcome(feature, code) and not tells_of_nothing(feature, code)
                self._raises[place, code] = side > 0 and told
                self._lowers[place, code] = side < 0 and not denies_unwelcome(feature, code)
                texts.append(_word_reason(feature, code, int(counts[code]), int(converted[code]), float(overall)))
            self._texts.append(texts)
        # Worded and encoded once a value: a million leads share a few hundred reasons.
        flat = np.full((len(model.features), widest), "", dtype=object)
        for place, texts in enumerate(self._texts):
            flat[place, : len(texts)] = [json.dumps(text, ensure_ascii=False) for text in texts]
        self._json = flat

    def pick_reasons(self, codes: Codes, parts: Floats) -> list[dict[str, list[str]]]:
        """Pick up to three reasons that raise and three that lower the score of each lead, strongest first."""
        return [json.loads(kept) for kept in self.pick_as_json(codes, parts)]

    def pick_as_json(self, codes: Codes, parts: Floats) -> list[str]:
        """Pick the same reasons, as the JSON that the database keeps."""
        every = np.arange(codes.shape[1])
        up = np.where(self._raises[every, codes], parts, 0.0)
        down = np.where(self._lowers[every, codes], -parts, 0.0)
        return [
            f'{{"raises": [{", ".join(raising)}], "lowers": [{", ".join(lowering)}]}}'
            for raising, lowering in zip(
                self._pick_strongest(up, codes), self._pick_strongest(down, codes), strict=True
            )
        ]

    def _pick_strongest(self, weights: Floats, codes: Codes) -> list[list[str]]:
        """Pick, for each row, the reasons with the greatest weights."""
        if not weights.shape[1]:
            return [[] for _ in weights]
        most = min(MOST, weights.shape[1])
        places = np.argpartition(-weights, most - 1, axis=1)[:, :most]
        found = np.take_along_axis(weights, places, axis=1)
        order = np.argsort(-found, axis=1, kind="stable")
        places, found = np.take_along_axis(places, order, axis=1), np.take_along_axis(found, order, axis=1)
        words = self._json[places, np.take_along_axis(codes, places, axis=1)].tolist()
        counts = (found > LEAST_WEIGHT).sum(axis=1).tolist()
        return [row if count == most else row[:count] for row, count in zip(words, counts, strict=True)]


def _decide_side(code: int, count: int, converted: int, overall: float) -> int:
    """Return 1 where the value may be shown as raising, -1 as lowering, 0 not at all."""
    # That something is missing, or is one of many rare values, is no reason that a rep could use. And the plain rate
    # must say the same as the weight, beyond chance: people compare the reason with what they see.
    if code < FIRST or count < ENOUGH:
        return 0
    rate = converted / count
    error = float(np.sqrt(overall * (1 - overall) / count))
    if abs(rate - overall) < max(BEYOND_CHANCE * error, LEAST_DIFFERENCE * overall):
        return 0
    return 1 if rate > overall else -1


def is_unwelcome(feature: Feature, code: int) -> bool:
    """Say whether the value tells something bad: `Wrong number given “Yes”`, `Do Not Email 1`, `“Invalid”`."""
    value = _simplify_value(feature, code)
    if value is None or value in DENIES:
        return False
    return UNWELCOME.search(f"{split_column_name(feature.column.field)} | {value}") is not None


def denies_unwelcome(feature: Feature, code: int) -> bool:
    """Say whether the value tells that something bad is not so: `Wrong number given “No”`."""
    return (
        _simplify_value(feature, code) in DENIES
        and UNWELCOME.search(split_column_name(feature.column.field)) is not None
    )


def tells_of_nothing(feature: Feature, code: int) -> bool:
    """Say whether the value tells that something is not there: `Calls 0`, `Newsletter “No”`, no touch for a month.

    Whatever the figures say, that is no reason to call somebody.
    """
    if feature.kind == "category":
        return _simplify_value(feature, code) in DENIES
    if feature.column.origin == "engagement" and feature.column.field == RECENCY:
        return code > FIRST and feature.edges[code - FIRST - 1] >= LONG_AGO
    # The lowest range of a count begins at zero.
    counted = feature.column.origin == "engagement"
    return code == FIRST if counted else code >= FIRST and feature.words[code - FIRST] == "0"


def _simplify_value(feature: Feature, code: int) -> str | None:
    return " ".join(split_words(feature.words[code - FIRST])) if code >= FIRST else None


def _word_reason(feature: Feature, code: int, count: int, converted: int, overall: float) -> str:
    if code < FIRST or not count:
        return ""
    rates = f"{format_percent(converted / count)} of {count:,} converted, against {format_percent(overall)} overall"
    return f"{describe_value(feature, code)}: {rates}"


def describe_value(feature: Feature, code: int) -> str:
    """Put a value in words: `Referral`, `Calls 3`, `No calls`, `Do Not Email “Yes”`."""
    value = _shorten_words(feature.words[code - FIRST], LONGEST_VALUE)
    if feature.column.origin == "standard" and feature.column.field in SPEAKS_FOR_ITSELF and feature.kind == "category":
        return value
    column = feature.column
    name = word_column_name(column.name if column.origin == "engagement" else column.field)
    if value == "0" and column.origin == "engagement" and column.field != RECENCY:
        return f"No {name.lower()}"
    said = f"“{value}”" if feature.kind == "category" else value
    return f"{_shorten_words(name, LONGEST_NAME)} {said}"


def _shorten_words(words: str, longest: int) -> str:
    return words if len(words) <= longest else words[: longest - 1].rstrip() + "…"


def format_percent(rate: float) -> str:
    """Format a rate as `39 %`, small ones with a decimal: `3.4 %`."""
    return f"{rate:.0%}".replace("%", " %") if rate >= 0.0995 or rate == 0 else f"{rate:.1%}".replace("%", " %")


def list_contributions(model: AdditiveModel, codes: NDArray[np.uint8]) -> list[Reason]:
    """List everything that one lead's columns add to its logit, also what is not shown to reps."""
    parts = model.compute_contributions(codes[None, :])[0]
    return [
        Reason(
            describe_value(feature, int(code)) if code >= FIRST else f"{feature.column.name}: nothing known",
            float(part),
        )
        for feature, code, part in zip(model.features, codes, parts, strict=True)
    ]
