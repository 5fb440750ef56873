"""Asks a server that speaks Chat Completions, as a stream that a deadline or the Stop button can end."""

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
from bot.model.server.hidden_contacts import hide_contacts
from bot.model.server.model_configuration import ModelConfiguration
from bot.model.server.model_errors import ModelTrouble, Stopped, TroubleKind

log = logging.getLogger(__name__)
# All in seconds. A look at the Stop button ten times a second feels immediate and costs nothing.
STOP_CHECKED_EVERY = 0.1
CONNECT_TIMEOUT = 5.0
SECOND_TRY_AFTER = 0.3
# With less time left a second try could only end at the deadline.
LEAST_FOR_SECOND_TRY = 2.0
# Error codes about the content of one request. A stranger's text in a record may bring them about, so they say
# nothing about the next request, and must not open the breaker for everybody.
CONTENT_ERRORS = frozenset(
    {
        "content_filter", "content_policy_violation", "context_length_exceeded", "invalid_prompt",
        "request_too_large", "string_above_max_length",
    }
)  # fmt: skip
Json = dict[str, Any]


@dataclass(frozen=True)
class Patience:
    """Says until when a turn may wait (in seconds of the monotonic clock), and what ends it sooner."""

    until: float
    stop: threading.Event | None = None

    @property
    def seconds_left(self) -> float:
        return self.until - time.monotonic()

    def ensure_time_left(self) -> None:
        """Raise Stopped where the person pressed Stop, ModelTrouble where time is up."""
        if self.stop is not None and self.stop.is_set():
            raise Stopped
        if self.seconds_left <= 0:
            raise ModelTrouble(TroubleKind.SLOW)


class CompletionClient:
    """Requests completions from the model's server."""

    def __init__(self, configuration: ModelConfiguration) -> None:
        self._configuration = configuration
        self._asks_for_usage = True

    def request_completion(
        self, messages: Sequence[Json], tools: Sequence[Json], patience: Patience, on_prose: Callable[[str], None]
    ) -> Completion:
        """Request one completion; try twice where the server is down and there is time.

        Raises ModelTrouble where there is none, Stopped where the person pressed Stop.
        """
        try:
            return self._request_once(messages, tools, patience, on_prose)
        except ModelTrouble as trouble:
            if trouble.kind is not TroubleKind.DOWN or patience.seconds_left < LEAST_FOR_SECOND_TRY:
                raise
        time.sleep(SECOND_TRY_AFTER)
        return self._request_once(messages, tools, patience, on_prose)

    def _request_once(
        self, messages: Sequence[Json], tools: Sequence[Json], patience: Patience, on_prose: Callable[[str], None]
    ) -> Completion:
        patience.ensure_time_left()
        pieces: queue.SimpleQueue[Any] = queue.SimpleQueue()
        gone = threading.Event()
        # The package times out single reads only: a server that sends a byte now and then could hold a turn for ever.
        # So a thread of its own reads, and this one keeps the deadline and watches the Stop button.
        worker = threading.Thread(
            target=self._read_stream,
            args=(messages, tools, patience.seconds_left, pieces, gone),
            name="model",
            daemon=True,
        )
        worker.start()
        found = Completion()
        try:
            for chunk in _receive_chunks(pieces, patience):
                said = found.add_chunk(chunk)
                if found.is_too_long:
                    raise ModelTrouble(TroubleKind.ENDLESS)
                if said:
                    on_prose(said)
        finally:
            # Nobody waits for the thread: it ends at its next chunk or time-out, and closes the connection.
            gone.set()
        if not found.is_complete:
            raise ModelTrouble(TroubleKind.DECLINED if found.finish in CONTENT_ERRORS else TroubleKind.CUT)
        return found

    def _read_stream(
        self,
        messages: Sequence[Json],
        tools: Sequence[Json],
        seconds: float,
        pieces: queue.SimpleQueue[Any],
        gone: threading.Event,
    ) -> None:
        begun = False
        try:
            with self._open_stream(messages, tools, seconds) as stream:
                for chunk in _iterate_chunks(stream):
                    begun = True
                    if gone.is_set():
                        return
                    pieces.put(chunk)
            pieces.put(None)
        except Exception as error:
            # What the server said stays here: it may repeat the key that it was given. Of an answer that has begun
            # sentences may be on the screen already, so it counts as cut and is not asked for again.
            trouble = _classify_error(error)
            pieces.put(ModelTrouble(TroubleKind.CUT) if begun and trouble.kind is TroubleKind.DOWN else trouble)

    def _open_stream(self, messages: Sequence[Json], tools: Sequence[Json], seconds: float) -> Any:
        # Imported at the first request: it takes half a second, and most starts never ask a model.
        import openai

        sent = hide_contacts(messages) if self._configuration.hide_contacts else list(messages)
        asked: Json = {"model": self._configuration.name, "messages": sent, "stream": True}
        if tools:
            asked["tools"] = list(tools)
        timeout = openai.Timeout(seconds, connect=min(CONNECT_TIMEOUT, seconds))
        completions = self._openai_client.with_options(timeout=timeout).chat.completions
        if self._asks_for_usage:
            try:
                # Without this option streams do not say how many tokens they took; not every server knows the option.
                return completions.create(**asked, stream_options={"include_usage": True})
            except openai.BadRequestError as error:
                if "stream_options" not in str(error):
                    raise
                self._asks_for_usage = False
        return completions.create(**asked)

    @cached_property
    def _openai_client(self) -> Any:
        import openai

        for name in ("openai", "httpx2", "httpcore2"):
            # With OPENAI_LOG set they would log whole requests, and what records are quoted in them.
            logging.getLogger(name).setLevel(logging.WARNING)
        # Its own two retries would know neither our deadline nor the Stop button.
        return openai.OpenAI(
            api_key=self._configuration.api_key.get_secret_value(),
            base_url=self._configuration.base_url or None,
            max_retries=0,
        )


