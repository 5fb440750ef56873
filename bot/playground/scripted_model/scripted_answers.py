"""What the local model can answer: prose, tool calls, and everything that servers do wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """One answer, and how it goes wrong. Times are in seconds.

    `status` other than 200 answers with an error instead; `drops` breaks the connection, without `begins` before
    anything was answered; `ends` false leaves out the end of the stream, as a proxy does that closes it.
    """

    text: str = ""
    calls: tuple[tuple[str, str], ...] = ()
    """Name and arguments as JSON text."""
    usage: tuple[int, int] | None = (900, 40)
    finish: str | None = None
    status: int = 200
    code: str = ""
    message: str = ""
    headers: Json = field(default_factory=dict)
    waits: float = 0.0
    drips: float = 0.0
    begins: bool = True
    drops: bool = False
    ends: bool = True
    stalls: float = 0.0
    raw: bytes | None = None
    streams: bool = True
    """False answers in one piece, as a server does that cannot stream."""
    piece: int = 12
    """Characters of a chunk; 0 for one chunk."""
    ids: bool = True
    places: bool = True

    def but(self, **changes: Any) -> Answer:
        """The same answer, told differently or gone wrong."""
        return replace(self, **changes)

    def chunks(self, model: str) -> Iterator[Json]:
        """The chunks of the stream, the end included where it has one."""
        yield _chunk(model, {"role": "assistant", "content": ""})
        for piece in _pieces(self.text, self.piece):
            yield _chunk(model, {"content": piece})
        for place, (name, arguments) in enumerate(self.calls):
            yield from self._call(model, place, name, arguments)
        if self.ends:
            yield _chunk(model, {}, self.finish or ("tool_calls" if self.calls else "stop"))
            if self.usage is not None:
                tokens_in, tokens_out = self.usage
                used = {"prompt_tokens": tokens_in, "completion_tokens": tokens_out}
                yield {**_chunk(model, {}), "choices": [], "usage": {**used, "total_tokens": tokens_in + tokens_out}}

    def whole(self, model: str) -> Json:
        """The answer in one piece."""
        calls = [
            {"id": f"call_{place}", "type": "function", "function": {"name": name, "arguments": arguments}}
            for place, (name, arguments) in enumerate(self.calls)
        ]
        message = {"role": "assistant", "content": self.text or None, "tool_calls": calls or None}
        finish = self.finish or ("tool_calls" if calls else "stop")
        return {
            "id": "chatcmpl-local",
            "object": "chat.completion",
            "created": 0,
            "model": model,
            "choices": [{"index": 0, "message": message, "finish_reason": finish}],
        }

    def _call(self, model: str, place: int, name: str, arguments: str) -> Iterator[Json]:
        begun: Json = {"function": {"name": name, "arguments": ""}, "type": "function"}
        if self.places:
            begun["index"] = place
        if self.ids:
            begun["id"] = f"call_{place}"
        if not self.places:
            begun["function"]["arguments"] = arguments
            yield _chunk(model, {"tool_calls": [begun]})
            return
        yield _chunk(model, {"tool_calls": [begun]})
        for piece in _pieces(arguments, self.piece):
            yield _chunk(model, {"tool_calls": [{"index": place, "function": {"arguments": piece}}]})


def says(text: str) -> Answer:
    """Prose, and the end of the turn."""
    return Answer(text)


def calls(*wanted: tuple[str, Any], text: str = "") -> Answer:
    """Tools to call, each a name with its arguments: an object, or any text for what is no object."""
    return Answer(text, tuple((name, given if isinstance(given, str) else json.dumps(given)) for name, given in wanted))


def refuses(status: int, code: str = "", message: str = "no", **headers: str) -> Answer:
    """An HTTP error as OpenAI words it."""
    return Answer(status=status, code=code, message=message, headers=headers)


def breaks_off(answer: Answer) -> Answer:
    """The stream closes cleanly before its end: no finish reason, nothing raised."""
    return answer.but(ends=False)


def drops(answer: Answer | None = None) -> Answer:
    """The connection breaks: before anything, or at the end of what was to be said."""
    return answer.but(drops=True, ends=False) if answer else Answer(begins=False, drops=True)


def hangs(seconds: float) -> Answer:
    """Nothing for so long."""
    return Answer("late", waits=seconds)


def stalls(answer: Answer, seconds: float) -> Answer:
    """Begins, then goes silent for so long before the end."""
    return answer.but(stalls=seconds)


def drips(text: str, seconds: float) -> Answer:
    """A character at a time, so far apart."""
    return Answer(text, drips=seconds, piece=1)


def gibberish(raw: bytes = b"data: {not json\n\n") -> Answer:
    """Something that is no stream of chunks."""
    return Answer(raw=raw)


def _pieces(text: str, size: int) -> Iterator[str]:
    if not size:
        yield from (text,) if text else ()
        return
    yield from (text[at : at + size] for at in range(0, len(text), size))


def _chunk(model: str, delta: Json, finish: str | None = None) -> Json:
    return {
        "id": "chatcmpl-local",
        "object": "chat.completion.chunk",
        "created": 0,
        "model": model,
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
    }
