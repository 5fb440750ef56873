"""Plans a new opportunity: what the person said, else what is usual (docs/domain.md, "Conversion")."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from commands.contract.context import Context
from commands.contract.errors import CommandError
from commands.values.dates import read_period
from storage.records.new_opportunity import NewOpportunity
from storage.workspaces.workspace_vocabulary import StageDefinition


def plan_opportunity(
    context: Context,
    company: str,
    *,
    name: str | None,
    about: str | None,
    amount: Decimal | None,
    currency: str | None,
    close_date: date | None,
    stage: StageDefinition | None,
    product: str | None = None,
) -> NewOpportunity:
    """Plan an opportunity with a company. `about` is the product, by which it is called where it has no name."""
    first = context.vocabulary.list_stages("open", "won", "lost")[0]
    return NewOpportunity(
        name or f"{company} - {about or f'{context.today:%B %Y}'}"[:500],
        amount,
        currency or context.vocabulary.currency,
        close_date or _find_quarter_end(context),
        stage or next(iter(context.vocabulary.list_stages("open")), first),
        product,
    )


def _find_quarter_end(context: Context) -> date:
    period = read_period("this quarter", context.moment, lean="future")
    if period is None or period.end is None:
        raise CommandError("Give the close date: close_date=…", field="close_date")
    return period.end
