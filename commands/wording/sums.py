"""Counts and sums as figures and rows of a reply. Amounts of several currencies stand apart, never added."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from commands.contract.context import Context
from commands.contract.errors import CommandError
from commands.values.phrases import money
from storage.database.expressions import month_name
from storage.opportunities.opportunity_groups import Group
from storage.opportunities.opportunity_sums import Sums
from storage.records import accounts

CENT = Decimal("0.01")
Measured = Mapping[str, Decimal | float | None]


def by_currency(figures: Mapping[str, Measured], usual: str) -> dict[str, Any]:
    """Figures of each currency as one: plain with their currency, or, of several, under `by_currency`."""
    if len(figures) > 1:
        return {"by_currency": {currency: dict(each) for currency, each in sorted(figures.items())}}
    for currency, each in figures.items():
        return {**each, "currency": currency}
    return {"currency": usual}


def cents(amount: Decimal) -> Decimal:
    """An amount rounded to whole cents, half to even."""
    return amount.quantize(CENT, ROUND_HALF_EVEN)


def spoken_amounts(figures: Mapping[str, Any], key: str) -> str:
    """An amount of figures in words, each currency apart: `$45,000`, `€100 and $45,000`."""
    apart: Mapping[str, Mapping[str, Any]] = figures.get("by_currency") or {figures["currency"]: figures}
    return " and ".join(
        money(cents(each[key]), currency) for currency, each in apart.items() if each.get(key) is not None
    )


def together(sums: Iterable[Sums]) -> Sums:
    """Sums of several currencies as one, for counts and days; its amounts mean nothing."""
    found = Sums()
    for each in sums:
        found = found.plus(each)
    return found


def group_names(context: Context, group: Group, keys: Sequence[Any]) -> Callable[[Any], str | None]:
    """How groups of `storage.opportunities.opportunity_sums` are called."""
    match group:
        case "owner" | "team":
            people = context.names_of(keys)
            return people.get
        case "account":
            return accounts.names(context.scope, [key for key in keys if key is not None]).get
        case "stage":
            return lambda key: context.vocabulary.stage[key].name
        case "month":
            return lambda key: None if key is None else month_name(int(key))
        case "quarter":
            return lambda key: None if key is None else quarter_name(int(key), context.vocabulary.fiscal_start_month)
        case _:
            return lambda key: key


def quarter_name(month: int, fiscal_start_month: int) -> str:
    """`2026-Q4` for the month a quarter begins with; a fiscal year bears the number of the year it begins in."""
    since_start = month - (fiscal_start_month - 1)
    return f"{since_start // 12:04d}-Q{since_start % 12 // 3 + 1}"


def account_number(reference: str | None) -> int | None:
    """The number in an account argument that the dispatcher has resolved."""
    return int(reference[1:]) if reference else None


def check_amounts(smallest: Decimal | None, largest: Decimal | None) -> None:
    """Refuse a range of amounts that nothing can lie in."""
    if smallest is not None and largest is not None and smallest > largest:
        raise CommandError(f"min_amount {smallest:,} is more than max_amount {largest:,}. Swap them?")
