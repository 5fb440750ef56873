"""The types of arguments: how each is described, read from words, checked and kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any
from unicodedata import category

from pydantic import BeforeValidator, Field, PlainSerializer, ValidationInfo
from rapidfuzz import fuzz, process

from commands.contract.errors import CommandError
from commands.values.amounts import read_amount
from commands.values.currencies import read_currency, split_currency
from commands.values.dates import explain_unread_day, read_date, read_period
from commands.values.moment import Lean, Moment, Period
from storage.names.normalise import normalise_name
from storage.tables.column_types import MOST_MONEY, to_cents
from storage.workspaces.workspace_vocabulary import StageDefinition, StatusDefinition, Vocabulary

MOST_WORDS = 2000
OWNERS_OF_LIST = "me, team, everyone, unassigned, or a colleague's name"
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
    """Marks an argument that says whose records: me, team, everyone, or a person.

    `gives` says that all of that person's records are given away, who may have left.
    """

    gives: bool = False


@dataclass(frozen=True)
class Past:
    """Marks a period that lies in the past where its words leave that open: `May` is the last May."""


@dataclass(frozen=True)
class FreeWords:
    """Marks an argument that takes free words; a paraphrase of what was said will do."""

    lines: bool = False
    """Whole sentences: a form gives the field several lines."""


@dataclass(frozen=True)
class Labels:
    """Marks a yes or no with what each of them means, as a form offers them."""

    yes: str
    no: str


@dataclass(frozen=True)
class Hint:
    """Marks an argument with what a form says below it, where its description is for a model or a typed call."""

    words: str


def find_moment(info: ValidationInfo) -> Moment | None:
    """Find the asker's moment in pydantic's validation context; None where a stored call is loaded again."""
    # A stored call holds values that were read once already. Read again they could come to mean something else:
    # a name that was renamed since, a date that is nearer by now. Without a moment they are taken as they are.
    return info.context if isinstance(info.context, Moment) else None


def _make_date_reader(lean: Lean) -> Callable[[Any, ValidationInfo], Any]:
    def read(value: Any, info: ValidationInfo) -> Any:
        moment = find_moment(info)
        if not isinstance(value, str) or moment is None:
            return value
        found = read_date(value, moment, lean=lean)
        if found is None:
            raise CommandError(explain_unread_day(value, moment))
        return found

    return read


def _make_period_reader(lean: Lean) -> Callable[[Any, ValidationInfo], Any]:
    def read(value: Any, info: ValidationInfo) -> Any:
        moment = find_moment(info)
        if not isinstance(value, str) or moment is None:
            return value
        found = read_period(value, moment, lean=lean)
        if found is None:
            raise CommandError(f"“{value}” is not a period I can read. Try this quarter, last 30 days, Q1 or May.")
        return found

    return read


read_coming_period = _make_period_reader("future")


def _read_closing_period(value: Any, info: ValidationInfo) -> Any:
    """Read a period of close dates: the coming one, for won or lost deals the past one."""
    # pydantic validates fields in the order of the class: a command has to name `state` before this argument.
    # Read by itself, as a form does with one value, there are no fields before it.
    state = (info.data or {}).get("state")
    return _make_period_reader("past" if state in ("won", "lost") else "future")(value, info)


def _read_money(value: Any, info: ValidationInfo) -> Any:
    """Read an amount in the workspace's currency. CommandError where another one is said with it."""
    moment = find_moment(info)
    if isinstance(value, str) and moment is not None:
        own = moment.vocabulary.currency
        said = read_currency(split_currency(value)[1], own)
        if said not in (None, own):
            raise CommandError(f"“{value}” is in {said}, and this is kept in {own}. Give it in {own}.")
    return _read_amount(value)


def _read_amount(value: Any) -> Any:
    """Read an amount, whatever currency is said with it."""
    if value is None or isinstance(value, Decimal):
        amount = value
    elif isinstance(value, float | int):
        # By way of the text: Decimal(0.1) would keep the error of the binary float.
        amount = Decimal(str(value))
    else:
        amount = read_amount(split_currency(str(value))[0])
    if value is not None and (amount is None or not amount.is_finite() or not 0 <= amount <= MOST_MONEY):
        raise CommandError(f"“{value}” is not an amount. Write it like 45000, 45k or 1.2m.")
    return amount and to_cents(amount)


def _read_currency(value: Any, info: ValidationInfo) -> Any:
    moment = find_moment(info)
    if not isinstance(value, str) or moment is None:
        return value
    code = read_currency(value, moment.vocabulary.currency)
    if code is None:
        raise CommandError(f"“{value}” is no currency I know. Write its three letters, like USD, EUR or GBP.")
    return code


def _read_status(value: Any, info: ValidationInfo) -> Any:
    moment = find_moment(info)
    if not isinstance(value, str) or moment is None:
        return value
    return match_status_name(value, moment.vocabulary)


def _read_stage(value: Any, info: ValidationInfo) -> Any:
    moment = find_moment(info)
    if not isinstance(value, str) or moment is None:
        return value
    vocabulary = moment.vocabulary
    others = {"lead status": _list_names(vocabulary.statuses)}
    return match_known_name(value, _list_names(vocabulary.stages), "stage", vocabulary.find_stage_meant(value), others)


