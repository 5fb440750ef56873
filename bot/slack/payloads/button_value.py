"""Encodes the calls that buttons and menus carry: a command and its arguments as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

# Slack's limits in characters.
LONGEST_VALUE = 2_000
LONGEST_OPTION_VALUE = 150


@dataclass(frozen=True)
class ButtonCall:
    """Names a command that a button carries out, or whose form it opens.

    `start` is the index of the first record to show (from 0) on a later page of a list.
    """

    verb: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    opens: bool = False
    start: int = 0

    @cached_property
    def button_value(self) -> str:
        """Return the call as the value of a button, in JSON."""
        # Keys of one letter: the value of a menu's option has 150 characters at most.
        value: dict[str, Any] = {"o" if self.opens else "c": self.verb}
        if self.arguments:
            value["a"] = dict(self.arguments)
        if self.start:
            value["f"] = self.start
        return _encode_json(value)


# A list of records encodes many calls, and json.dumps would build an encoder for each.
_encode_json = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, default=str).encode


def encode_button_value(call: ButtonCall) -> str:
    """Encode a call as the value of a button."""
    return call.button_value


def decode_button_value(value: str) -> ButtonCall:
    """Decode the call that a button carries. ValueError for a value that holds none."""
    # The value may be of an older version of the bot. Whether the call is allowed is decided when it is run.
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
    return ButtonCall(verb, arguments, opens, start)
