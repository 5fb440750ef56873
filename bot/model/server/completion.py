"""What a model answered once, put together from the pieces of a stream."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

PROPER_ENDS = frozenset({"stop", "tool_calls", "function_call"})
LONGEST_ARGUMENTS = 20_000
LONGEST_PROSE = 8_000
MOST_CALLS_AT_ONCE = 64


@dataclass(frozen=True)
class ToolCall:
    """A tool that the model wants called: its arguments as JSON text, not yet looked at."""

    id: str
    name: str
    arguments: str


@dataclass
class Completion:
    """An answer as far as it has come. It may be acted on only once `ended` is true."""

    text: str = ""
    finish: str | None = None
    tokens_in: int = 0
    tokens_out: int = 0
    _parts: list[dict[str, str]] = field(default_factory=list)
    _places: dict[int, int] = field(default_factory=dict)

    @property
    def ended(self) -> bool:
        """Whether the stream came to its proper end: one that was cut raises nothing and looks complete."""
        return self.finish in PROPER_ENDS

    @property
    def calls(self) -> tuple[ToolCall, ...]:
        """The tool calls in order; one without an id gets one."""
        return tuple(
            ToolCall(part["id"] or f"call_{number}", part["name"], part["arguments"])
            for number, part in enumerate(self._parts, 1)
        )

    @property
    def too_long(self) -> bool:
        return (
            len(self.text) > LONGEST_PROSE
            or len(self._parts) > MOST_CALLS_AT_ONCE
            or any(len(part["arguments"]) > LONGEST_ARGUMENTS for part in self._parts)
        )

    def add(self, chunk: Any) -> str:
        """Take in a chunk of the stream; returns the prose that came with it. Servers leave out much of this."""
        usage = getattr(chunk, "usage", None)
        if usage is not None:
            self.tokens_in = _count(getattr(usage, "prompt_tokens", 0)) or self.tokens_in
            self.tokens_out = _count(getattr(usage, "completion_tokens", 0)) or self.tokens_out
        choices = getattr(chunk, "choices", None)
        if not isinstance(choices, list) or not choices:
            return ""
        first = choices[0]
        # A server that does not stream gives the whole message at once.
        delta = getattr(first, "delta", None) or getattr(first, "message", None)
        wanted = getattr(delta, "tool_calls", None)
        for each in wanted if isinstance(wanted, list) else ():
            self._add_call(each)
        said = getattr(delta, "content", None)
        said = said if isinstance(said, str) else ""
        self.text += said
        finish = getattr(first, "finish_reason", None)
        self.finish = finish if isinstance(finish, str) else self.finish
        return said

    def _add_call(self, piece: Any) -> None:
        function = getattr(piece, "function", None)
        name, arguments = _text(getattr(function, "name", None)), _arguments(getattr(function, "arguments", None))
        part = self._part(getattr(piece, "index", None), _text(getattr(piece, "id", None)), name)
        part["name"] = part["name"] or name
        part["arguments"] += arguments

    def _part(self, index: Any, number: str, name: str) -> dict[str, str]:
        """The call that a piece belongs to: by its place, else by its id, else the last."""
        if isinstance(index, int) and not isinstance(index, bool):
            place = self._places.get(index)
            if place is not None and not (number and self._parts[place]["id"] not in ("", number)):
                return self._parts[place]
            self._places[index] = len(self._parts)
        else:
            for part in self._parts if number else ():
                if part["id"] == number:
                    return part
            if self._parts and not name:
                return self._parts[-1]
        self._parts.append({"id": number, "name": "", "arguments": ""})
        return self._parts[-1]


def _arguments(value: Any) -> str:
    """Arguments as JSON text; some servers send the object itself."""
    if isinstance(value, dict):
        return json.dumps(value, default=str)
    return json.dumps(value, default=vars) if isinstance(value, SimpleNamespace) else _text(value)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _count(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 100_000_000 else 0
