"""One answer of the model, put together from the chunks of a stream."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from storage.names.text_lengths import LONGEST_ARGUMENTS, LONGEST_PROSE

PROPER_ENDS = frozenset({"stop", "tool_calls", "function_call"})
# A model that loops writes until its deadline: beyond this, reading on would cost memory and find no answer.
MOST_CALLS_AT_ONCE = 64


@dataclass(frozen=True)
class ToolCall:
    """Holds a tool call as the model wrote it: its arguments are JSON text, not yet checked."""

    id: str
    name: str
    arguments: str


@dataclass
class Completion:
    """Collects a completion from the chunks of a stream. Act on it only once `is_complete` is true."""

    text: str = ""
    finish: str | None = None
    tokens_in: int = 0
    tokens_out: int = 0
    _parts: list[dict[str, str]] = field(default_factory=list)
    _places: dict[int, int] = field(default_factory=dict)

    @property
    def is_complete(self) -> bool:
        """Tell whether the stream ended properly."""
        # A stream that was cut raises nothing: half a tool call can look like a whole one. The reason tells.
        return self.finish in PROPER_ENDS

    @property
    def tool_calls(self) -> tuple[ToolCall, ...]:
        """List the tool calls in order; one that came without an id gets one."""
        return tuple(
            ToolCall(part["id"] or f"call_{number}", part["name"], part["arguments"])
            for number, part in enumerate(self._parts, 1)
        )

    @property
    def is_too_long(self) -> bool:
        return (
            len(self.text) > LONGEST_PROSE
            or len(self._parts) > MOST_CALLS_AT_ONCE
            or any(len(part["arguments"]) > LONGEST_ARGUMENTS for part in self._parts)
        )

    def add_chunk(self, chunk: Any) -> str:
        """Add a chunk of the stream; return the prose in it. Any part of a chunk may be missing."""
        usage = getattr(chunk, "usage", None)
        if usage is not None:
            self.tokens_in = _read_token_count(getattr(usage, "prompt_tokens", 0)) or self.tokens_in
            self.tokens_out = _read_token_count(getattr(usage, "completion_tokens", 0)) or self.tokens_out
        choices = getattr(chunk, "choices", None)
        if not isinstance(choices, list) or not choices:
            return ""
        first = choices[0]
        # A server that does not stream gives the whole message at once.
        delta = getattr(first, "delta", None) or getattr(first, "message", None)
        wanted = getattr(delta, "tool_calls", None)
        for each in wanted if isinstance(wanted, list) else ():
            self._add_tool_call(each)
        said = getattr(delta, "content", None)
        said = said if isinstance(said, str) else ""
        self.text += said
        finish = getattr(first, "finish_reason", None)
        self.finish = finish if isinstance(finish, str) else self.finish
        return said

    def _add_tool_call(self, piece: Any) -> None:
        function = getattr(piece, "function", None)
        name, arguments = (
            _read_text(getattr(function, "name", None)),
            _read_arguments(getattr(function, "arguments", None)),
        )
        part = self._find_part(getattr(piece, "index", None), _read_text(getattr(piece, "id", None)), name)
        part["name"] = part["name"] or name
        part["arguments"] += arguments

    def _find_part(self, index: Any, number: str, name: str) -> dict[str, str]:
        """Find the call that a piece belongs to: by its index, else by its id, else the last one."""
        if isinstance(index, int) and not isinstance(index, bool):
            # Some servers give every call the index 0: another id at the same index is another call.
            place = self._places.get(index)
            if place is not None and not (number and self._parts[place]["id"] not in ("", number)):
                return self._parts[place]
            self._places[index] = len(self._parts)
        else:
            for part in self._parts if number else ():
                if part["id"] == number:
                    return part
            # Later pieces may come without index and id; one with a name begins a call.
            if self._parts and not name:
                return self._parts[-1]
        self._parts.append({"id": number, "name": "", "arguments": ""})
        return self._parts[-1]


def _read_arguments(value: Any) -> str:
    """Read arguments as JSON text, also where a server sends the object itself."""
    if isinstance(value, dict):
        return json.dumps(value, default=str)
    return json.dumps(value, default=vars) if isinstance(value, SimpleNamespace) else _read_text(value)


def _read_text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _read_token_count(value: Any) -> int:
    # The count goes into budgets: what a server says is believed only where it can be true.
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 100_000_000 else 0
