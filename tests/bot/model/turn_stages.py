"""Where the time of a model's turn goes: each stage's own time, without that of the stages within it."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable
from types import TracebackType
from typing import Any

import bot.model.model_listener as listening
import bot.model.turn.model_turn as turning
from bot.dialogue import dialogue
from bot.dialogue.dialogue import Conversation
from bot.model.grounding.checked_speech import Speech
from bot.model.model_listener import Listener
from bot.model.server.completion import Completion
from bot.model.server.completions_client import CompletionClient
from bot.slack.render.message import render_reply
from commands.contract.reply import Reply
from commands.dispatching.dispatcher import Dispatcher

FIRST = "until the first token comes (request sent, server on 127.0.0.1)"
STREAM = "until the last token has come"
PLACES: tuple[tuple[Any, str, str], ...] = (
    (Conversation, "_answer_open_question", "reading by phrases"),
    (Conversation, "load_focus", "reading by phrases"),
    (dialogue, "read_sentence", "reading by phrases"),
    (Listener, "_prepare_turn", "building the request"),
    (turning, "write_tool_result", "building the request"),
    (turning, "_estimate_tokens", "building the request"),
    (Dispatcher, "dispatch", "tools"),
    (Speech, "add_piece", "grounding"),
    (Speech, "finish_prose", "grounding"),
    (listening, "select_shown_steps", "grounding"),
    (Listener, "remember_turn", "budget and memory kept"),
)
STAGES = (
    "reading by phrases", "building the request", FIRST, STREAM, "tools", "grounding", "budget and memory kept",
    "rendering", "the rest",
)  # fmt: skip


class Stages:
    """Watches over the stages while it is entered. One turn at a time, in one thread."""

    def __init__(self) -> None:
        self._turns: list[dict[str, float]] = []
        self._now: dict[str, float] = defaultdict(float)
        self._within: list[float] = []
        self._first = False
        self._were: list[tuple[Any, str, Any]] = []

    def __enter__(self) -> Stages:
        from bot.model.server.token_budget import Budget

        for owner, name, stage in PLACES:
            self._watch(owner, name, stage)
        self._watch(Budget, "left", "budget and memory kept")
        self._watch(Budget, "record_usage", "budget and memory kept")
        self._watch(CompletionClient, "request_completion", STREAM, begins=True)
        add = Completion.add_chunk
        self._were.append((Completion, "add_chunk", add))

        def added(completion: Completion, chunk: Any) -> str:
            if self._first:
                self._first = False
                took = time.perf_counter() - self._asked
                self._now[FIRST] += took
                self._now[STREAM] -= took
            return add(completion, chunk)

        Completion.add_chunk = added  # type: ignore[method-assign, assignment]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for owner, name, was in self._were:
            setattr(owner, name, was)

    def turn(self, says: Callable[[], Reply], *, keep: bool) -> None:
        """One turn, and its rendering."""
        self._now = defaultdict(float)
        started = time.perf_counter()
        reply = says()
        answered = time.perf_counter()
        render_reply(reply)
        ended = time.perf_counter()
        self._now["rendering"] = ended - answered
        self._now["the rest"] = answered - started - sum(self._now.values()) + self._now["rendering"]
        self._now["all"] = ended - started
        if keep:
            self._turns.append(dict(self._now))

    def percentile(self, stage: str, share: float) -> float:
        """Milliseconds."""
        ordered = sorted(each.get(stage, 0.0) for each in self._turns)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000

    def _watch(self, owner: Any, name: str, stage: str, *, begins: bool = False) -> None:
        was = getattr(owner, name)
        self._were.append((owner, name, was))

        def watched(*args: Any, **more: Any) -> Any:
            started = time.perf_counter()
            if begins:
                self._asked, self._first = started, True
            self._within.append(0.0)
            try:
                return was(*args, **more)
            finally:
                took = time.perf_counter() - started
                self._now[stage] += took - self._within.pop()
                if self._within:
                    self._within[-1] += took

        setattr(owner, name, watched)
