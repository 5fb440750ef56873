"""The types of arguments: how each is described, read from words, checked and kept.

A value is read with the asker's `Moment` as pydantic validation context, or, when a stored call is loaded
again, taken as it was kept.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Annotated, Any
from unicodedata import category

from pydantic import BeforeValidator, Field, PlainSerializer, ValidationInfo
from rapidfuzz import fuzz, process

from commands.contract.errors import CommandError
from commands.values.amounts import read_amount
from commands.values.dates import read_date, read_period
from commands.values.moment import Lean, Moment, Period
from storage.names.normalise import normalise_name
from storage.tables.column_types import MOST_MONEY, to_cents

MOST_WORDS = 2000
MOST_LISTED = 200
"""The largest `limit` of a list."""


@dataclass(frozen=True)
class RecordMark:
    """Marks an argument that names one visible record of these kinds; the dispatcher turns it into an id.

    Words in `besides` mean something else than a record and are left as they are.
    """

    kinds: tuple[str, ...]
    besides: frozenset[str] = frozenset()


@dataclass(frozen=True)
class OwnerMark:
    """Marks an argument that says whose records: me, team, everyone, or a person."""


@dataclass(frozen=True)
class Past:
    """Marks a period that lies behind where its words leave that open: `May` is the last one."""


@dataclass(frozen=True)
class FreeWords:
    """Marks an argument that takes what somebody said in free words, which may be put in others."""

    lines: bool = False
    """Takes whole sentences, so that a form gives it several lines."""


@dataclass(frozen=True)
class Labels:
    """Marks a yes or no with what each of them means, as a form offers them."""

    yes: str
    no: str


def _find_moment(info: ValidationInfo) -> Moment | None:
    """Find the asker's moment in the validation context; None where a stored call is loaded again."""
    return info.context if isinstance(info.context, Moment) else None


def _make_date_reader(lean: Lean) -> Callable[[Any, ValidationInfo], Any]:
    def read(value: Any, info: ValidationInfo) -> Any:
        moment = _find_moment(info)
        if not isinstance(value, str) or moment is None:
            return value
        found = read_date(value, moment, lean=lean)
        if found is None:
            raise CommandError(f"“{value}” is not a date I can read. Write it like 2026-12-31, tomorrow or Friday.")
        return found

    return read


def _make_period_reader(lean: Lean) -> Callable[[Any, ValidationInfo], Any]:
    def read(value: Any, info: ValidationInfo) -> Any:
        moment = _find_moment(info)
        if not isinstance(value, str) or moment is None:
            return value
        found = read_period(value, moment, lean=lean)
        if found is None:
            raise CommandError(f"“{value}” is not a period I can read. Try this quarter, last 30 days, Q1 or May.")
        return found

    return read


def _read_closing_period(value: Any, info: ValidationInfo) -> Any:
    """Read a period of close dates: ahead, unless it is about deals won or lost. `state` must stand before it."""
    return _make_period_reader("past" if info.data.get("state") in ("won", "lost") else "future")(value, info)


def _read_money(value: Any, info: ValidationInfo) -> Any:
    if value is None or isinstance(value, Decimal):
        amount = value
    elif isinstance(value, float | int):
        amount = Decimal(str(value))
    else:
        amount = read_amount(str(value))
    if value is not None and (amount is None or not amount.is_finite() or not 0 <= amount <= MOST_MONEY):
        raise CommandError(f"“{value}” is not an amount. Write it like 45000, 45k or 1.2m.")
    return amount and to_cents(amount)


def _read_status(value: Any, info: ValidationInfo) -> Any:
    moment = _find_moment(info)
    if not isinstance(value, str) or moment is None:
        return value
    return match_known_name(
        value, [each.name for each in moment.vocabulary.statuses if not each.retired], "lead status"
    )


def _read_stage(value: Any, info: ValidationInfo) -> Any:
    moment = _find_moment(info)
    if not isinstance(value, str) or moment is None:
        return value
    return match_known_name(value, [each.name for each in moment.vocabulary.stages if not each.retired], "stage")


