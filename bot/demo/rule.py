"""The sample company's score: how leads with the same traits fared so far, weighed together.

Each trait's conversion rate among finished leads, drawn towards the overall rate where there are few of
them, moves the odds; the score is the place of the resulting probability among the finished leads (1-99).
The rule is learned once, so that a score means the same from day to day, and uses of each lead only
what was known at the moment of scoring.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from math import exp, log

from bot.demo.firm import SIZES
from bot.demo.lives import QUOTE, End, LeadLife

MODEL = "demo-rule"
DRAWN = 8
"""A trait counts as if so many more leads had it, converting at the overall rate."""
TOGETHER = 0.75
"""Traits overlap, so their sum is taken for less than its parts."""
TELLS = 0.15
"""A trait that moves the log odds by less is no reason."""
FEW = 8
MOST_REASONS = 3
SIZE_WORDS = ("Under 50 employees", "50 to 249 employees", "250 to 999 employees", "1,000 employees or more")
RANK_WORDS = ("Head, director or chief", "Manager", "Specialist, officer or engineer")

QUIET = (
    (4, "In touch in the last days"),
    (9, "Quiet for a week"),
    (16, "Quiet for two weeks"),
    (10_000, "Quiet for three weeks or more"),
)
SILENCE = frozenset(words for _, words in QUIET[1:])


@dataclass(frozen=True)
class Verdict:
    """The score of one lead at one moment, with its reasons in words, strongest first."""

    score: int
    probability: float
    raises: tuple[str, ...]
    lowers: tuple[str, ...]


class Rule:
    """What the leads teach that had ended by a moment."""

    def __init__(self, leads: Sequence[LeadLife], at: datetime) -> None:
        ended = [lead for lead in leads if lead.ended_at is not None and lead.ended_at < at]
        self._known = [(traits(lead, lead.ended_at or at), lead.end is End.CONVERTED) for lead in ended]
        self.count = len(ended)
        self.converted = sum(converted for _, converted in self._known)
        self.rate = self.converted / self.count
        self._had = Counter(trait for found, _ in self._known for trait in found)
        self._won = Counter(trait for found, converted in self._known if converted for trait in found)
        self._weights = {trait: self._weight(trait) for trait in self._had}
        for (_, fresher), (_, longer) in pairwise(QUIET):
            # Chance may have it otherwise, but nobody believes that a longer silence is a good sign.
            self._weights[longer] = min(self._weights.get(longer, 0.0), self._weights.get(fresher, 0.0))
        self._ladder = sorted(self._probability(found) for found, _ in self._known)

    def judge(self, lead: LeadLife, at: datetime) -> Verdict:
        """The verdict on an open lead at a moment."""
        found = traits(lead, at)
        probability = self._probability(found)
        score = 1 + int(98 * bisect_left(self._ladder, probability) / len(self._ladder))
        weighed = sorted(((self._weights[trait], trait) for trait in found if self._had[trait] >= FEW), reverse=True)
        raises = [self.evidence(trait) for weight, trait in weighed if weight > TELLS and trait not in SILENCE]
        lowers = [self.evidence(trait) for weight, trait in reversed(weighed) if weight < -TELLS]
        return Verdict(score, round(probability, 4), tuple(raises[:MOST_REASONS]), tuple(lowers[:MOST_REASONS]))

    def evidence(self, trait: str) -> str:
        """`Customer Referral: 42 % of 38 converted, against 24 % overall`."""
        share = self._won[trait] / self._had[trait]
        return f"{trait}: {share:.0%} of {self._had[trait]} converted, against {self.rate:.0%} overall".replace(
            "%", " %"
        )

    def _probability(self, found: Sequence[str]) -> float:
        odds = log(self.rate / (1 - self.rate)) + TOGETHER * sum(self._weights.get(trait, 0.0) for trait in found)
        return 1 / (1 + exp(-odds))

    def _weight(self, trait: str) -> float:
        """Change of the log odds by a trait."""
        won, had = self._won[trait], self._had[trait]
        rate = (won + DRAWN * self.rate) / (had + DRAWN)
        return log(rate / (1 - rate)) - log(self.rate / (1 - self.rate))


def traits(lead: LeadLife, at: datetime) -> tuple[str, ...]:
    """What is known of a lead at a moment, as the words of its reasons."""
    known = [each for each in lead.touches if each.at < at]
    contact = [each.at for each in known if each.kind != "note"]
    size = next(place for place, (_, most) in enumerate(SIZES) if lead.firm.employees <= most)
    found = [lead.source.name, lead.firm.industry.name, SIZE_WORDS[size], RANK_WORDS[lead.rank]]
    if any(each.subject == QUOTE for each in known):
        found.append("Asked for a quote")
    if contact:
        found.append("Met or saw a demo" if any(each.kind == "meeting" for each in known) else "No meeting yet")
        quiet = (at - max(contact)).days
        found.append(next(words for most, words in QUIET if quiet <= most))
    return tuple(found)
