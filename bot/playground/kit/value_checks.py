"""Checks on JSON values. Each takes a value and a JSON pointer to it, and yields what is wrong in Slack's words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

Check: TypeAlias = Callable[[Any, str], Iterator[str]]


def format_error(what: str, pointer: str) -> str:
    return f"{what} [json-pointer:{pointer}]"


def check_string(longest: int | None = None, shortest: int = 0, pattern: str | None = None) -> Check:
    """Check for text of `shortest` to `longest` characters."""

    def check_value(value: Any, pointer: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield format_error("must provide a string", pointer)
        elif len(value) < shortest:
            yield format_error(f"must be more than {shortest - 1} characters", pointer)
        # Slack names the first length that is wrong, not the last that is right.
        elif longest is not None and len(value) > longest:
            yield format_error(f"must be less than {longest + 1} characters", pointer)
        elif pattern is not None and not re.fullmatch(pattern, value):
            yield format_error("failed to match the required pattern", pointer)

    return check_value


def check_enum(*allowed: str) -> Check:
    """Check for one of the words in `allowed`."""

    def check_value(value: Any, pointer: str) -> Iterator[str]:
        if value not in allowed:
            yield format_error(f"must be a valid enum value: {', '.join(allowed)}", pointer)

    return check_value


def check_integer(least: int | None = None, most: int | None = None) -> Check:
    """Check for a whole number from `least` to `most`, both allowed."""

    def check_value(value: Any, pointer: str) -> Iterator[str]:
        # To Python true is a number, to Slack it is not.
        if not isinstance(value, int) or isinstance(value, bool):
            yield format_error("must provide an integer", pointer)
        elif least is not None and value < least:
            yield format_error(f"must be at least {least}", pointer)
        elif most is not None and value > most:
            yield format_error(f"must be at most {most}", pointer)

    return check_value


def check_boolean(value: Any, pointer: str) -> Iterator[str]:
    if not isinstance(value, bool):
        yield format_error("must provide a boolean", pointer)


def accept_anything(_value: Any, _pointer: str) -> Iterator[str]:
    yield from ()


def check_items(of: Check, least: int = 0, most: int | None = None) -> Check:
    """Check for a list of `least` to `most` values, each passing `of`."""

    def check_value(value: Any, pointer: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield format_error("must provide an array", pointer)
            return
        if most is not None and len(value) > most:
            yield format_error(f"no more than {most} items allowed", pointer)
        if len(value) < least:
            yield format_error(f"no fewer than {least} items allowed", pointer)
        for index, each in enumerate(value):
            yield from of(each, f"{pointer}/{index}")

    return check_value


def check_object(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    """Check for an object with all of `required`, any of `optional` and nothing else but `type`."""
    known = {"type": accept_anything, **required, **(optional or {})}

    def check_value(value: Any, pointer: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield format_error("must provide an object", pointer)
            return
        for name in required:
            if name not in value:
                yield format_error(f"missing required field: {name}", pointer)
        for name, each in value.items():
            if name not in known:
                yield format_error(f"invalid additional property: {name}", pointer)
            else:
                yield from known[name](each, f"{pointer}/{name}")

    return check_value


def check_by_type(kinds: Mapping[str, Check]) -> Check:
    """Check an object by the one of `kinds` that its `type` names."""

    def check_value(value: Any, pointer: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield format_error("must provide an object", pointer)
        elif "type" not in value:
            yield format_error("missing required field: type", pointer)
        elif not isinstance(value["type"], str) or value["type"] not in kinds:
            yield format_error(f"unsupported type: {value['type']}", f"{pointer}/type")
        else:
            yield from kinds[value["type"]](value, pointer)

    return check_value


def check_all(*checks: Check) -> Check:
    """Apply all of the checks."""

    def check_value(value: Any, pointer: str) -> Iterator[str]:
        for each in checks:
            yield from each(value, pointer)

    return check_value


def check_exactly_one(*names: str) -> Check:
    """Check that an object has exactly one of the fields."""

    def check_value(value: Any, pointer: str) -> Iterator[str]:
        if isinstance(value, dict) and sum(name in value for name in names) != 1:
            yield format_error(f"must provide exactly one of: {', '.join(names)}", pointer)

    return check_value


def check_at_least_one(*names: str) -> Check:
    """Check that an object has at least one of the fields."""

    def check_value(value: Any, pointer: str) -> Iterator[str]:
        if isinstance(value, dict) and not any(name in value for name in names):
            yield format_error(f"must provide at least one of: {', '.join(names)}", pointer)

    return check_value
