"""Conditions on columns that several tables share: a range, a position among moments."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import case, literal


def match_range(column: Any, least: Any, most: Any) -> list[Any]:
    """List the conditions that a column lies between two values, both inclusive; None is open."""
    return ([column >= least] if least is not None else []) + ([column <= most] if most is not None else [])


def select_place(column: Any, starts: Sequence[datetime]) -> Any:
    """Select the position of the last of these moments, earliest first, that is not after the column's."""
    if len(starts) == 1:
        return literal(0)

    # By halving: a few comparisons a row instead of one for each moment.
    def select_between(low: int, high: int) -> Any:
        if low == high:
            return literal(low)
        middle = (low + high + 1) // 2
        return case((column < starts[middle], select_between(low, middle - 1)), else_=select_between(middle, high))

    return select_between(0, len(starts) - 1)
