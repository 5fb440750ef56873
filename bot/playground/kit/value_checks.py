"""Checks on JSON values. Each yields what is wrong, worded and pointed at as Slack does."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

Check: TypeAlias = Callable[[Any, str], Iterator[str]]


def wrong(what: str, pointer: str) -> str:
    return f"{what} [json-pointer:{pointer}]"


def string(longest: int | None = None, shortest: int = 0, pattern: str | None = None) -> Check:
    """Text of `shortest` to `longest` characters."""

    def check(value: Any, pointer: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield wrong("must provide a string", pointer)
        elif len(value) < shortest:
            yield wrong(f"must be more than {shortest - 1} characters", pointer)
        elif longest is not None and len(value) > longest:
            yield wrong(f"must be less than {longest + 1} characters", pointer)
        elif pattern is not None and not re.fullmatch(pattern, value):
            yield wrong("failed to match the required pattern", pointer)

    return check


def word(*allowed: str) -> Check:
    """One of the words in `allowed`."""

    def check(value: Any, pointer: str) -> Iterator[str]:
        if value not in allowed:
            yield wrong(f"must be a valid enum value: {', '.join(allowed)}", pointer)

    return check


def number(least: int | None = None, most: int | None = None) -> Check:
    """A whole number from `least` to `most`, both allowed."""

    def check(value: Any, pointer: str) -> Iterator[str]:
        if not isinstance(value, int) or isinstance(value, bool):
            yield wrong("must provide an integer", pointer)
        elif least is not None and value < least:
            yield wrong(f"must be at least {least}", pointer)
        elif most is not None and value > most:
            yield wrong(f"must be at most {most}", pointer)

    return check


def flag(value: Any, pointer: str) -> Iterator[str]:
    if not isinstance(value, bool):
        yield wrong("must provide a boolean", pointer)


def anything(_value: Any, _pointer: str) -> Iterator[str]:
    yield from ()


def items(of: Check, least: int = 0, most: int | None = None) -> Check:
    """A list of `least` to `most` values, each passing `of`."""

    def check(value: Any, pointer: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield wrong("must provide an array", pointer)
            return
        if most is not None and len(value) > most:
            yield wrong(f"no more than {most} items allowed", pointer)
        if len(value) < least:
            yield wrong(f"no fewer than {least} items allowed", pointer)
        for index, each in enumerate(value):
            yield from of(each, f"{pointer}/{index}")

    return check


def shape(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    """An object with all of `required`, any of `optional` and nothing else. `type` is checked by whoever chose."""
    known = {"type": anything, **required, **(optional or {})}

    def check(value: Any, pointer: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield wrong("must provide an object", pointer)
            return
        for name in required:
            if name not in value:
                yield wrong(f"missing required field: {name}", pointer)
        for name, each in value.items():
            if name not in known:
                yield wrong(f"invalid additional property: {name}", pointer)
            else:
                yield from known[name](each, f"{pointer}/{name}")

    return check


def by_type(kinds: Mapping[str, Check]) -> Check:
    """An object whose `type` says which of `kinds` it is."""

    def check(value: Any, pointer: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield wrong("must provide an object", pointer)
        elif "type" not in value:
            yield wrong("missing required field: type", pointer)
        elif not isinstance(value["type"], str) or value["type"] not in kinds:
            yield wrong(f"unsupported type: {value['type']}", f"{pointer}/type")
        else:
            yield from kinds[value["type"]](value, pointer)

    return check


def both(*checks: Check) -> Check:
    """All of the checks."""

    def check(value: Any, pointer: str) -> Iterator[str]:
        for each in checks:
            yield from each(value, pointer)

    return check


def exactly_one(*names: str) -> Check:
    """An object that has one of the fields and not two."""

    def check(value: Any, pointer: str) -> Iterator[str]:
        if isinstance(value, dict) and sum(name in value for name in names) != 1:
            yield wrong(f"must provide exactly one of: {', '.join(names)}", pointer)

    return check


def at_least_one(*names: str) -> Check:
    """An object that has at least one of the fields."""

    def check(value: Any, pointer: str) -> Iterator[str]:
        if isinstance(value, dict) and not any(name in value for name in names):
            yield wrong(f"must provide at least one of: {', '.join(names)}", pointer)

    return check
