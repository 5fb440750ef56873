"""Counts calls, emails, meetings and notes, by whom and when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from commands.contract.arguments import OWNERS_OF_LIST, OwnerName, PastPeriod, split_list
from commands.contract.command import Command
from commands.contract.context import Context
from commands.contract.errors import CommandError
from commands.contract.reply import Reply
from commands.values.calendar_periods import add_to_day
from commands.values.phrases import format_count, format_period, make_plural
from storage.records import activity_sums
from storage.records.activity_sums import TouchFilter

Kind = Literal["call", "email", "meeting", "note"]
Kinds = Annotated[tuple[Kind, ...], BeforeValidator(split_list)]
Step = Literal["day", "week", "month"]
MOST_ROWS = 120


class ActivityStats(
    Command,
    group="numbers",
    period_field="period",
    offer="Figures of calls, emails and meetings",
    advice="How much was done, not what is due (list_follow_ups) nor what was said with one record (show_activity).",
    examples=("how many calls did I make this week?", "meetings by rep this month"),
):
    """Count calls, emails, meetings and notes, by rep, by kind or over time."""

    kind: Annotated[Kinds | None, Field(description="call, email, meeting, note. Default: all but notes")] = None
    period: Annotated[PastPeriod | None, Field(description="When it happened. Default: all time")] = None
    owner: Annotated[OwnerName | None, Field(description=OWNERS_OF_LIST)] = None
    group_by: Annotated[
        Literal["owner", "kind"] | Step | None, Field(description="One row each; a week begins on Monday")
    ] = None

    def run(self, context: Context) -> Reply:
        kinds = self.kind or ("call", "email", "meeting")
        wanted = TouchFilter(
            tuple(kinds), context.resolve_owners(self.owner), context.get_utc_bounds(self.period) or (None, None)
        )
        count = activity_sums.count_touches(context.scope, wanted)
        rows = self._build_rows(context, wanted) if count and self.group_by else []
        said = f" {format_period(self.period)}" if self.period else ""
        what = self.kind[0] if self.kind and len(self.kind) == 1 else "touch"
        by = f", by {self.group_by}" if self.group_by else ""
        return Reply(
            f"{format_count(count, what)}{said}{':' if rows else '.'}" if count else f"No {make_plural(what)}{said}.",
            figures={"count": count},
            rows=tuple(rows),
            receipt=context.build_receipt(f"{', '.join(map(make_plural, kinds))}{said}{by}", count, self.owner),
        )

    def _build_rows(self, context: Context, wanted: TouchFilter) -> list[dict[str, Any]]:
        match self.group_by:
            case "owner":
                found = activity_sums.count_touches_by(context.scope, wanted, "owner")
                people = context.load_people_names(key for key, _ in found)
                return [{"owner": people.get(key), "count": count} for key, count in found[:MOST_ROWS]]
            case "kind":
                found = activity_sums.count_touches_by(context.scope, wanted, "kind")
                return [{"kind": key, "count": count} for key, count in found]
            case "day" | "week" | "month" as step:
                return _build_time_rows(context, wanted, step)
            case _:
                return []


def _build_time_rows(context: Context, wanted: TouchFilter, step: Step) -> list[dict[str, Any]]:
    """Build a row for every day, week or month from the first touch to the last, also where there was none."""
    first, last = activity_sums.find_touch_range(context.scope, wanted)
    if first is None or last is None:
        return []
    days = list(_list_starts(context.to_local_day(first), context.to_local_day(last), step))
    if len(days) > MOST_ROWS:
        raise CommandError(f"That would be {len(days):,} rows. Name a shorter period, or a longer step than a {step}.")
    found = activity_sums.count_touches_from(context.scope, wanted, [context.moment.get_day_start(day) for day in days])
    return [
        {step: f"{day:%Y-%m}" if step == "month" else day.isoformat(), "count": found.get(at, 0)}
        for at, day in enumerate(days)
    ]


def _list_starts(first: date, last: date, step: Step) -> Iterator[date]:
    """List the first days of the days, weeks or months from one day to another."""
    day = {"day": first, "week": first - timedelta(days=first.weekday()), "month": first.replace(day=1)}[step]
    while day <= last:
        yield day
        day = add_to_day(day, months=1) if step == "month" else day + timedelta(days=7 if step == "week" else 1)
