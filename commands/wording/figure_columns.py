"""Rows of figures as columns of words, for every surface."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from commands.values.phrases import counted, money

MOST_ROWS = 15
UNTITLED = ("count", "amount", "rate")
"""Figures that need no name in a line of text: a number, an amount, a percentage."""


@dataclass(frozen=True)
class Column:
    """A column: its key in the rows, the title over it, and a cell a row ("" where there is nothing)."""

    key: str
    title: str
    cells: tuple[str, ...]
    number: bool


def columns(rows: Sequence[dict[str, Any]]) -> tuple[Column, ...]:
    """The first rows as columns: amounts with their currency, rates in percent, one column for one figure."""
    shown = [_apart(row) for row in _shown(rows)]
    keys = list(dict.fromkeys(key for row in shown for key in row if key != "currency"))
    twin = next((key for key in keys if key != "value" and _same(shown, "value", key)), None)
    if twin == "count":
        keys.remove("value")
    elif twin:
        keys.remove(twin)
        keys[keys.index("value")] = twin
    return tuple(_column(shown, key, first=number == 0) for number, key in enumerate(keys))


def row_lines(rows: Sequence[dict[str, Any]]) -> list[str]:
    """One line a row: `Negotiation: 2 · $40,000 · weighted $30,000`."""
    first, *rest = columns(rows)
    return [
        f"{first.cells[number]}: {' · '.join(_titled(each, each.cells[number]) for each in rest if each.cells[number])}"
        for number in range(len(first.cells))
    ]


def rows_left(rows: Sequence[dict[str, Any]]) -> str:
    """What to say of the rows that are not shown; nothing where all are."""
    left = len(rows) - MOST_ROWS
    what = "earlier row" if _in_time(rows) else "more row"
    return f"… and {counted(left, what)}." if left > 0 else ""


def _shown(rows: Sequence[dict[str, Any]]) -> Sequence[dict[str, Any]]:
    """The first rows; of a row of months or quarters the last ones."""
    return rows[-MOST_ROWS:] if _in_time(rows) else rows[:MOST_ROWS]


def _in_time(rows: Sequence[dict[str, Any]]) -> bool:
    found = [row.get("month") or row.get("quarter") or "" for row in rows]
    return any(found) and found == sorted(found)


def _apart(row: dict[str, Any]) -> dict[str, Any]:
    """A row whose figures of several currencies stand in one cell each."""
    each = row.get("by_currency")
    if not each:
        return row
    found = {key: value for key, value in row.items() if key != "by_currency"}
    for key in dict.fromkeys(key for figures in each.values() for key in figures):
        found[key] = {currency: figures.get(key) for currency, figures in each.items()}
    return found


def _same(rows: Iterable[dict[str, Any]], one: str, other: str) -> bool:
    return all(one in row and other in row and row[one] == row[other] for row in rows)


def _column(rows: Sequence[dict[str, Any]], key: str, *, first: bool) -> Column:
    values = [row.get(key) for row in rows]
    number = not first and all(isinstance(each, int | float | Decimal | dict | None) for each in values)
    # The only figure of deals that is a plain fraction is the length of the sales cycle (DESIGN.md section 5).
    days = key in ("value", "previous") and "rate" not in rows[0] and all(isinstance(each, float) for each in values)
    percent = key in ("rate", "change") or (key == "previous" and "rate" in rows[0])
    title = "days" if days and key == "value" else key.replace("_", " ")
    cells = tuple(
        _cell(key, row.get(key), row.get("currency"), percent=percent) or ("none" if first else "") for row in rows
    )
    return Column(key, title, cells, number)


def _cell(key: str, value: Any, currency: str | None, *, percent: bool) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case dict():
            apart = (_cell(key, each, unit, percent=percent) for unit, each in value.items() if each is not None)
            return " + ".join(apart)
        case float() | Decimal() | int() if percent:
            return f"{value:+.0%}" if key == "change" else f"{value:.0%}"
        case Decimal() if currency:
            return money(value, currency)
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


def _titled(column: Column, cell: str) -> str:
    if column.key in UNTITLED or not column.number:
        return cell
    return f"{cell} {column.title}" if cell.replace(",", "").isdigit() else f"{column.title} {cell}"
