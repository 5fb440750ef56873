"""The days on which nobody works, so that no digest is sent: holidays and weekends.

See docs/domain.md, "When the digest comes".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Annotated, Any

from pydantic import Field

from commands.contract.arguments import Day
from commands.contract.authority import lock_workspace_as_admin
from commands.contract.context import Context
from commands.contract.errors import CommandError
from commands.contract.form_only import Administrative
from commands.contract.reply import Reply
from commands.digest.preview_set import Weekdays, format_weekdays
from commands.values.phrases import format_count, format_day

# Longer than a month is taken for a slip in one of the two dates.
LONGEST_HOLIDAY = 31
MOST_HOLIDAYS = 400
MOST_NAMED = 8


class AddHoliday(Administrative):
    """Add a holiday: no digest is sent on it."""

    day: Annotated[Day, Field(description="The day, or the first of several")]
    last_day: Annotated[Day | None, Field(description="The last day, where it is several")] = None

    def run(self, context: Context) -> Reply:
        workspace = lock_workspace_as_admin(context)
        # Without a last day it is one day.
        last = self.last_day or self.day
        if last < self.day:
            raise CommandError("The last day lies before the first. Turn them around, please.")
        if (last - self.day).days >= LONGEST_HOLIDAY:
            raise CommandError(f"That is more than {LONGEST_HOLIDAY} days. Add a shorter holiday.")
        days = {(self.day + timedelta(days=each)).isoformat() for each in range((last - self.day).days + 1)}
        kept = sorted({*workspace.holidays, *days})
        if len(kept) > MOST_HOLIDAYS:
            raise CommandError(f"There is room for {MOST_HOLIDAYS} holidays. Take old ones out first.")
        said = format_day(self.day) if last == self.day else f"{format_day(self.day)} to {format_day(last)}"
        if not context.ledger.set_columns(workspace, holidays=kept):
            return Reply(f"{said} is a holiday already.", notes=_list_coming_holidays(context, kept))
        return Reply(f"{said}: holiday, no digest is sent.", notes=_list_coming_holidays(context, kept))


class RemoveHoliday(Administrative):
    """Make a holiday a day like others."""

    day: Annotated[Day, Field(description="The day that is no holiday")]

    def run(self, context: Context) -> Reply:
        workspace = lock_workspace_as_admin(context)
        if self.day.isoformat() not in workspace.holidays:
            coming = " ".join(_list_coming_holidays(context, workspace.holidays)) or "None are set."
            raise CommandError(f"{format_day(self.day)} is no holiday. {coming}")
        kept = [each for each in workspace.holidays if each != self.day.isoformat()]
        context.ledger.set_columns(workspace, holidays=kept)
        return Reply(f"{format_day(self.day)} is no holiday any more.", notes=_list_coming_holidays(context, kept))


class SetWorkingDays(Administrative):
    """Say on which days of the week people work: digests come on them."""

    days: Annotated[Weekdays, Field(description="Days of the week: mon, tue … sun")]

    @classmethod
    def load_stored_values(cls, context: Context, given: Mapping[str, Any]) -> dict[str, Any]:
        return {"days": list(context.vocabulary.working_days)}

    def run(self, context: Context) -> Reply:
        workspace = lock_workspace_as_admin(context)
        changed = context.ledger.set_columns(workspace, working_days=list(self.days))
        return Reply(
            f"{'' if changed else 'That is set already. '}Digests come {format_weekdays(self.days)},"
            " unless a rep has chosen own days."
        )


def describe_holidays(holidays: Sequence[str], today: date) -> str:
    """Describe the holidays to come: `Coming holidays: Fri 25 Dec, Sat 26 Dec.`; empty where there are none."""
    days = [day for each in sorted(holidays) if (day := date.fromisoformat(each)) >= today]
    if not days:
        return ""
    shown = ", ".join(format_day(each, today) for each in days[:MOST_NAMED])
    more = f" and {format_count(len(days) - MOST_NAMED, 'more day')}" if len(days) > MOST_NAMED else ""
    return f"Coming holidays: {shown}{more}."


def _list_coming_holidays(context: Context, holidays: list[str]) -> tuple[str, ...]:
    """Wrap the sentence about coming holidays as the notes of a reply; none where there are none."""
    said = describe_holidays(holidays, context.today)
    return (said,) if said else ()
