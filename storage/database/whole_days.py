"""Days without a time of day, kept where moments are kept."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

# At this hour of UTC it is the same date from Honolulu to Auckland in summer: whoever counts by their own midnights
# finds the day in its month. The millionth of a second tells it from a moment that a program wrote.
HOUR = time(10, 0, 0, 1, tzinfo=UTC)


def to_whole_day(day: date) -> datetime:
    """Turn a day into the moment under which it is stored; `find_whole_day` turns it back."""
    return datetime.combine(day, HOUR)


def find_whole_day(moment: datetime) -> date | None:
    """Find the day of a moment that stands for a whole day; None for any other moment."""
    in_utc = moment.astimezone(UTC)
    return in_utc.date() if in_utc.timetz() == HOUR else None
