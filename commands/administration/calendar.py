"""The days on which nobody works, so that no digest is sent: holidays and weekends (DOMAIN.md section 4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Annotated, Any

from pydantic import Field

from commands.contract.arguments import Day
from commands.contract.authority import administrator
from commands.contract.context import Context
from commands.contract.errors import CommandError
from commands.contract.form_only import Administrative
from commands.contract.reply import Reply
from commands.digest.preview_set import Weekdays, days_words
from commands.values.phrases import counted, day_words

LONGEST_HOLIDAY = 31
MOST_HOLIDAYS = 400
MOST_NAMED = 8


class AddHoliday(Administrative):
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


class RemoveHoliday(Administrative):
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


class SetWorkingDays(Administrative):
    """Say on which days of the week people work: digests come on them."""

    days: Annotated[Weekdays, Field(description="Days of the week: mon, tue … sun")]

    @classmethod
    def now(cls, context: Context, given: Mapping[str, Any]) -> dict[str, Any]:
        return {"days": list(context.vocabulary.working_days)}

    def run(self, context: Context) -> Reply:
        workspace = administrator(context)
        changed = context.ledger.set(workspace, working_days=list(self.days))
        return Reply(
            f"{'' if changed else 'That is set already. '}Digests come {days_words(self.days)},"
            " unless a rep has chosen own days."
        )


def holidays_words(holidays: Sequence[str], today: date) -> str:
    """`Coming holidays: Fri 25 Dec, Sat 26 Dec.`; nothing where none are to come."""
    days = [day for each in sorted(holidays) if (day := date.fromisoformat(each)) >= today]
    if not days:
        return ""
    shown = ", ".join(day_words(each, today) for each in days[:MOST_NAMED])
    more = f" and {counted(len(days) - MOST_NAMED, 'more day')}" if len(days) > MOST_NAMED else ""
    return f"Coming holidays: {shown}{more}."


def _coming(context: Context, holidays: list[str]) -> tuple[str, ...]:
    said = holidays_words(holidays, context.today)
    return (said,) if said else ()
