"""The days on which nobody works, so that no digest is sent: holidays and weekends (DOMAIN.md section 4)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated

from pydantic import Field

from commands.administration.authority import administrator
from commands.administration.pressed import Pressed
from commands.arguments import Day
from commands.context import Context
from commands.digest import Weekdays, days_words
from commands.errors import CommandError
from commands.reply import Reply
from commands.spoken import counted, day_words

LONGEST_HOLIDAY = 31
MOST_HOLIDAYS = 400


class AddHoliday(Pressed):
    """Add a holiday: no digest is sent on it."""

    day: Annotated[Day, Field(description="The day, or the first of several")]
    last_day: Annotated[Day | None, Field(description="The last day, where it is several")] = None

    def run(self, context: Context) -> Reply:
        workspace = administrator(context)
        last = self.last_day or self.day
        if last < self.day:
            raise CommandError("The last day lies before the first. Turn them around, please.")
        if (last - self.day).days >= LONGEST_HOLIDAY:
            raise CommandError(f"That is more than {LONGEST_HOLIDAY} days. Add a shorter holiday.")
        days = {(self.day + timedelta(days=each)).isoformat() for each in range((last - self.day).days + 1)}
        kept = sorted({*workspace.holidays, *days})
        if len(kept) > MOST_HOLIDAYS:
            raise CommandError(f"There is room for {MOST_HOLIDAYS} holidays. Take old ones out first.")
        said = day_words(self.day) if last == self.day else f"{day_words(self.day)} to {day_words(last)}"
        if not context.ledger.set(workspace, holidays=kept):
            return Reply(f"{said} is a holiday already.", notes=_coming(context, kept))
        return Reply(f"{said}: holiday, no digest is sent.", notes=_coming(context, kept))


class RemoveHoliday(Pressed):
    """Make a holiday a day like others."""

    day: Annotated[Day, Field(description="The day that is no holiday")]

    def run(self, context: Context) -> Reply:
        workspace = administrator(context)
        if self.day.isoformat() not in workspace.holidays:
            coming = " ".join(_coming(context, workspace.holidays)) or "None are set."
            raise CommandError(f"{day_words(self.day)} is no holiday. {coming}")
        kept = [each for each in workspace.holidays if each != self.day.isoformat()]
        context.ledger.set(workspace, holidays=kept)
        return Reply(f"{day_words(self.day)} is no holiday any more.", notes=_coming(context, kept))


class SetWorkingDays(Pressed):
    """Say on which days of the week people work: digests come on them."""

    days: Annotated[Weekdays, Field(description="Days of the week: mon, tue … sun")]

    def run(self, context: Context) -> Reply:
        workspace = administrator(context)
        changed = context.ledger.set(workspace, working_days=list(self.days))
        return Reply(
            f"{'' if changed else 'That is set already. '}Digests come {days_words(self.days)},"
            " unless a rep has chosen own days."
        )


def coming_holidays(holidays: list[str] | tuple[str, ...], today: date) -> list[date]:
    """The holidays from today on, the next one first."""
    return [day for each in sorted(holidays) if (day := date.fromisoformat(each)) >= today]


def _coming(context: Context, holidays: list[str]) -> tuple[str, ...]:
    days = coming_holidays(holidays, context.today)
    if not days:
        return ()
    shown = ", ".join(day_words(each, context.today) for each in days[:8])
    more = f" and {counted(len(days) - 8, 'more day')}" if len(days) > 8 else ""
    return (f"Coming holidays: {shown}{more}.",)
