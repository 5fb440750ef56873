"""Turns rows of figures into columns of words, for every surface."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from commands.values.phrases import format_count, format_money

MOST_ROWS = 15
UNTITLED = ("count", "amount", "rate")
"""Figures that need no name in a line of text: a number, an amount, a percentage."""


@dataclass(frozen=True)
class FigureColumn:
    """A column: its key in the rows, its title, and one cell for each row ("" where there is nothing)."""

    key: str
    title: str
    cells: tuple[str, ...]
    number: bool


def build_columns(rows: Sequence[dict[str, Any]]) -> tuple[FigureColumn, ...]:
    """Build columns from the first rows: amounts with their currency, rates in percent, one column for one figure."""
    shown = [_split_currencies(row) for row in _select_rows(rows)]
    keys = list(dict.fromkeys(key for row in shown for key in row if key != "currency"))
    # Figures of deals hold the asked measure as `value` and under its own name; two columns would say it twice.
    twin = next((key for key in keys if key != "value" and _are_equal_columns(shown, "value", key)), None)
    if twin == "count":
        keys.remove("value")
    elif twin:
        keys.remove(twin)
        keys[keys.index("value")] = twin
    return tuple(_build_column(shown, key, first=number == 0) for number, key in enumerate(keys))


def format_rows(rows: Sequence[dict[str, Any]]) -> list[str]:
    """Format one line a row: `Negotiation: 2 · $40,000 · weighted $30,000`."""
    first, *rest = build_columns(rows)
    return [
        f"{first.cells[number]}: "
        + " · ".join(_add_title(each, each.cells[number]) for each in rest if each.cells[number])
        for number in range(len(first.cells))
    ]


def describe_hidden_rows(rows: Sequence[dict[str, Any]]) -> str:
    """Say how many rows are not shown; empty where all are."""
    left = len(rows) - MOST_ROWS
    what = "earlier row" if _is_time_series(rows) else "more row"
    return f"… and {format_count(left, what)}." if left > 0 else ""


def _select_rows(rows: Sequence[dict[str, Any]]) -> Sequence[dict[str, Any]]:
    """Select the first rows; of months or quarters the last ones, which are the recent ones."""
    return rows[-MOST_ROWS:] if _is_time_series(rows) else rows[:MOST_ROWS]


def _is_time_series(rows: Sequence[dict[str, Any]]) -> bool:
    found = [row.get("month") or row.get("quarter") or "" for row in rows]
    return any(found) and found == sorted(found)


def _split_currencies(row: dict[str, Any]) -> dict[str, Any]:
    """Put the figures of several currencies of a row into one cell each."""
    each = row.get("by_currency")
    if not each:
        return row
    found = {key: value for key, value in row.items() if key != "by_currency"}
    for key in dict.fromkeys(key for figures in each.values() for key in figures):
        found[key] = {currency: figures.get(key) for currency, figures in each.items()}
    return found


def _are_equal_columns(rows: Iterable[dict[str, Any]], one: str, other: str) -> bool:
    return all(one in row and other in row and row[one] == row[other] for row in rows)


def _build_column(rows: Sequence[dict[str, Any]], key: str, *, first: bool) -> FigureColumn:
    values = [row.get(key) for row in rows]
    number = not first and all(isinstance(each, int | float | Decimal | dict | None) for each in values)
    # The only figure of deals that is a plain fraction is the length of the sales cycle.
    days = key in ("value", "previous") and "rate" not in rows[0] and all(isinstance(each, float) for each in values)
    percent = key in ("rate", "change") or (key == "previous" and "rate" in rows[0])
    title = "days" if days and key == "value" else key.replace("_", " ")
    cells = tuple(
        _format_cell(key, row.get(key), row.get("currency"), percent=percent) or ("none" if first else "")
        for row in rows
    )
    return FigureColumn(key, title, cells, number)


def _format_cell(key: str, value: Any, currency: str | None, *, percent: bool) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case dict():
            apart = (_format_cell(key, each, unit, percent=percent) for unit, each in value.items() if each is not None)
            return " + ".join(apart)
        case float() | Decimal() | int() if percent:
            return f"{value:+.0%}" if key == "change" else f"{value:.0%}"
        case Decimal() if currency:
            return format_money(value, currency)
        case float() | Decimal():
            return f"{value:,.1f}".removesuffix(".0")
        case int():
            return f"{value:,}"
        case str() if key == "month":
            return f"{date.fromisoformat(f'{value}-01'):%b %Y}"
        case str() if key == "quarter":
            return " ".join(reversed(value.split("-")))
        case str() if key == "category":
            return value.replace("_", " ")
        case _:
            return str(value)


def _add_title(column: FigureColumn, cell: str) -> str:
    if column.key in UNTITLED or not column.number:
        return cell
    return f"{cell} {column.title}" if cell.replace(",", "").isdigit() else f"{column.title} {cell}"
