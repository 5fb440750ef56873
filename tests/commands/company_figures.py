"""The figures of the sample company, worked out from its file and not by the program."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from tests.company import FILE

Row = dict[str, Any]
CATEGORY = {"Proposal": "best_case", "Negotiation": "commit", "Closed Won": "closed", "Closed Lost": "omitted"}


def file() -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = json.loads(FILE.read_text())
    return found


def deals(
    *, state: str | None = None, owners: Iterable[str] | None = None, start: str = "", end: str = "~"
) -> list[Row]:
    """Opportunities of the file: of these owners (first names), closing from a day to another."""
    people = {user["external_id"]: user["first_name"] for user in file()["users"]}
    wanted = None if owners is None else set(owners)
    return [
        row
        for row in file()["opportunities"]
        if state in (None, state_of(row))
        and (wanted is None or people[row["owner"]] in wanted)
        and start <= row["close_date"] <= end
    ]


def state_of(row: Row) -> str:
    return {"Closed Won": "won", "Closed Lost": "lost"}.get(row["stage"], "open")


def amount(rows: Iterable[Row]) -> Decimal:
    return sum((Decimal(str(row["amount"])) for row in rows), Decimal(0))


def weighted(rows: Iterable[Row]) -> Decimal:
    return sum((Decimal(str(row["amount"])) * row["probability"] / 100 for row in rows), Decimal(0))


def grouped(rows: Iterable[Row], key: Callable[[Row], Any]) -> dict[Any, list[Row]]:
    found: dict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        found[key(row)].append(row)
    return dict(found)


TEAM = ("Helen", "Nora", "Dana", "Tom")
