"""Counts how many leads came in and how many of them were converted."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from commands.contract.arguments import OWNERS_OF_LIST, OwnerName, PastPeriod
from commands.contract.command import Command
from commands.contract.context import Context
from commands.contract.reply import Reply
from commands.values.phrases import format_count, format_period
from storage.database.expressions import month_name
from storage.leads import lead_sums
from storage.leads.lead_sums import ConversionCount, CreatedLeads, LeadGroup

MOST_ROWS = 200
# One conversion among three leads is a rate of 33 %, and chance: fewer than this say little.
ENOUGH = 10
# Twenty years: a creation date that was misread (1900) must not make a thousand rows.
MOST_MONTHS = 240


class LeadStats(
    Command,
    group="numbers",
    period_field="period",
    offer="Figures of leads",
    examples=("which source converts best?", "leads by month this year"),
):
    """Count leads created in a period, those converted by now, and the conversion rate."""

    group_by: Annotated[
        Literal["source", "status", "owner", "industry", "month"] | None,
        Field(description="One row each; month is that of creation"),
    ] = None
    period: Annotated[PastPeriod | None, Field(description="Created from and to. Default: all time")] = None
    owner: Annotated[OwnerName | None, Field(description=OWNERS_OF_LIST)] = None

    def run(self, context: Context) -> Reply:
        wanted = CreatedLeads(context.resolve_owners(self.owner), context.get_utc_bounds(self.period) or (None, None))
        rows: list[dict[str, Any]] = []
        more: tuple[str, ...] = ()
        if self.group_by is None or self.group_by == "month":
            total = lead_sums.count_all(context.scope, wanted)
            rows = _build_month_rows(context, wanted) if total.count and self.group_by else []
        else:
            total, found, groups = lead_sums.count_by_group(context.scope, wanted, self.group_by, limit=MOST_ROWS)
            rows = self._build_group_rows(context, self.group_by, found)
            more = (f"These are the largest {len(rows)} of {groups:,}.",) if groups > len(rows) else ()
            # Converting changes the status, so a rate by status would only say what the statuses mean.
            if self.group_by != "status":
                rows.sort(key=_rate_sort_key)
                more += _note_small_groups(rows)
        period = f" created {format_period(self.period)}" if self.period else ""
        by = f", by {self.group_by}" if self.group_by else ""
        return Reply(
            _compose_head(total, period) + _describe_winner(rows, self.group_by),
            figures=_build_figures(total),
            rows=tuple(rows),
            notes=more,
            receipt=context.build_receipt(f"leads{period}{by}", total.count, self.owner),
        )

    def _build_group_rows(
        self, context: Context, group: LeadGroup, found: list[ConversionCount]
    ) -> list[dict[str, Any]]:
        keys = [each.group for each in found]
        match group:
            case "owner":
                names = context.load_people_names(keys)
            case "status":
                names = {status.id: status.name for status in context.vocabulary.statuses}
            case _:
                names = {key: key for key in keys}
        return [{group: names.get(each.group), **_build_figures(each)} for each in found]


def _build_month_rows(context: Context, wanted: CreatedLeads) -> list[dict[str, Any]]:
    """Build a row for every month in which leads came in; of the last twenty years at most."""
    first, last = lead_sums.find_creation_range(context.scope, wanted)
    if first is None or last is None:
        return []
    day, end = context.to_local_day(first), context.to_local_day(last)
    to = end.year * 12 + end.month - 1
    numbers = range(max(day.year * 12 + day.month - 1, to - MOST_MONTHS + 1), to + 1)
    # Months begin at the asker's midnight, which differs from UTC's and moves with summer time; SQL cannot know it.
    starts = [context.moment.get_day_start(date(number // 12, number % 12 + 1, 1)) for number in numbers]
    found = lead_sums.count_by_month(context.scope, wanted, starts)
    return [{"month": month_name(numbers[each.group]), **_build_figures(each)} for each in found if each.count]


def _build_figures(each: ConversionCount) -> dict[str, Any]:
    return {
        "count": each.count,
        "converted": each.converted,
        "rate": each.converted / each.count if each.count else None,
    }


def _rate_sort_key(row: dict[str, Any]) -> tuple[bool, float, int]:
    """Return the key that sorts the best rate first, and groups of few leads behind all others."""
    return row["count"] < ENOUGH, -row["rate"], -row["count"]


def _describe_winner(rows: list[dict[str, Any]], group: str | None) -> str:
    """Describe the best group: ` Customer Referral converts best: 16 of 60 (27%).`; empty where none stands out."""
    if group not in ("source", "owner", "industry") or len(rows) < 2:
        return ""
    best = rows[0]
    if best[group] is None or not best["converted"] or best["count"] < ENOUGH:
        return ""
    return f" {best[group]} converts best: {best['converted']:,} of {best['count']:,} ({best['rate']:.0%})."


def _note_small_groups(rows: list[dict[str, Any]]) -> tuple[str, ...]:
    counts = [row["count"] for row in rows]
    if counts and min(counts) < ENOUGH <= max(counts):
        return (f"Those with fewer than {ENOUGH} leads stand last: too few to tell.",)
    return ()


def _compose_head(total: ConversionCount, period: str) -> str:
    if not total.count:
        return f"No leads{period}."
    rate = total.converted / total.count
    return f"{format_count(total.count, 'lead')}{period}, {total.converted:,} of them converted by now ({rate:.1%})."
