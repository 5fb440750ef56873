"""Shifts the dates of the sample company, so that its today is today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cached_property
from typing import Literal
from zoneinfo import ZoneInfo

import numpy as np

from bot.demo.sample_company import WRITTEN_FOR

# The columns of the files that hold a date, or a local moment.
DATED = frozenset({"created_at", "last_activity_at", "converted_at", "close_date", "at", "due"})


@dataclass(frozen=True)
class Calendar:
    """Counts local days and working days (Monday to Friday) from a moment, given in UTC."""

    now: datetime
    zone: ZoneInfo

    @cached_property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    @cached_property
    def last_working_day(self) -> date:
        """Find the newest working day before today."""
        return self._shift_working_days(-1)

    def at(self, day: date, hour: int, minute: int = 0) -> datetime:
        """Find a moment of a local day, in UTC, never after now."""
        # What happened later today has not happened yet: no record may come from the future.
        return min(datetime.combine(day, time(hour, minute), self.zone).astimezone(UTC), self.now)

    def move_row(self, row: dict[str, str]) -> dict[str, str]:
        """Copy a row of the files, its dates as far from today as they were from the day the files were written for."""
        return {column: self._move_cell(cell) if column in DATED and cell else cell for column, cell in row.items()}

    def _move_cell(self, cell: str) -> str:
        moment = datetime.fromisoformat(cell)
        # In working days: calls and meetings stay on days when people work, whatever day today is.
        day = self._shift_working_days(int(np.busday_count(WRITTEN_FOR, moment.date())))
        is_date = len(cell) == len("2026-11-18")
        return day.isoformat() if is_date else self.at(day, moment.hour, moment.minute).isoformat()

    def _shift_working_days(self, count: int) -> date:
        """Find the day that many working days from today; 0 is today, also at a weekend."""
        if not count:
            return self.today
        roll: Literal["forward", "backward"] = "forward" if count < 0 else "backward"
        return date.fromisoformat(str(np.busday_offset(np.datetime64(self.today), count, roll=roll)))
