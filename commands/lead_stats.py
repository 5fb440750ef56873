"""How many leads came in and how many of them were converted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from commands.arguments import OwnerName, PastPeriod
from commands.command import Command
from commands.context import Context
from commands.reply import Reply
from commands.spoken import counted, period_words
from storage import lead_sums
from storage.expressions import month_name
from storage.lead_sums import Converted, Moments

MOST_ROWS = 200
MOST_MONTHS = 240


class LeadStats(Command):
    """Count leads created in a period, those converted by now, and the conversion rate."""

    examples: ClassVar[tuple[str, ...]] = ("which source converts best?", "leads by month this year")

    group_by: Annotated[
        Literal["source", "status", "owner", "industry", "month"] | None,
        Field(description="One row each; month is that of creation"),
    ] = None
    period: Annotated[PastPeriod | None, Field(description="Created from and to. Default: all time")] = None
    owner: Annotated[OwnerName | None, Field(description="me, team, everyone, or a colleague's name")] = None

    def run(self, context: Context) -> Reply:
        owners, created = context.owners(self.owner), context.moments(self.period)
        total = lead_sums.in_all(context.scope, owners, created)
        rows, groups = self._rows(context, owners, created) if total.count and self.group_by else ([], 0)
        period = f" created {period_words(self.period)}" if self.period else ""
        by = f", by {self.group_by}" if self.group_by else ""
        return Reply(
            _head(total, period),
            figures=_figures(total),
            rows=tuple(rows),
            notes=(f"These are the largest {len(rows)} of {groups:,}.",) if groups > len(rows) else (),
            receipt=context.receipt(f"leads{period}{by}", total.count, self.owner),
        )

    def _rows(
        self, context: Context, owners: tuple[int, ...] | None, created: Moments | None
    ) -> tuple[list[dict[str, Any]], int]:
        assert self.group_by is not None
        months: list[datetime] = []
        names: list[str] = []
        if self.group_by == "month":
            months, names = _months(context, lead_sums.first_and_last(context.scope, owners, created))
        found, groups = lead_sums.by_group(
            context.scope, owners, created, self.group_by, months, limit=MOST_MONTHS + 1 if months else MOST_ROWS
        )
        named = self._names(context, [each.group for each in found], names)
        return [{self.group_by: named(each.group), **_figures(each)} for each in found], groups

    def _names(self, context: Context, keys: list[Any], months: list[str]) -> Callable[[Any], str | None]:
        match self.group_by:
            case "status":
                return lambda key: context.vocabulary.status[key].name
            case "owner":
                return context.names_of(keys).get
            case "month":
                return lambda key: f"before {months[0]}" if key < 0 else months[key]
            case _:
                return lambda key: key


def _months(context: Context, created: Moments) -> tuple[list[datetime], list[str]]:
    """The moments at which the asker's months begin, and their names; the last twenty years at most."""
    first, last = created
    if first is None or last is None:
        return [], []
    day, end = context.local_day(first), context.local_day(last)
    to = end.year * 12 + end.month - 1
    numbers = range(max(day.year * 12 + day.month - 1, to - MOST_MONTHS + 1), to + 1)
    starts = [context.moment.start_of(day.replace(year=each // 12, month=each % 12 + 1, day=1)) for each in numbers]
    return starts, [month_name(each) for each in numbers]


def _figures(each: Converted) -> dict[str, Any]:
    return {
        "count": each.count,
        "converted": each.converted,
        "rate": each.converted / each.count if each.count else None,
    }


def _head(total: Converted, period: str) -> str:
    if not total.count:
        return f"No leads{period}."
    rate = total.converted / total.count
    return f"{counted(total.count, 'lead')}{period}, {total.converted:,} of them converted by now ({rate:.1%})."
