"""What the local model can answer: prose, tool calls, and everything that servers do wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True)
class ScriptedAnswer:
    """Describes one answer, and how it goes wrong. Times are in seconds.

    `status` other than 200 answers with an error instead; `drops` breaks the connection, without `begins` before
    anything was answered; `ends` false leaves out the end of the stream, as a proxy does that closes it.
    """

    text: str = ""
    # Name, and arguments as JSON text.
    calls: tuple[tuple[str, str], ...] = ()
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
    # False answers in one piece, as a server does that cannot stream.
    streams: bool = True
    # Characters of a chunk; 0 for one chunk.
    piece: int = 12
    # Not every server numbers its calls or gives them an id.
    ids: bool = True
    places: bool = True

    def with_changes(self, **changes: Any) -> ScriptedAnswer:
        """Copy the answer with other fields."""
        return replace(self, **changes)

    def stream_chunks(self, model: str) -> Iterator[Json]:
        """Stream the answer as chunks, with the end where it has one."""
        yield _make_chunk(model, {"role": "assistant", "content": ""})
        for piece in _split_text(self.text, self.piece):
            yield _make_chunk(model, {"content": piece})
        for place, (name, arguments) in enumerate(self.calls):
            yield from self._call_chunks(model, place, name, arguments)
        if self.ends:
            yield _make_chunk(model, {}, self.finish or ("tool_calls" if self.calls else "stop"))
            if self.usage is not None:
                tokens_in, tokens_out = self.usage
                used = {"prompt_tokens": tokens_in, "completion_tokens": tokens_out}
                yield {
                    **_make_chunk(model, {}),
                    "choices": [],
                    "usage": {**used, "total_tokens": tokens_in + tokens_out},
                }

    def full_completion(self, model: str) -> Json:
        """Write the answer as one completion that is not streamed."""
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

    def _call_chunks(self, model: str, place: int, name: str, arguments: str) -> Iterator[Json]:
        begun: Json = {"function": {"name": name, "arguments": ""}, "type": "function"}
        if self.places:
            begun["index"] = place
        if self.ids:
            begun["id"] = f"call_{place}"
        if not self.places:
            begun["function"]["arguments"] = arguments
            yield _make_chunk(model, {"tool_calls": [begun]})
            return
        yield _make_chunk(model, {"tool_calls": [begun]})
        for piece in _split_text(arguments, self.piece):
            yield _make_chunk(model, {"tool_calls": [{"index": place, "function": {"arguments": piece}}]})


def says(text: str) -> ScriptedAnswer:
    """Answer with prose, which ends the turn."""
    return ScriptedAnswer(text)


def calls_tools(*wanted: tuple[str, Any], text: str = "") -> ScriptedAnswer:
    """Call tools, each a name with its arguments: an object, or any text to send what is no object."""
    return ScriptedAnswer(
        text, tuple((name, given if isinstance(given, str) else json.dumps(given)) for name, given in wanted)
    )


def refuses_with(status: int, code: str = "", message: str = "no", **headers: str) -> ScriptedAnswer:
    """Answer with an HTTP error as OpenAI words it."""
    return ScriptedAnswer(status=status, code=code, message=message, headers=headers)


def breaks_off(answer: ScriptedAnswer) -> ScriptedAnswer:
    """Close the stream cleanly before its end: no finish reason, nothing raised."""
    return answer.with_changes(ends=False)


def breaks_connection(answer: ScriptedAnswer | None = None) -> ScriptedAnswer:
    """Break the connection: before anything, or at the end of the answer."""
    return answer.with_changes(drops=True, ends=False) if answer else ScriptedAnswer(begins=False, drops=True)


def hangs_for(seconds: float) -> ScriptedAnswer:
    """Answer only after so many seconds."""
    return ScriptedAnswer("late", waits=seconds)


def stalls_before_end(answer: ScriptedAnswer, seconds: float) -> ScriptedAnswer:
    """Begin, then go silent for so many seconds before the end."""
    return answer.with_changes(stalls=seconds)


def drips_text(text: str, seconds: float) -> ScriptedAnswer:
    """Send one character at a time, so many seconds apart."""
    return ScriptedAnswer(text, drips=seconds, piece=1)


def sends_gibberish(raw: bytes = b"data: {not json\n\n") -> ScriptedAnswer:
    """Send something that is no stream of chunks."""
    return ScriptedAnswer(raw=raw)


def _split_text(text: str, size: int) -> Iterator[str]:
    if not size:
        yield from (text,) if text else ()
        return
    yield from (text[at : at + size] for at in range(0, len(text), size))


def _make_chunk(model: str, delta: Json, finish: str | None = None) -> Json:
    return {
        "id": "chatcmpl-local",
        "object": "chat.completion.chunk",
        "created": 0,
        "model": model,
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
    }
