"""Any call that a person, a button or a model could make, with sensible arguments and with garbage."""

from __future__ import annotations

import string
from datetime import date, time
from decimal import Decimal
from typing import Any, Literal, get_args, get_origin

from hypothesis import strategies as st
from pydantic.fields import FieldInfo

from commands import COMMANDS
from commands.contract.arguments import OwnerMark, RecordMark
from commands.contract.command import Command
from commands.values.moment import Period

STATUSES = ("Open", "Contacted", "Qualified", "Unqualified", "qualifed")
STAGES = ("Prospecting", "Proposal", "Negotiation", "Closed Won", "Closed Lost", "negotiaton")
SOURCES = ("Web", "Trade Show", "Quiz", "Other")
OWNERS = ("me", "me", "team", "everyone", "nora", "Dana Whitfield", "ruth", "helen@leadlight.example", "U4", "#U7")
DAYS = ("today", "tomorrow", "friday", "2026-12-31", "2026-11-01", "next week")
PERIODS = ("this quarter", "last 30 days", "Q1", "may", "2026-11-18", "ytd", "yesterday")
AMOUNTS = ("45k", "$1.2m", "45000", "0", "9999999999999.99", "12500.50")
FIELDS = ("email", "phone", "title", "company", "rating", "source", "last_name")
WRONG = (
    "Nurturing",
    "Signed",
    "nobody",
    "30 feb",
    "9999-12-31",
    "0001-01-01",
    "since forever",
    "-5",
    "1e400",
    "nan",
    "25:00",
    "owner_id",
    "version",
    "hot",
)
HOSTILE = (
    "",
    " ",
    "%",
    "_",
    "\\",
    "'; DROP TABLE lead; --",
    "<!channel> <@U1> <https://evil.example|click>",
    "![x](https://evil.example/c.png)",
    "#",
    "#L",
    "L99999999999999999999999",
    "#-1",
    "ⅷ Ⅻ ²",
    "\u202eenaJ",
    "\x00",
    "a" * 2001,
    "=HYPERLINK(1)",
    "{name}",
)
FREE_TEXT = st.one_of(
    st.sampled_from(["initech", "fleet renewal", "left a voicemail", "budget is 20k", "jane", "cto", *HOSTILE]),
    st.text(max_size=20),
)
GARBAGE = st.one_of(
    st.sampled_from(HOSTILE),
    st.sampled_from(WRONG),
    st.text(max_size=12),
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.lists(st.text(string.ascii_letters, max_size=5), max_size=3),
    st.dictionaries(st.sampled_from(["from", "to", "x"]), st.sampled_from(["2026-01-01", "x", ""]), max_size=2),
)


def calls(words: dict[str, list[str]]) -> st.SearchStrategy[tuple[str, dict[str, Any]]]:
    """A verb with arguments. `words` are what records of each kind might be called; under `any` those of every kind."""
    return st.one_of(*(_call(kind, words) for kind in COMMANDS))


def _call(kind: type[Command], words: dict[str, list[str]]) -> st.SearchStrategy[tuple[str, dict[str, Any]]]:
    marks = kind.list_reference_fields()
    fitting = {name: _fitting(name, info, marks.get(name), words) for name, info in kind.model_fields.items()}
    required = {name: fitting[name] for name, info in kind.model_fields.items() if info.is_required()}
    optional = [name for name in fitting if name not in required]
    few = st.lists(st.sampled_from(optional), max_size=3, unique=True) if optional else st.just([])
    sensible = few.flatmap(lambda chosen: st.fixed_dictionaries(required | {name: fitting[name] for name in chosen}))
    wild = st.dictionaries(st.sampled_from([*fitting, "workspace_id", "owner_id", "id", ""]), GARBAGE, max_size=2)
    mixed = st.tuples(sensible, wild).map(lambda both: both[0] | both[1])
    return st.tuples(st.just(kind.verb()), st.one_of(sensible, sensible, sensible, mixed))


def _fitting(
    name: str, info: FieldInfo, mark: RecordMark | OwnerMark | None, words: dict[str, list[str]]
) -> st.SearchStrategy[Any]:
    if isinstance(mark, OwnerMark):
        return st.sampled_from(OWNERS)
    if isinstance(mark, RecordMark):
        fitting = st.sampled_from([word for kind in mark.kinds for word in words.get(kind, ())])
        return st.one_of(fitting, fitting, fitting, st.sampled_from(words["any"]), FREE_TEXT)
    if name in ("status", "stage", "source"):
        known = {"status": STATUSES, "stage": STAGES, "source": SOURCES}[name]
        return st.sampled_from(known)
    if name == "change":
        return st.integers(0, 60).map(str)
    if name == "field":
        return st.sampled_from(FIELDS)
    return _of_type(info.annotation)


def _of_type(annotation: Any) -> st.SearchStrategy[Any]:
    kinds = set(_flat(annotation))
    choices: list[st.SearchStrategy[Any]] = []
    literals = [each for each in kinds if isinstance(each, str)]
    if literals:
        choices.append(st.sampled_from(sorted(literals)))
    if bool in kinds:
        choices.append(st.sampled_from([True, False, "yes", "no"]))
    if int in kinds:
        choices.append(st.one_of(st.integers(1, 99), st.integers(1, 30).map(str)))
    if Decimal in kinds:
        choices.append(st.sampled_from(AMOUNTS))
    if date in kinds:
        choices.append(st.sampled_from(DAYS))
    if time in kinds:
        choices.append(st.sampled_from(["8:30", "07:15", "7am"]))
    if Period in kinds:
        choices.append(st.sampled_from(PERIODS))
    return st.one_of(*choices) if choices else FREE_TEXT


def _flat(annotation: Any) -> list[Any]:
    """The plain types and the literal values that an annotation is made of."""
    if get_origin(annotation) is Literal:
        return list(get_args(annotation))
    parts = get_args(annotation)
    if not parts:
        return [annotation] if isinstance(annotation, type) else []
    return [each for part in parts for each in _flat(part)]
