"""The plain rule score: fit to the workspace's criteria, source, recency and engagement.

It is shown where too little is known to learn from, or where nothing learned is better than chance.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from storage.names.normalise import split_words
from storage.scores.columns.engagement import RECENCY, REPLIES, TOUCHES, make_engagement_column
from storage.scores.columns.features import normalise_category, parse_number
from storage.scores.columns.lead_columns import LeadColumn, Values, make_standard_column

# Kept with the reasons, so that whoever reads only these knows that they are rules of thumb without figures.
BY_RULES = "rules"

START = 35
REFERRED = frozenset("referral referrals referred reference partner recommendation customer".split())
CAME = frozenset("web website inquiry enquiry inbound phone chat demo quote trial form organic quiz".split())
BOUGHT = frozenset("purchased list bought cold scraped".split())
SOON = re.compile(r"\b(asap|now|immediately|right away|at once|urgent(ly)?|this (week|month))\b", re.IGNORECASE)
SPAN = re.compile(r"(\d{1,4})\s*(day|week|month|year)s?\b", re.IGNORECASE)
DAYS = {"day": 1, "week": 7, "month": 30, "year": 365}
MOST = 3

Rule = tuple[tuple[int, str], ...]
# Each rule's outcomes, as points and words; an outcome's code is its position. Code 0 says nothing.
RULES: dict[str, Rule] = {
    "source": (
        (0, ""),
        (20, "Came by referral"),
        (10, "Came to us by itself"),
        (-15, "From a bought list"),
    ),
    "product_interest": ((0, ""), (8, "Product interest is known")),
    "budget": ((0, ""), (12, "Budget meets the guideline"), (-8, "Budget is below the guideline")),
    "timeframe": ((0, ""), (12, "Timeframe meets the guideline"), (-6, "Timeframe is beyond the guideline")),
    "recency": (
        (0, ""),
        (12, "In touch in the last week"),
        (5, "In touch in the last month"),
        (-12, "Nothing heard for three months"),
        (10, "New this week"),
        (-10, "Never touched in two months"),
    ),
    "engagement": (
        (0, ""),
        (5, "In touch at least twice"),
        (10, "In touch at least five times"),
    ),
    "replies": ((0, ""), (10, "Has replied")),
}

CREATED = LeadColumn("created_at", "standard", "created_at")
COLUMNS = (
    *(make_standard_column(name) for name in ("source", "product_interest", "budget", "timeframe")),
    CREATED,
    *(make_engagement_column(name) for name in (TOUCHES, RECENCY, REPLIES)),
)


class RuleScorer:
    """Scores leads by rules, under a workspace's guidelines."""

    columns = COLUMNS

    def __init__(self, name: str, guidelines: Mapping[str, Any], now: datetime) -> None:
        self.name = name
        self.width = len(RULES)
        self._now = now
        self._budget_at_least = float(Decimal(str(guidelines.get("budget_at_least", 0))))
        self._timeframe_days = int(guidelines.get("timeframe_months", 6)) * 30
        widest = max(map(len, RULES.values()))
        self._points = np.array(
            [[*(points for points, _ in rule), *[0] * (widest - len(rule))] for rule in RULES.values()]
        )
        self._texts = [[json.dumps(words) for _, words in rule] for rule in RULES.values()]

    def encode_leads(self, cells: Mapping[LeadColumn, Values], rows: int) -> NDArray[np.uint8]:
        """Encode which outcome of each rule holds for each lead, a row for each lead."""
        source, interest, budget, timeframe, created, touches, recency, replies = (cells[each] for each in COLUMNS)
        codes = np.zeros((rows, self.width), dtype=np.uint8)
        codes[:, 0] = [_code_source(value) for value in source]
        codes[:, 1] = [normalise_category(value) is not None for value in interest]
        codes[:, 2] = [self._code_budget(value) for value in budget]
        codes[:, 3] = [self._code_timeframe(value) for value in timeframe]
        codes[:, 4] = [self._code_recency(*each) for each in zip(recency, created, strict=True)]
        codes[:, 5] = np.searchsorted([2, 5], np.array(touches, dtype=float), side="right")
        codes[:, 6] = [bool(value) for value in replies]
        return codes

    def score_leads(self, codes: NDArray[np.uint8]) -> tuple[NDArray[np.int64], None]:
        """Score leads from 1 to 99, without a probability."""
        points = self._points[np.arange(self.width), codes].sum(axis=1)
        return np.clip(START + points, 1, 99).astype(np.int64), None

    def find_scorable(self, codes: NDArray[np.uint8]) -> NDArray[np.bool_]:
        """Return true for each lead: rules can score all of them."""
        return np.ones(len(codes), dtype=bool)

    def explain_leads(self, codes: NDArray[np.uint8]) -> list[str]:
        """Write what raised and lowered each score, as the JSON that the database keeps."""
        points = self._points[np.arange(self.width), codes]
        found = []
        for row, weights in zip(codes.tolist(), points.tolist(), strict=True):
            ranked = sorted(zip(weights, self._texts, row, strict=True), key=lambda each: -abs(each[0]))
            up = [texts[code] for weight, texts, code in ranked if weight > 0][:MOST]
            down = [texts[code] for weight, texts, code in ranked if weight < 0][:MOST]
            found.append(f'{{"raises": [{", ".join(up)}], "lowers": [{", ".join(down)}], "by": "{BY_RULES}"}}')
        return found

    def _code_budget(self, value: Any) -> int:
        amount = parse_number(re.sub(r"[^\d.,kKmM-]", "", str(value)).rstrip("kKmM"), comma=False) if value else None
        if amount is None:
            return 0
        if str(value).strip().lower().endswith("k"):
            amount *= 1000
        return 1 if amount >= self._budget_at_least else 2

    def _code_timeframe(self, value: Any) -> int:
        if not value:
            return 0
        if SOON.search(value):
            return 1
        span = SPAN.search(value)
        if span is None:
            return 0
        return 1 if int(span[1]) * DAYS[span[2].lower()] <= self._timeframe_days else 2

    def _code_recency(self, days: int | None, created: datetime) -> int:
        if days is not None:
            return 1 if days <= 7 else 2 if days <= 30 else 3 if days > 90 else 0
        age = self._now - created
        return 4 if age <= timedelta(days=7) else 5 if age > timedelta(days=60) else 0


def _code_source(value: Any) -> int:
    words = {*split_words(value)} if value else set()
    return 1 if words & REFERRED else 3 if words & BOUGHT else 2 if words & CAME else 0
