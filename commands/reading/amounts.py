"""Reading amounts as reps say them: `45k`, `$1.2m`, `30 thousand`."""

from __future__ import annotations

import re
from decimal import Decimal

AMOUNT = re.compile(r"^[$€£]?\s*(\d[\d,]*(?:\.\d+)?)\s*(k|m|thousand|million)?$", re.I)
SCALES = {"k": 1000, "thousand": 1000, "m": 1_000_000, "million": 1_000_000}


def read_amount(words: str) -> Decimal | None:
    """The amount these words name, None where they name none."""
    found = AMOUNT.match(words.strip())
    if not found:
        return None
    number, scale = found.groups()
    return Decimal(number.replace(",", "")) * SCALES.get((scale or "").lower(), 1)
