"""The sample company's calendar: every date follows from the moment at which the demo starts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

SATURDAY = 5


@dataclass(frozen=True)
class Days:
    """Now, and the working days around it, in the company's time zone."""

    now: datetime
    zone: ZoneInfo

    @cached_property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    @cached_property
    def yesterday(self) -> date:
        return self.today - timedelta(days=1)

    @cached_property
    def last_working_day(self) -> date:
        """The newest working day before today."""
        return working(self.yesterday, back=True)

    def ago(self, days: int) -> date:
        """The working day that many days ago, or the one before it."""
        return min(working(self.today - timedelta(days=days), back=True), self.last_working_day)

    def ahead(self, days: int) -> date:
        """The working day in that many days, or the one after it."""
        return working(self.today + timedelta(days=days))

    def at(self, day: date, hour: int, minute: int = 0) -> datetime:
        """A moment of a local day, in UTC, never after now."""
        moment = datetime.combine(day, time(hour, minute), self.zone).astimezone(UTC)
        return min(moment, self.now)

    def since(self, moment: datetime) -> int:
        """Local days from a moment until today."""
        return (self.today - moment.astimezone(self.zone).date()).days


def working(day: date, *, back: bool = False) -> date:
    """The day itself from Monday to Friday; at a weekend the next working day, or the one before."""
    while day.weekday() >= SATURDAY:
        day += timedelta(days=-1 if back else 1)
    return day
