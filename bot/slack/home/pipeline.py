"""My pipeline by stage and the forecast of this quarter, as small pictures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from bot.slack.home.bar_chart import picture
from bot.slack.home.parts import heading, runs
from bot.slack.render.blocks import Json, actions, paragraph, said, small
from commands.contract.context import Context
from commands.opportunities.pipeline_forecast import by_category
from commands.values.dates import unit
from commands.values.phrases import counted, money, period_words
from commands.wording.sums import cents, together
from storage.opportunities import opportunity_sums
from storage.opportunities.opportunities import OpportunityFilter
from storage.opportunities.opportunity_sums import Sums

MOST_CURRENCIES = 2
MOST_STAGES = 12
TITLES = {"admin": "Everyone’s pipeline", "manager": "My team’s pipeline"}
SHOWN = ("closed", "commit", "best_case", "pipeline")


def my_pipeline(context: Context) -> list[Json]:
    """Open opportunities by stage, then what closes this quarter by category: one's own, the team's or everyone's.

    The same figures as `summarize_pipeline` and `forecast` give where no owner is said.
    """
    return [
        heading(TITLES.get(context.asker.role, "My pipeline")),
        *_by_stage(context),
        *_forecast(context),
        *actions(
            [
                runs("Opportunities", "list_opportunities"),
                runs("Closing this month", "list_opportunities", {"closing": "this month"}),
                runs("Forecast", "forecast"),
            ]
        ),
    ]


def _by_stage(context: Context) -> Iterator[Json]:
    found = opportunity_sums.by_stage(context.scope, OpportunityFilter(owners=context.owners(None)))
    whole = {currency: together(stages.values()) for currency, stages in found.items()}
    count = together(whole.values()).count
    if not count:
        yield paragraph(said("No open opportunities."))
        return
    amounts = " and ".join(money(cents(each.amount), currency) for currency, each in whole.items())
    weighted = " and ".join(money(cents(each.weighted), currency) for currency, each in whole.items())
    yield paragraph(said(f"{counted(count, 'open opportunity')} worth {amounts}, weighted {weighted}."))
    used = {stage for stages in found.values() for stage in stages}
    order = [each for each in context.vocabulary.stages if each.id in used][:MOST_STAGES]
    yield from _pictures(
        {
            currency: [(each.name, stages.get(each.id, Sums()).amount) for each in order]
            for currency, stages in found.items()
        }
    )


def _forecast(context: Context) -> Iterator[Json]:
    period = unit(context.moment, "quarter", 0)
    wanted = OpportunityFilter(states=None, owners=context.owners(None), closing=((period.start, period.end),))
    found = by_category(context, wanted)
    if found[None]:
        yield paragraph(said(f"Forecast {period_words(period)}"))
        yield from _pictures(
            {
                currency: [(_called(name), found[name].get(currency, Sums()).amount) for name in SHOWN]
                for currency in found[None]
            }
        )


def _pictures(amounts: Mapping[str, list[tuple[str, Decimal]]]) -> Iterator[Json]:
    """A picture for each currency, since they are never added."""
    largest_first = sorted(amounts, key=lambda currency: -sum(amount for _, amount in amounts[currency]))
    for currency in largest_first[:MOST_CURRENCIES]:
        if any(amount for _, amount in amounts[currency]):
            yield picture(amounts[currency], currency)
    if len(largest_first) > MOST_CURRENCIES:
        yield small(f"More in {', '.join(sorted(largest_first[MOST_CURRENCIES:]))}.")


def _called(category: str) -> str:
    return category.replace("_", " ").capitalize()