def _read_source(value: Any, info: ValidationInfo) -> Any:
    moment = find_moment(info)
    if not isinstance(value, str) or moment is None:
        return value
    return match_known_name(value, moment.vocabulary.sources, "lead source")


def _drop_unprintable(value: Any) -> Any:
    """Drop control characters and lone surrogates."""
    if not isinstance(value, str) or value.isprintable():
        return value
    # PostgreSQL refuses a NUL in text, and a lone surrogate cannot be encoded as UTF-8 for it at all.
    return "".join(letter for letter in value if letter in "\n\t" or category(letter) not in ("Cc", "Cs"))


def split_list(value: Any) -> Any:
    """Split a text at its commas, as a typed form says several values."""
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


def match_status_name(said: str, vocabulary: Vocabulary) -> str:
    """Find the status that was meant, by its name or by that of the default status of its class."""
    others = {"stage of opportunities": _list_names(vocabulary.stages)}
    return match_known_name(
        said, _list_names(vocabulary.statuses), "lead status", vocabulary.find_status_meant(said), others
    )


def _list_names(definitions: Iterable[StatusDefinition | StageDefinition]) -> list[str]:
    return [each.name for each in definitions if not each.retired]


def match_known_name(
    said: str,
    names: list[str] | tuple[str, ...],
    what: str,
    meant: StatusDefinition | StageDefinition | None = None,
    besides: Mapping[str, Sequence[str]] | None = None,
) -> str:
    """Find the existing name that was meant, whatever its case and small typos; else CommandError lists them all.

    `meant` is what the words mean where none has that name, `besides` the names of what is easily taken for it.
    """
    wanted = normalise_name(said)
    for name in names:
        if normalise_name(name) == wanted:
            return name
    # Before typos: a letter or two away from “Qualified” stands “Unqualified”.
    if meant is not None:
        return meant.name
    # At 85 of 100 a letter or two may be wrong, but no status, stage or source is taken for another.
    close = process.extractOne(wanted, [normalise_name(name) for name in names], scorer=fuzz.ratio, score_cutoff=85)
    if close:
        return names[close[2]]
    for other, others in (besides or {}).items():
        if wanted in map(normalise_name, others):
            raise CommandError(f"“{said}” is a {other}, not a {what}. As {what} there are: {', '.join(names)}.")
    raise CommandError(f"There is no {what} “{said}”. There are: {', '.join(names)}.")


def _decimal_to_float(value: Decimal) -> float:
    return float(value)


RecordName = Annotated[str, Field(max_length=MOST_WORDS), RecordMark(("lead", "contact", "account", "opportunity"))]
LeadName = Annotated[str, Field(max_length=MOST_WORDS), RecordMark(("lead",))]
ContactName = Annotated[str, Field(max_length=MOST_WORDS), RecordMark(("contact",))]
AccountName = Annotated[str, Field(max_length=MOST_WORDS), RecordMark(("account",))]
OpportunityName = Annotated[str, Field(max_length=MOST_WORDS), RecordMark(("opportunity",))]
WorkName = Annotated[str, Field(max_length=MOST_WORDS), RecordMark(("lead", "opportunity", "contact", "account"))]
RepName = Annotated[str, Field(max_length=MOST_WORDS), RecordMark(("user",))]
OwnerName = Annotated[str, Field(max_length=MOST_WORDS), OwnerMark()]
GiverName = Annotated[str, Field(max_length=MOST_WORDS), OwnerMark(gives=True)]
StatusName = Annotated[str, BeforeValidator(_read_status)]
StageName = Annotated[str, BeforeValidator(_read_stage)]
SourceName = Annotated[str, BeforeValidator(_read_source)]
Statuses = Annotated[tuple[StatusName, ...], BeforeValidator(split_list)]
Stages = Annotated[tuple[StageName, ...], BeforeValidator(split_list)]
Sources = Annotated[tuple[SourceName, ...], BeforeValidator(split_list)]
Day = Annotated[date, BeforeValidator(_make_date_reader("future"))]
PastPeriod = Annotated[Period, BeforeValidator(_make_period_reader("past")), Past()]
ComingPeriod = Annotated[Period, BeforeValidator(read_coming_period)]
ClosingPeriod = Annotated[Period, BeforeValidator(_read_closing_period)]
Money = Annotated[Decimal, BeforeValidator(_read_money), PlainSerializer(_decimal_to_float, when_used="json")]
DealAmount = Annotated[Decimal, BeforeValidator(_read_amount), PlainSerializer(_decimal_to_float, when_used="json")]
"""An amount in any currency, which a `currency` beside it says (`commands/contract/priced.py`)."""
CurrencyCode = Annotated[str, BeforeValidator(_read_currency)]
Limit = Annotated[int, Field(ge=1, le=MOST_LISTED)]
Words = Annotated[str, BeforeValidator(_drop_unprintable), Field(max_length=MOST_WORDS)]
