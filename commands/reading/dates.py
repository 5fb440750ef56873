"""Reading dates and periods as reps say them."""

from __future__ import annotations

from datetime import date, timedelta

from commands.reading.moment import Lean, Moment, Period


def read_date(words: str, moment: Moment, *, lean: Lean = "future") -> date | None:
    """The day these words name, None where they name none."""
    match words.strip().lower():
        case "today":
            return moment.today
        case "tomorrow":
            return moment.today + timedelta(days=1)
        case said:
            try:
                return date.fromisoformat(said)
            except ValueError:
                return None


def read_period(words: str, moment: Moment, *, lean: Lean = "past") -> Period | None:
    """The period these words name, None where they name none."""
    day = read_date(words, moment, lean=lean)
    return Period(start=day, end=day) if day else None
