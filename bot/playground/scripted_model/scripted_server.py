"""The local model: runs on a free port, answers as it was told to, and remembers what it was asked.

with LocalModel(says("Hello.")) as model:
    ...  # OPENAI_BASE_URL=model.url, OPENAI_API_KEY=model.key, OPENAI_MODEL=model.name
    assert model.asked[0].question == "who is hot?"
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from bot.playground.scripted_model.scripted_answers import ScriptedAnswer, says
from bot.playground.transport.http_wire import LocalServer

Json = dict[str, Any]
# Seconds between two looks whether anybody still waits.
CHECKED_EVERY = 0.1


@dataclass(frozen=True)
class CompletionRequest:
    """Holds one request to the model, as it came."""

    body: Json
    authorization: str

    @property
    def messages(self) -> list[Json]:
        found: list[Json] = self.body.get("messages", [])
        return found

    @property
    def tools(self) -> list[Json]:
        found: list[Json] = self.body.get("tools", [])
        return found

    @property
    def question(self) -> str:
        """Read what the rep said last."""
        return next((str(each["content"]) for each in reversed(self.messages) if each["role"] == "user"), "")

    @property
    def tool_results(self) -> list[str]:
        """List what tools returned in this turn, in order."""
        last = max((at for at, each in enumerate(self.messages) if each["role"] == "user"), default=0)
        return [str(each["content"]) for each in self.messages[last:] if each["role"] == "tool"]


# Answers by what is asked, where a fixed order of answers does not do.
Plan = Callable[[CompletionRequest], ScriptedAnswer]


class LocalModel:
    """Answers POST /v1/chat/completions. Answers are given in order, the last one again and again."""

    key = "sk-local-0123456789abcdef-secret"
    name = "local-model"

    def __init__(self, *answers: ScriptedAnswer, plan: Plan | None = None, port: int = 0) -> None:
        self.asked: list[CompletionRequest] = []
        self._answers: Sequence[ScriptedAnswer] = answers or (says("Hello."),)
        self._plan = plan
        self._lock = threading.Lock()
        self._wire = LocalServer(port)
        self._stopping = False

    @property
    def url(self) -> str:
        return f"{self._wire.url}/v1"

    def script_answers(self, *answers: ScriptedAnswer, plan: Plan | None = None) -> None:
        """Start over with other answers; forget what was asked."""
        with self._lock:
            self.asked, self._answers, self._plan = [], answers or (says("Hello."),), plan

    def start(self) -> LocalModel:
        routes = [Route("/v1/chat/completions", self._handle_request, methods=["POST"])]
        self._wire.start(Starlette(routes=routes))
        return self

    def stop(self) -> None:
        self._stopping = True
        self._wire.stop()

    def __enter__(self) -> LocalModel:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    async def _handle_request(self, request: Request) -> Response:
        asked = CompletionRequest(await request.json(), request.headers.get("authorization", ""))
        with self._lock:
            number = len(self.asked)
            self.asked.append(asked)
            answer = self._plan(asked) if self._plan else self._answers[min(number, len(self._answers) - 1)]
        await self._pause_for(answer.waits, request)
        if answer.drops and not answer.begins:
            self._wire.cut_connection(request.scope["client"])
            return Response()
        if answer.status != 200:
            error = {"message": answer.message, "type": "error", "code": answer.code or None, "param": None}
            return JSONResponse({"error": error}, answer.status, headers=answer.headers)
        if answer.raw is not None:
            return Response(answer.raw, media_type="text/event-stream")
        if not answer.streams or not asked.body.get("stream"):
            return JSONResponse(answer.full_completion(str(asked.body.get("model"))))
        return StreamingResponse(self._stream_answer(answer, asked, request), media_type="text/event-stream")

    async def _stream_answer(
        self, answer: ScriptedAnswer, asked: CompletionRequest, request: Request
    ) -> AsyncIterator[bytes]:
        for chunk in answer.stream_chunks(str(asked.body.get("model"))):
            if answer.stalls and chunk["choices"] and chunk["choices"][0]["finish_reason"]:
                await self._pause_for(answer.stalls, request)
            yield f"data: {json.dumps(chunk)}\n\n".encode()
            await self._pause_for(answer.drips, request)
        if answer.drops:
            self._wire.cut_connection(request.scope["client"])
        elif answer.ends:
            yield b"data: [DONE]\n\n"

    async def _pause_for(self, seconds: float, request: Request) -> None:
        """Wait, as long as there is somebody to wait for."""
        until = asyncio.get_running_loop().time() + seconds
        while (left := until - asyncio.get_running_loop().time()) > 0:
            await asyncio.sleep(min(left, CHECKED_EVERY))
            if self._stopping or await request.is_disconnected():
                return
