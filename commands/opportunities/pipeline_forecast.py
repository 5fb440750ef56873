"""Sums up the pipeline, and forecasts a period."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from commands.contract.arguments import OWNERS_OF_LIST, ClosingPeriod, ComingPeriod, Hint, OwnerName
from commands.contract.command import Command
from commands.contract.context import Context
from commands.contract.reply import Reply
from commands.opportunities.list_opportunities import STATES, OpportunityState
from commands.values.calendar_periods import get_calendar_period
from commands.values.moment import Period
from commands.values.phrases import format_count, format_period
from commands.wording.sums import combine_currencies, format_amounts, make_group_namer, merge_sums, round_to_cents
from storage.leads import leads
from storage.leads.lead_filter import LeadFilter
from storage.names.normalise import normalise_name
from storage.opportunities import opportunity_sums
from storage.opportunities.opportunities import OpportunityFilter
from storage.opportunities.opportunity_sums import WHOLE, GroupOrder, Slice, Sums

MOST_ROWS = 200
CATEGORIES = ("closed", "commit", "best_case", "pipeline", "omitted")


class SummarizePipeline(
    Command,
    group="numbers",
    period_field="closing",
    usual={"state": "open"},
    offer="Pipeline",
    examples=("pipeline by stage", "what is in my pipeline for this quarter?"),
):
    """Sum up opportunities: count, amount and weighted amount, by stage or otherwise."""

    group_by: Annotated[
        Literal["stage", "owner", "account", "source", "month"] | None,
        Field(description="What makes a row; month is that of the close date. Default: stage"),
    ] = None
    state: Annotated[OpportunityState | None, Hint(""), Field(description="open (the default), won, lost or all")] = (
        None
    )
    closing: Annotated[ClosingPeriod | None, Field(description="When they close or were closed")] = None
    owner: Annotated[OwnerName | None, Field(description=OWNERS_OF_LIST)] = None

    def run(self, context: Context) -> Reply:
        wanted = OpportunityFilter(
            states=STATES[self.state],
            owners=context.resolve_owners(self.owner),
            closing=((self.closing.start, self.closing.end),) if self.closing else None,
        )
        found = opportunity_sums.sum_by_currency(context.scope, wanted)
        total = _build_figures({currency: each for currency, (each,) in found.items()}, context.vocabulary.currency)
        rows, groups = self._build_rows(context, wanted, tuple(found))
        return Reply(
            self._compose_head(total),
            figures=total,
            rows=tuple(rows),
            notes=(f"These are the largest {len(rows)} of {groups:,}.",) if groups > len(rows) else (),
            receipt=context.build_receipt(", ".join(self._describe_filter()), total["count"], self.owner),
        )

    def _build_rows(
        self, context: Context, wanted: OpportunityFilter, currencies: tuple[str, ...]
    ) -> tuple[list[dict[str, Any]], int]:
        if not currencies:
            return [], 0
        group = self.group_by or "stage"
        usual = context.vocabulary.currency
        # The workspace's own currency first: groups are ranked by the first one, since sums cannot be added.
        apart = sorted(currencies, key=lambda each: (each != usual, each))
        ranking = GroupOrder(by_figure=group not in ("stage", "month"), limit=MOST_ROWS)
        slices = [Slice(each) for each in apart] if len(apart) > 1 else WHOLE
        found, groups = opportunity_sums.sum_by_group(context.scope, wanted, group, "amount", slices, ranking)
        # A pipeline is read in the order in which deals pass through it, not by amount.
        if group == "stage":
            order = [stage.id for stage in context.vocabulary.stages]
            found.sort(key=lambda each: order.index(each[0]))
        named = make_group_namer(context, group, [key for key, _ in found])
        return [
            {
                group: named(key),
                **_build_figures(
                    {currency: each for currency, each in zip(apart, parts, strict=True) if each.count}, usual
                ),
            }
            for key, parts in found
        ], groups

    def _compose_head(self, total: dict[str, Any]) -> str:
        kind = "opportunity" if self.state == "all" else f"{self.state or 'open'} opportunity"
        if not total["count"]:
            return f"No {kind[:-1]}ies match."
        weighted = f", weighted {format_amounts(total, 'weighted')}" if self.state in (None, "open") else ""
        return f"{format_count(total['count'], kind)} worth {format_amounts(total, 'amount')}{weighted}."

    def _describe_filter(self) -> list[str]:
        said = ["opportunities" if self.state == "all" else f"{self.state or 'open'} opportunities"]
        if self.closing:
            said.append(f"close date {format_period(self.closing)}")
        return [*said, f"by {self.group_by or 'stage'}"]


class Forecast(
    Command,
    group="numbers",
    heads_group=True,
    period_field="period",
    offer="Forecast",
    examples=("forecast for this quarter", "are we going to hit it?"),
):
    """Forecast a period: closed, commit, best case, pipeline and omitted, each alone and unweighted."""

    period: Annotated[
        ComingPeriod | None, Field(description="Close dates from and to. Default: this quarter of the fiscal year")
    ] = None
    owner: Annotated[OwnerName | None, Field(description=OWNERS_OF_LIST)] = None
    group_by: Annotated[
        Literal["owner", "month"] | None, Field(description="One row each instead of one a category")
    ] = None

    def run(self, context: Context) -> Reply:
        # The present quarter of the fiscal year is what sales people are measured by.
        period = self.period or get_calendar_period(context.moment, "quarter", 0)
        owners = context.resolve_owners(self.owner)
        wanted = OpportunityFilter(states=None, owners=owners, closing=((period.start, period.end),))
        categories = sum_by_category(context, wanted)
        everything = categories[None]
        usual = context.vocabulary.currency
        figures = _combine_categories(categories, usual)
        count = merge_sums(everything.values()).count
        by = f", by {self.group_by}" if self.group_by else ""
        return Reply(
            _compose_forecast_head(period, figures),
            figures={"count": count, **figures},
            rows=self._build_rows(context, wanted, categories, figures.get("currency", usual)),
            notes=_note_open_leads(context, owners),
            receipt=context.build_receipt(
                f"opportunities with close date {format_period(period)}{by}", count, self.owner
            ),
        )

    def _build_rows(
        self, context: Context, wanted: OpportunityFilter, categories: Categories, usual: str
    ) -> tuple[dict[str, Any], ...]:
        if self.group_by is None:
            return tuple(
                {"category": name, **_build_unweighted_figures(categories[name], usual)} for name in CATEGORIES
            )
        found = opportunity_sums.sum_by_group_and_stage(context.scope, wanted, self.group_by)
        named = make_group_namer(context, self.group_by, list(found))
        rows = [
            (key, {self.group_by: named(key), **_combine_categories(_add_up_categories(context, stages), usual)})
            for key, stages in found.items()
        ]
        # Months in their order, people by name; what belongs to nobody or has no month stands last.
        rows.sort(key=lambda row: (row[0] is None, row[0] if self.group_by == "month" else row[1]["owner"] or ""))
        return tuple(row for _, row in rows)


Categories = dict[str | None, dict[str, Sums]]
"""The sums of each forecast category by currency; the key None holds those of everything."""


def sum_by_category(context: Context, wanted: OpportunityFilter) -> Categories:
    """Sum up by forecast category and currency."""
    return _add_up_categories(context, opportunity_sums.sum_by_stage(context.scope, wanted))


def _add_up_categories(context: Context, by_stage: dict[str, dict[int, Sums]]) -> Categories:
    # By the category of the stage today, read here: the database knows only which stage a deal is in.
    found: Categories = {name: {} for name in CATEGORIES} | {None: {}}
    for currency, stages in by_stage.items():
        for stage, each in stages.items():
            category = normalise_name(context.vocabulary.stage[stage].category).replace(" ", "_")
            for name in (category, None):
                found[name][currency] = found[name].get(currency, Sums()).add_sums(each)
    return found


def _combine_categories(categories: Categories, usual: str) -> dict[str, Any]:
    """Combine the amounts of all categories, each currency apart; zeros of the usual one where there is nothing."""
    nothing = {usual: {name: round_to_cents(Sums().amount) for name in CATEGORIES}}
    return combine_currencies(
        {
            currency: {name: categories[name].get(currency, Sums()).amount for name in CATEGORIES}
            for currency in categories[None]
        }
        or nothing,
        usual,
    )


def _build_figures(found: dict[str, Sums], usual: str) -> dict[str, Any]:
    amounts = combine_currencies(
        {
            currency: {"amount": each.amount, "weighted": round_to_cents(each.weighted)}
            for currency, each in found.items()
        }
        or {usual: {"amount": Sums().amount, "weighted": Sums().weighted}},
        usual,
    )
    return {"count": merge_sums(found.values()).count, **amounts}


def _build_unweighted_figures(found: dict[str, Sums], usual: str) -> dict[str, Any]:
    # A forecast's categories say how sure a deal is; weighting them too would count the doubt twice.
    shown = _build_figures(found, usual)
    shown.pop("weighted", None)
    for each in shown.get("by_currency", {}).values():
        each.pop("weighted")
    return shown


def _compose_forecast_head(period: Period, figures: dict[str, Any]) -> str:
    """Say what the rows add up to: what is sure, and what it could be at best."""
    apart = figures.get("by_currency") or {figures["currency"]: figures}
    sums = combine_currencies(
        {
            currency: {"sure": each["closed"] + each["commit"], "best": sum(each[name] for name in CATEGORIES[:-1])}
            for currency, each in apart.items()
        },
        figures.get("currency", ""),
    )
    return (
        f"Forecast {format_period(period)}: {format_amounts(sums, 'sure')} closed or committed,"
        f" {format_amounts(sums, 'best')} with best case and pipeline."
    )


def _note_open_leads(context: Context, owners: tuple[int, ...] | None) -> tuple[str, ...]:
    """Note how many open leads are left out of a forecast."""
    count = leads.count_leads(context.scope, LeadFilter(owners=owners))
    return (f"Not in these sums: {format_count(count, 'open lead')}; leads have no amount.",) if count else ()
