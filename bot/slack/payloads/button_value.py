"""The calls that buttons and menus carry: a verb and its arguments as JSON, with ids instead of words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

LONGEST_VALUE = 2_000
LONGEST_OPTION_VALUE = 150


@dataclass(frozen=True)
class Call:
    """A command to carry out, or whose form to open.

    `start` is the place of the first record to show (from 0) where a long list goes on.
    """

    verb: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    opens: bool = False
    start: int = 0

    @cached_property
    def written(self) -> str:
        value: dict[str, Any] = {"o" if self.opens else "c": self.verb}
        if self.arguments:
            value["a"] = dict(self.arguments)
        if self.start:
            value["f"] = self.start
        return _encoded(value)


_encoded = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, default=str).encode


def written(call: Call) -> str:
    """The value of a button that carries the call."""
    return call.written


def read(value: str) -> Call:
    """The call that a button carries. ValueError for a value that is none: it came from outside."""
    try:
        found = json.loads(value)
    except (TypeError, json.JSONDecodeError, RecursionError):
        raise ValueError("not a call") from None
    match found:
        case {"c": str(verb)}:
            opens = False
        case {"o": str(verb)}:
            opens = True
        case _:
            raise ValueError("not a call")
    arguments, start = found.get("a", {}), found.get("f", 0)
    if not isinstance(arguments, dict) or not isinstance(start, int) or isinstance(start, bool) or start < 0:
        raise ValueError("not a call")
    return Call(verb, arguments, opens, start)