def _read_source(value: Any, info: ValidationInfo) -> Any:
    moment = _find_moment(info)
    if not isinstance(value, str) or moment is None:
        return value
    return match_known_name(value, moment.vocabulary.sources, "lead source")


def _drop_unprintable(value: Any) -> Any:
    """Drop control characters and lone surrogates, which PostgreSQL refuses to store."""
    if not isinstance(value, str) or value.isprintable():
        return value
    return "".join(letter for letter in value if letter in "\n\t" or category(letter) not in ("Cc", "Cs"))


def _split_list(value: Any) -> Any:
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


def match_known_name(said: str, names: list[str] | tuple[str, ...], what: str) -> str:
    """Find the existing name that was meant, whatever its case and small typos.

    CommandError lists the existing ones.
    """
    wanted = normalise_name(said)
    for name in names:
        if normalise_name(name) == wanted:
            return name
    close = process.extractOne(wanted, [normalise_name(name) for name in names], scorer=fuzz.ratio, score_cutoff=85)
    if close:
        return names[close[2]]
    raise CommandError(f"There is no {what} “{said}”. There are: {', '.join(names)}.")


def _decimal_to_float(value: Decimal) -> float:
    return float(value)


RecordName = Annotated[str, Field(max_length=MOST_WORDS), RecordMark(("lead", "contact", "account", "opportunity"))]
LeadName = Annotated[str, Field(max_length=MOST_WORDS), RecordMark(("lead",))]
AccountName = Annotated[str, Field(max_length=MOST_WORDS), RecordMark(("account",))]
ContactName = Annotated[str, Field(max_length=MOST_WORDS), RecordMark(("contact",))]
OpportunityName = Annotated[str, Field(max_length=MOST_WORDS), RecordMark(("opportunity",))]
WorkName = Annotated[str, Field(max_length=MOST_WORDS), RecordMark(("lead", "opportunity", "contact", "account"))]
RepName = Annotated[str, Field(max_length=MOST_WORDS), RecordMark(("user",))]
OwnerName = Annotated[str, Field(max_length=MOST_WORDS), OwnerMark()]
StatusName = Annotated[str, BeforeValidator(_read_status)]
StageName = Annotated[str, BeforeValidator(_read_stage)]
SourceName = Annotated[str, BeforeValidator(_read_source)]
Statuses = Annotated[tuple[StatusName, ...], BeforeValidator(_split_list)]
Stages = Annotated[tuple[StageName, ...], BeforeValidator(_split_list)]
Sources = Annotated[tuple[SourceName, ...], BeforeValidator(_split_list)]
Day = Annotated[date, BeforeValidator(_make_date_reader("future"))]
PastPeriod = Annotated[Period, BeforeValidator(_make_period_reader("past")), Past()]
ComingPeriod = Annotated[Period, BeforeValidator(_make_period_reader("future"))]
ClosingPeriod = Annotated[Period, BeforeValidator(_read_closing_period)]
Money = Annotated[Decimal, BeforeValidator(_read_money), PlainSerializer(_decimal_to_float, when_used="json")]
Limit = Annotated[int, Field(ge=1, le=MOST_LISTED)]
Words = Annotated[str, BeforeValidator(_drop_unprintable), Field(max_length=MOST_WORDS)]

__all__ = [
    "AccountName",
    "ClosingPeriod",
    "ComingPeriod",
    "ContactName",
    "Day",
    "FreeWords",
    "Labels",
    "LeadName",
    "Limit",
    "Money",
    "OpportunityName",
    "OwnerMark",
    "OwnerName",
    "Past",
    "PastPeriod",
    "RecordMark",
    "RecordName",
    "RepName",
    "SourceName",
    "Sources",
    "StageName",
    "Stages",
    "StatusName",
    "Statuses",
    "Words",
    "WorkName",
    "datetime",
    "match_known_name",
    "time",
]
