"""Works out when a digest is due: a local time of day, on local days, in a time zone.

See docs/domain.md, "When the digest comes".
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from commands.values.clock import DAYS

# After downtime a digest is still sent this long after its time. At noon the plan for the morning is of no use any
# more, so later it is skipped and reported.
LATE_BY_MOST = timedelta(hours=3, minutes=30)

# Days before today whose digest may have been missed without a word. It covers a process that was down over a long
# weekend and the days around it.
LOOKS_BACK = 5


@dataclass(frozen=True)
class DigestSchedule:
    """When a person wants the digest: local time of day, days of the week (mon … sun), time zone."""

    at: time
    days: tuple[str, ...]
    zone: str


@dataclass(frozen=True)
class DueDigest:
    """The digest of a local date: when it is due and until when it may still be sent, both UTC."""

    local_date: date
    at: datetime

    @property
    def until(self) -> datetime:
        return self.at + LATE_BY_MOST


def local_to_utc(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Convert a local time of day on a date into a UTC moment.

    A time that the clocks skip on that day is the first moment after the gap; one that they pass twice is the first.
    """
    local = datetime.combine(day, at, zone)
    found = local.astimezone(UTC)
    if found.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None):
        return found
    # In the gap the offset before it (fold 0) gives a moment after it: as late as the time lies in the gap.
    before, after = local.utcoffset(), local.replace(fold=1).utcoffset()
    assert before is not None
    assert after is not None
    gap = abs(after - before)
    start = found - gap
    # Minute by minute up to the change of the clocks: zones have moved theirs by odd amounts at odd times.
    while (start + timedelta(minutes=1)).astimezone(zone).utcoffset() == start.astimezone(zone).utcoffset():
        start += timedelta(minutes=1)
    return start + timedelta(minutes=1)


def find_valid_zone(*names: str | None) -> ZoneInfo:
    """Return the first of these names that is a time zone, else UTC."""
    for name in names:
        if name:
            try:
                return ZoneInfo(name)
            except (ZoneInfoNotFoundError, ValueError, OSError):
                continue
    return ZoneInfo("UTC")


def find_due_digest(schedule: DigestSchedule, now: datetime, holidays: Collection[str]) -> DueDigest | None:
    """Find the digest that is to be sent at this moment, whether or not it was sent already."""
    for due in _iterate_recent_digests(schedule, now, holidays):
        # What is older was due even earlier.
        if due.until < now:
            break
        if due.at <= now:
            return due
    return None


def list_missed_digests(schedule: DigestSchedule, now: datetime, holidays: Collection[str]) -> list[DueDigest]:
    """List the digests of the last days that cannot be sent any more, whether or not they were sent."""
    return [due for due in _iterate_recent_digests(schedule, now, holidays) if due.until < now]


def _iterate_recent_digests(schedule: DigestSchedule, now: datetime, holidays: Collection[str]) -> Iterator[DueDigest]:
    """Iterate over today's digest and those of the last days, the newest first."""
    zone = find_valid_zone(schedule.zone)
    today = now.astimezone(zone).date()
    # Tomorrow's comes first where a late one of yesterday reaches past midnight: the newest one counts.
    for day in (today - timedelta(days=back) for back in range(LOOKS_BACK + 1)):
        if DAYS[day.weekday()] in schedule.days and day.isoformat() not in holidays:
            yield DueDigest(day, local_to_utc(day, schedule.at, zone))
