"""Asking a server that speaks Chat Completions, as a stream, under a deadline and a Stop button."""

from __future__ import annotations

import json
import logging
import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import SimpleNamespace
from typing import Any

from bot.model.server.completion import Completion
from bot.model.server.model_configuration import ModelConfiguration
from bot.model.server.model_errors import Kind, ModelTrouble, Stopped

log = logging.getLogger(__name__)
LOOKED_EVERY = 0.1
"""Seconds between two looks at the Stop button while nothing comes."""
CONNECTING = 5.0
SECOND_TRY_AFTER = 0.3
LEAST_LEFT = 2.0
"""Seconds that must be left for a second try."""
OF_CONTENT = frozenset(
    {
        "content_filter", "content_policy_violation", "context_length_exceeded", "invalid_prompt",
        "request_too_large", "string_above_max_length",
    }
)  # fmt: skip
"""What a server says of one request: a stranger's text may bring it about, so it says nothing about the next one."""
Json = dict[str, Any]


@dataclass(frozen=True)
class Patience:
    """Until when one waits (monotonic seconds), and what ends it sooner."""

    until: float
    stop: threading.Event | None = None

    @property
    def left(self) -> float:
        return self.until - time.monotonic()

    def check(self) -> None:
        """Stopped where the person pressed Stop, ModelTrouble where time is up."""
        if self.stop is not None and self.stop.is_set():
            raise Stopped
        if self.left <= 0:
            raise ModelTrouble(Kind.SLOW)


class Wire:
    """The connection to the model. `openai` is imported when it is first asked, for that takes half a second."""

    def __init__(self, configuration: ModelConfiguration) -> None:
        self._configuration = configuration
        self._with_usage = True

    def ask(
        self, messages: Sequence[Json], tools: Sequence[Json], patience: Patience, on_prose: Callable[[str], None]
    ) -> Completion:
        """One answer. ModelTrouble where there is none, Stopped where it is no longer wanted.

        The stream is read by a thread of its own: timeouts are per read, so a server that drips would else
        hold a turn for as long as it likes.
        """
        try:
            return self._ask(messages, tools, patience, on_prose)
        except ModelTrouble as trouble:
            if trouble.kind is not Kind.DOWN or patience.left < LEAST_LEFT:
                raise
        time.sleep(SECOND_TRY_AFTER)
        return self._ask(messages, tools, patience, on_prose)

    def _ask(
        self, messages: Sequence[Json], tools: Sequence[Json], patience: Patience, on_prose: Callable[[str], None]
    ) -> Completion:
        patience.check()
        pieces: queue.SimpleQueue[Any] = queue.SimpleQueue()
        gone = threading.Event()
        worker = threading.Thread(
            target=self._read, args=(messages, tools, patience.left, pieces, gone), name="model", daemon=True
        )
        worker.start()
        found = Completion()
        try:
            for chunk in _coming(pieces, patience):
                said = found.add(chunk)
                if found.too_long:
                    raise ModelTrouble(Kind.ENDLESS)
                if said:
                    on_prose(said)
        finally:
            gone.set()
        if not found.ended:
            raise ModelTrouble(Kind.DECLINED if found.finish in OF_CONTENT else Kind.CUT)
        return found

    def _read(
        self,
        messages: Sequence[Json],
        tools: Sequence[Json],
        seconds: float,
        pieces: queue.SimpleQueue[Any],
        gone: threading.Event,
    ) -> None:
        begun = False
        try:
            with self._opened(messages, tools, seconds) as stream:
                for chunk in _chunks(stream):
                    begun = True
                    if gone.is_set():
                        return
                    pieces.put(chunk)
            pieces.put(None)
        except Exception as error:
            # What the server said stays here: it may repeat the key that it was given.
            trouble = _trouble(error)
            pieces.put(ModelTrouble(Kind.CUT) if begun and trouble.kind is Kind.DOWN else trouble)

    def _opened(self, messages: Sequence[Json], tools: Sequence[Json], seconds: float) -> Any:
        import openai

        asked: Json = {"model": self._configuration.name, "messages": list(messages), "stream": True}
        if tools:
            asked["tools"] = list(tools)
        timeout = openai.Timeout(seconds, connect=min(CONNECTING, seconds))
        completions = self._client.with_options(timeout=timeout).chat.completions
        if self._with_usage:
            try:
                return completions.create(**asked, stream_options={"include_usage": True})
            except openai.BadRequestError as error:
                if "stream_options" not in str(error):
                    raise
                self._with_usage = False
        return completions.create(**asked)

    @cached_property
    def _client(self) -> Any:
        import openai

        for name in ("openai", "httpx2", "httpcore2"):
            # They would print requests with what they carry where OPENAI_LOG says so.
            logging.getLogger(name).setLevel(logging.WARNING)
        return openai.OpenAI(
            api_key=self._configuration.api_key.get_secret_value(),
            base_url=self._configuration.base_url or None,
            max_retries=0,
        )


def _chunks(stream: Any) -> Iterator[Any]:
    """The chunks of a stream; of a server that does not stream, the one answer that it gave."""
    if stream.response.headers.get("content-type", "").startswith("application/json"):
        yield json.loads(stream.response.read(), object_hook=lambda found: SimpleNamespace(**found))
        return
    yield from stream


def _coming(pieces: queue.SimpleQueue[Any], patience: Patience) -> Iterator[Any]:
    """The chunks as they come, until the stream ends."""
    while True:
        patience.check()
        try:
            piece = pieces.get(timeout=max(0.001, min(LOOKED_EVERY, patience.left)))
        except queue.Empty:
            continue
        if piece is None:
            return
        if isinstance(piece, ModelTrouble):
            raise piece
        yield piece


def _trouble(error: Exception) -> ModelTrouble:
    """The kind of an error of the package, without its words."""
    import openai

    log.debug("language model: %s", type(error).__name__)
    match error:
        case openai.APITimeoutError():
            return ModelTrouble(Kind.SLOW)
        case openai.APIConnectionError():
            return ModelTrouble(Kind.DOWN)
        case openai.APIStatusError(status_code=int() as status):
            return ModelTrouble(_of_status(status, str(getattr(error, "code", "") or "")), status)
        case openai.APIError():
            code = str(getattr(error, "code", "") or "")
            if code in OF_CONTENT:
                return ModelTrouble(Kind.DECLINED)
            return ModelTrouble(Kind.CREDIT if code == "insufficient_quota" else Kind.CUT)
        case openai.OpenAIError():
            return ModelTrouble(Kind.KEY)
        case ValueError() | TypeError() | AttributeError() | KeyError():
            return ModelTrouble(Kind.GARBLED)
        case _:
            return ModelTrouble(Kind.CUT)


def _of_status(status: int, code: str) -> Kind:
    if code in ("insufficient_quota", "billing_not_active", "billing_hard_limit_reached") or status == 402:
        return Kind.CREDIT
    if code in OF_CONTENT or status == 413:
        return Kind.DECLINED
    if code == "model_not_found" or status == 404:
        return Kind.UNKNOWN_MODEL
    match status:
        case 401 | 403:
            return Kind.KEY
        case 429:
            return Kind.BUSY
        case 408 | 409:
            return Kind.DOWN
        case _:
            return Kind.DOWN if status >= 500 else Kind.REFUSED
