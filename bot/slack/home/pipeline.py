"""Builds the section of open opportunities by stage and of this quarter's forecast, with small bar charts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from bot.slack.home.bar_chart import bar_chart
from bot.slack.home.parts import header_block, run_button
from bot.slack.render.blocks import Json, actions_block, context_block, rich_text_block, text_element
from commands.contract.context import Context
from commands.opportunities.pipeline_forecast import sum_by_category
from commands.values.calendar_periods import get_calendar_period
from commands.values.phrases import format_count, format_money, format_period
from commands.wording.sums import merge_sums, round_to_cents
from storage.opportunities import opportunity_sums
from storage.opportunities.opportunities import OpportunityFilter
from storage.opportunities.opportunity_sums import Sums

# Charts of more currencies or stages would push the rest of the Home out of sight.
MOST_CURRENCIES = 2
MOST_STAGES = 12
TITLES = {"admin": "Everyone’s pipeline", "manager": "My team’s pipeline"}
FORECAST_CATEGORIES = ("closed", "commit", "best_case", "pipeline")


def pipeline_section(context: Context) -> list[Json]:
    """Build the section, with the figures that `summarize_pipeline` and `forecast` give where no owner is named."""
    return [
        header_block(TITLES.get(context.asker.role, "My pipeline")),
        *_stage_blocks(context),
        *_forecast_blocks(context),
        *actions_block(
            [
                run_button("Opportunities", "list_opportunities"),
                run_button("Closing this month", "list_opportunities", {"closing": "this month"}),
                run_button("Forecast", "forecast"),
            ]
        ),
    ]


def _stage_blocks(context: Context) -> Iterator[Json]:
    found = opportunity_sums.sum_by_stage(context.scope, OpportunityFilter(owners=context.resolve_owners(None)))
    whole = {currency: merge_sums(stages.values()) for currency, stages in found.items()}
    count = merge_sums(whole.values()).count
    if not count:
        yield rich_text_block(text_element("No open opportunities."))
        return
    amounts = " and ".join(format_money(round_to_cents(each.amount), currency) for currency, each in whole.items())
    weighted = " and ".join(format_money(round_to_cents(each.weighted), currency) for currency, each in whole.items())
    yield rich_text_block(
        text_element(f"{format_count(count, 'open opportunity')} worth {amounts}, weighted {weighted}.")
    )
    used = {stage for stages in found.values() for stage in stages}
    order = [each for each in context.vocabulary.stages if each.id in used][:MOST_STAGES]
    yield from _currency_charts(
        {
            currency: [(each.name, stages.get(each.id, Sums()).amount) for each in order]
            for currency, stages in found.items()
        }
    )


def _forecast_blocks(context: Context) -> Iterator[Json]:
    period = get_calendar_period(context.moment, "quarter", 0)
    wanted = OpportunityFilter(states=None, owners=context.resolve_owners(None), closing=((period.start, period.end),))
    found = sum_by_category(context, wanted)
    if found[None]:
        yield rich_text_block(text_element(f"Forecast {format_period(period)}"))
        yield from _currency_charts(
            {
                currency: [
                    (_category_label(name), found[name].get(currency, Sums()).amount) for name in FORECAST_CATEGORIES
                ]
                for currency in found[None]
            }
        )


def _currency_charts(amounts: Mapping[str, list[tuple[str, Decimal]]]) -> Iterator[Json]:
    """Draw a chart for each of the currencies with the largest sums."""
    # Amounts of different currencies are never added, so each has a chart of its own.
    largest_first = sorted(amounts, key=lambda currency: -sum(amount for _, amount in amounts[currency]))
    for currency in largest_first[:MOST_CURRENCIES]:
        if any(amount for _, amount in amounts[currency]):
            yield bar_chart(amounts[currency], currency)
    if len(largest_first) > MOST_CURRENCIES:
        yield context_block(f"More in {', '.join(sorted(largest_first[MOST_CURRENCIES:]))}.")


def _category_label(category: str) -> str:
    return category.replace("_", " ").capitalize()