def _iterate_chunks(stream: Any) -> Iterator[Any]:
    """Iterate over the chunks of a stream; over the one whole answer of a server that does not stream."""
    if stream.response.headers.get("content-type", "").startswith("application/json"):
        yield json.loads(stream.response.read(), object_hook=lambda found: SimpleNamespace(**found))
        return
    yield from stream


def _receive_chunks(pieces: queue.SimpleQueue[Any], patience: Patience) -> Iterator[Any]:
    """Receive the chunks as they come, until the stream ends. Raises what `Patience` raises."""
    while True:
        patience.ensure_time_left()
        try:
            piece = pieces.get(timeout=max(0.001, min(STOP_CHECKED_EVERY, patience.seconds_left)))
        except queue.Empty:
            continue
        if piece is None:
            return
        if isinstance(piece, ModelTrouble):
            raise piece
        yield piece


def _classify_error(error: Exception) -> ModelTrouble:
    """Classify an error of the package, leaving out its words."""
    import openai

    log.debug("language model: %s", type(error).__name__)
    match error:
        case openai.APITimeoutError():
            return ModelTrouble(TroubleKind.SLOW)
        case openai.APIConnectionError():
            return ModelTrouble(TroubleKind.DOWN)
        case openai.APIStatusError(status_code=int() as status):
            return ModelTrouble(_classify_status(status, str(getattr(error, "code", "") or "")), status)
        case openai.APIError():
            code = str(getattr(error, "code", "") or "")
            if code in CONTENT_ERRORS:
                return ModelTrouble(TroubleKind.DECLINED)
            return ModelTrouble(TroubleKind.CREDIT if code == "insufficient_quota" else TroubleKind.CUT)
        case openai.OpenAIError():
            return ModelTrouble(TroubleKind.KEY)
        case ValueError() | TypeError() | AttributeError() | KeyError():
            return ModelTrouble(TroubleKind.GARBLED)
        case _:
            return ModelTrouble(TroubleKind.CUT)


def _classify_status(status: int, code: str) -> TroubleKind:
    if code in ("insufficient_quota", "billing_not_active", "billing_hard_limit_reached") or status == 402:
        return TroubleKind.CREDIT
    if code in CONTENT_ERRORS or status == 413:
        return TroubleKind.DECLINED
    if code == "model_not_found" or status == 404:
        return TroubleKind.UNKNOWN_MODEL
    match status:
        case 401 | 403:
            return TroubleKind.KEY
        case 429:
            return TroubleKind.BUSY
        case 408 | 409:
            return TroubleKind.DOWN
        case _:
            return TroubleKind.DOWN if status >= 500 else TroubleKind.REFUSED
