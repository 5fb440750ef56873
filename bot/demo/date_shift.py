"""The dates of the sample company, moved so that its today is today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cached_property
from typing import Literal
from zoneinfo import ZoneInfo

import numpy as np

from bot.demo.sample_company import WRITTEN_FOR

DATED = frozenset({"created_at", "last_activity_at", "converted_at", "close_date", "at", "due"})
"""Columns of the files that hold a date, or a local moment."""


@dataclass(frozen=True)
class Calendar:
    """The local days around a moment. Working days are Monday to Friday."""

    now: datetime
    zone: ZoneInfo

    @cached_property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    @cached_property
    def last_working_day(self) -> date:
        """The newest working day before today."""
        return self._working_days(-1)

    def at(self, day: date, hour: int, minute: int = 0) -> datetime:
        """A moment of a local day, in UTC, never after now."""
        return min(datetime.combine(day, time(hour, minute), self.zone).astimezone(UTC), self.now)

    def move_row(self, row: dict[str, str]) -> dict[str, str]:
        """A row of the files with its dates as far from today as they were from the day it was written for."""
        return {column: self._move(cell) if column in DATED and cell else cell for column, cell in row.items()}

    def _move(self, cell: str) -> str:
        moment = datetime.fromisoformat(cell)
        day = self._working_days(int(np.busday_count(WRITTEN_FOR, moment.date())))
        is_date = len(cell) == len("2026-11-18")
        return day.isoformat() if is_date else self.at(day, moment.hour, moment.minute).isoformat()

    def _working_days(self, count: int) -> date:
        """The day that many working days from today, which counts as itself at a weekend too."""
        if not count:
            return self.today
        roll: Literal["forward", "backward"] = "forward" if count < 0 else "backward"
        return date.fromisoformat(str(np.busday_offset(np.datetime64(self.today), count, roll=roll)))
