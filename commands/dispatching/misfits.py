"""Says in plain words what is wrong with the value of an argument, and what to write instead."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from commands.contract.arguments import RecordMark
from commands.contract.command import Command
from commands.contract.errors import CommandError
from commands.values.phrases import join_alternatives
from storage.names.text_lengths import LONGEST_SENTENCE

FILE = Path(__file__).with_name("misfits.toml")
LONGEST_QUOTE = 60
CHOICE = "literal_error"
QUOTED = re.compile(r"'([^']*)'")


def explain_misfit(kind: type[Command], field: str, error: ValidationError) -> str:
    """Explain what is wrong with a value of this argument, and what it should be.

    The library's own sentences are written for programmers, so only the kind of each error and its bounds are used.
    """
    every = error.errors(include_url=False)
    found = [each for each in every if each["loc"][:1] == (field,)] or every
    info = kind.model_fields.get(field)
    mark = kind.marked_fields(RecordMark).get(field)
    values: dict[str, Any] = {
        "verb": kind.verb(),
        "field": field.replace("_", " "),
        "argument": field,
        "about": (info.description or "" if info else "").removesuffix("."),
        "said": _quote(found[0]["input"]),
        "choices": _join_choices(found),
        "kinds": join_alternatives([each.replace("_", "-") for each in mark.kinds]) if mark else "",
    }
    # A value of several kinds fails as each of them: the way to mend it is said where there is but one.
    reasons = {each["type"] for each in found}
    reason = reasons.pop() if len(reasons) == 1 else ""
    if reason == "missing" and mark:
        reason = "missing record"
    sentences = _load_sentences()
    return sentences.get(reason, sentences["other"]).format_map({**found[0].get("ctx", {}), **values})


def refuse_long_value(value: Any) -> None:
    """Raise CommandError where a text, or one of a list, is longer than anything that is read. Look before reading."""
    if any(isinstance(each, str) and len(each) > LONGEST_SENTENCE for each in (value if _is_list(value) else [value])):
        raise CommandError("The value is longer than I can read. Please shorten it.")


def _is_list(value: Any) -> bool:
    return isinstance(value, list | tuple)


def _join_choices(found: Sequence[Any]) -> str:
    choices = [each for one in found if one["type"] == CHOICE for each in QUOTED.findall(one["ctx"]["expected"])]
    return join_alternatives(list(dict.fromkeys(choices)))


def _quote(said: Any) -> str:
    text = " ".join(str(said).split())
    return text if len(text) <= LONGEST_QUOTE else f"{text[: LONGEST_QUOTE - 1]}…"


@cache
def _load_sentences() -> dict[str, str]:
    data = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return {reason: each["say"] for each in data["misfit"] for reason in each["reasons"]}
