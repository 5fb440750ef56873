"""My pipeline by stage and the forecast of this quarter, as small pictures."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from bot.slack.home.picture import picture
from bot.slack.home.pieces import heading, runs
from bot.slack.render.blocks import Json, actions, paragraph, said, small
from commands.context import Context
from commands.pipeline import Forecast, SummarizePipeline
from commands.reply import Reply

MOST_CURRENCIES = 2
MOST_STAGES = 12
TITLES = {"admin": "Everyone’s pipeline", "manager": "My team’s pipeline"}
SHOWN = ("closed", "commit", "best_case", "pipeline")


def my_pipeline(context: Context) -> list[Json]:
    """Open opportunities by stage, then what closes this quarter by category: one's own, the team's or everyone's."""
    pipeline, forecast = SummarizePipeline().run(context), Forecast().run(context)
    return [
        heading(TITLES.get(context.asker.role, "My pipeline")),
        paragraph(said(pipeline.head)),
        *_pictures(pipeline, "stage"),
        *([paragraph(said(forecast.head.partition(":")[0]))] if forecast.figures["count"] else []),
        *(_pictures(forecast, "category") if forecast.figures["count"] else ()),
        *actions(
            [
                runs("Opportunities", "list_opportunities"),
                runs("Closing this month", "list_opportunities", {"closing": "this month"}),
                runs("Forecast", "forecast"),
            ]
        ),
    ]


def _pictures(reply: Reply, key: str) -> Iterator[Json]:
    """A picture for each currency, since they are never added."""
    rows = [each for each in reply.rows if key != "category" or each["category"] in SHOWN][:MOST_STAGES]
    currencies = list(dict.fromkeys(currency for row in rows for currency in _amounts(row)))
    for currency in currencies[:MOST_CURRENCIES]:
        amounts = [(_called(row[key]), _amounts(row).get(currency, Decimal(0))) for row in rows]
        if any(amount for _, amount in amounts):
            yield picture(amounts, currency)
    if len(currencies) > MOST_CURRENCIES:
        yield small(f"More in {', '.join(currencies[MOST_CURRENCIES:])}.")


def _amounts(row: dict[str, Any]) -> dict[str, Decimal]:
    apart = row.get("by_currency") or ({row["currency"]: row} if row.get("currency") else {})
    return {currency: each.get("amount") or Decimal(0) for currency, each in apart.items()}


def _called(name: str) -> str:
    return name.replace("_", " ").capitalize() if name in SHOWN else name
