"""Turns counts and sums into figures and rows of a reply. Amounts of several currencies are never added."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from commands.contract.context import Context
from commands.values.phrases import format_money
from storage.database.expressions import month_name
from storage.opportunities.opportunity_groups import Group
from storage.opportunities.opportunity_sums import Sums
from storage.records import accounts

CENT = Decimal("0.01")
Measured = Mapping[str, Decimal | float | None]


def combine_currencies(figures: Mapping[str, Measured], usual: str) -> dict[str, Any]:
    """Combine the figures of each currency: one with its `currency`, several under `by_currency`.

    `usual` is the currency to name where there are no figures at all.
    """
    if len(figures) > 1:
        return {"by_currency": {currency: dict(each) for currency, each in sorted(figures.items())}}
    for currency, each in figures.items():
        return {**each, "currency": currency}
    return {"currency": usual}


def round_to_cents(amount: Decimal) -> Decimal:
    """Round an amount to whole cents, half to even."""
    return amount.quantize(CENT, ROUND_HALF_EVEN)


def format_amounts(figures: Mapping[str, Any], key: str) -> str:
    """Format an amount of figures, each currency apart: `$45,000`, `€100 and $45,000`."""
    apart: Mapping[str, Mapping[str, Any]] = figures.get("by_currency") or {figures["currency"]: figures}
    return " and ".join(
        format_money(round_to_cents(each[key]), currency)
        for currency, each in apart.items()
        if each.get(key) is not None
    )


def merge_sums(sums: Iterable[Sums]) -> Sums:
    """Merge sums of several currencies into one, for its counts and days; its amounts must not be used."""
    found = Sums()
    for each in sums:
        found = found.add_sums(each)
    return found


def make_group_namer(context: Context, group: Group, keys: Sequence[Any]) -> Callable[[Any], str | None]:
    """Make the function that names the groups of a sum by their keys."""
    # Names of people and accounts are loaded for all groups at once, not one by one.
    match group:
        case "owner" | "team":
            people = context.load_people_names(keys)
            return people.get
        case "account":
            return accounts.load_account_names(context.scope, [key for key in keys if key is not None]).get
        case "stage":
            return lambda key: context.vocabulary.stage[key].name
        case "month":
            return lambda key: None if key is None else month_name(int(key))
        case "quarter":
            return lambda key: None if key is None else format_quarter(int(key), context.vocabulary.fiscal_start_month)
        case _:
            return lambda key: key


def format_quarter(month: int, fiscal_start_month: int) -> str:
    """Format the quarter that begins with a month: `2026-Q4`; a fiscal year is numbered by the year it begins in."""
    since_start = month - (fiscal_start_month - 1)
    return f"{since_start // 12:04d}-Q{since_start % 12 // 3 + 1}"


def parse_account_number(reference: str | None) -> int | None:
    """Parse the number in an account argument that the dispatcher has resolved."""
    return int(reference[1:]) if reference else None
