"""Serves the Web API over HTTP: checks token, scope and rate, answers, goes wrong as planned, records every call."""

from __future__ import annotations

import asyncio
import base64
import json
import math
import time
from collections import deque
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response

from bot.playground.methods import METHODS
from bot.playground.methods.method_call import ApiRequest, Method
from bot.playground.transport.http_wire import LocalServer
from bot.playground.web_api.api_faults import Fault, Faults
from bot.playground.workspace.api_refusal import Refusal
from bot.playground.workspace.app_settings import LocalInstallation
from bot.playground.workspace.slack_state import Json
from bot.playground.workspace.slack_world import World
from bot.playground.workspace.traffic_ledger import RecordedCall, TrafficLog


@dataclass
class RateLimited(Exception):
    """Says that there were too many calls; `wait` is in seconds."""

    wait: int


class LocalRateLimits:
    """Counts calls on the world's clock: those of a method in a minute, and posts to a conversation in a second."""

    # Slack tolerates short bursts, but does not say how long ones; whoever gets by without any is safe.

    def __init__(self, world: World) -> None:
        self._world = world
        self._made: dict[tuple[str, ...], deque[float]] = {}

    def claim_call(self, method: str, team_id: str, channel: str | None, tier: int | None) -> int:
        """Return the whole seconds to wait before this call may be made; 0 counts it as made."""
        if method == "chat.postMessage":
            return self._claim_slot((method, team_id, channel or ""), 1, 1.0)
        return self._claim_slot((method, team_id), tier, 60.0) if tier is not None else 0

    def _claim_slot(self, key: tuple[str, ...], most: int, seconds: float) -> int:
        now = self._world.now
        made = self._made.setdefault(key, deque())
        while made and now - made[0] >= seconds:
            made.popleft()
        if len(made) >= most:
            return max(1, math.ceil(made[0] + seconds - now))
        made.append(now)
        return 0


class WebApi:
    """Answers POST (and GET) /api/<method>."""

    def __init__(
        self, world: World, ledger: TrafficLog, faults: Faults, wire: LocalServer, *, rate_limits: bool
    ) -> None:
        self._world, self._ledger, self._faults, self._wire = world, ledger, faults, wire
        self._rates = LocalRateLimits(world) if rate_limits else None

    async def handle_request(self, request: Request) -> Response:
        method = request.path_params["method"]
        arguments = await read_arguments(request)
        token = _read_token(request, arguments)
        call = self._ledger.record_call(method, arguments, token)
        started = time.monotonic()
        fault = self._faults.take_fault(method)
        answer: Json = {}
        status, headers = 200, dict[str, str]()
        # The hard cases are calls that take effect and are answered with an error, or not at all.
        if fault is None or fault.takes_effect:
            answer, status, headers = self._call_method(method, arguments, token, call, request)
        if fault is not None:
            return await self._answer_fault(call, fault, answer, started, request)
        self._record_answer(call, answer.get("error", "ok"), status, answer, started)
        return _json_response(answer, status, headers)

    def _call_method(
        self, method: str, arguments: Json, token: str | None, call: RecordedCall, request: Request
    ) -> tuple[Json, int, dict[str, str]]:
        with self._world.changed:
            try:
                found = METHODS.get(method)
                if found is None:
                    raise Refusal("unknown_method", req_method=method)
                installed = self._check_token(found, token)
                if self._rates is not None and installed is not None:
                    wait = self._rates.claim_call(method, installed.team_id, arguments.get("channel"), found.tier)
                    if wait:
                        raise RateLimited(wait)
                answer = found.run(ApiRequest(self._world, arguments, self._wire.url, installed))
            except Refusal as refusal:
                return {"ok": False, "error": refusal.code, **refusal.more}, 200, {}
            except RateLimited as limited:
                return {"ok": False, "error": "ratelimited"}, 429, {"Retry-After": str(limited.wait)}
            call.effective = True
            scopes = ",".join(sorted(installed.scopes)) if installed is not None and installed.scopes else None
            return {"ok": True, **answer}, 200, {"x-oauth-scopes": scopes} if scopes else {}

    def _check_token(self, method: Method, token: str | None) -> LocalInstallation | None:
        """Find the installation of a bot token; None where the method needs none. Raises Refusal for a wrong token."""
        if method.token == "none":
            return None
        if token is None:
            raise Refusal("not_authed")
        is_app = token == self._world.app.app_token
        if is_app and method.token in ("app", "any"):
            return None
        installed = next((each for each in self._world.installations.values() if each.owns_token(token)), None)
        if is_app or (installed is not None and method.token == "app"):
            raise Refusal("not_allowed_token_type")
        if installed is None:
            raise Refusal("invalid_auth")
        if installed.revoked:
            raise Refusal("account_inactive")
        if installed.has_expired(token, self._world.now):
            raise Refusal("token_expired")
        if method.scope is not None and installed.scopes is not None and method.scope not in installed.scopes:
            raise Refusal("missing_scope", needed=method.scope, provided=",".join(sorted(installed.scopes)))
        return installed

    async def _answer_fault(
        self, call: RecordedCall, fault: Fault, answer: Json, started: float, request: Request
    ) -> Response:
        if fault.gate is not None:
            await asyncio.to_thread(fault.gate.wait_until_open)
        if fault.late:
            await asyncio.sleep(fault.late)
        self._record_answer(call, fault.name, fault.status, answer, started)
        if fault.drops:
            self._wire.cut_connection(request.scope["client"])
        if fault.body is None:
            return _json_response(answer, fault.status, fault.headers)
        headers = {"Content-Type": "application/json", **fault.headers}
        return Response(fault.body, fault.status, headers)

    def _record_answer(self, call: RecordedCall, outcome: str, status: int, answer: Json, started: float) -> None:
        with self._world.new_revision():
            call.outcome, call.status, call.answer = outcome, status, answer
            call.seconds = time.monotonic() - started


async def read_arguments(request: Request) -> Json:
    """Read the arguments of the query, of a form or of a JSON body."""
    found: Json = dict(request.query_params)
    body = await request.body()
    kind = request.headers.get("content-type", "").split(";")[0].strip()
    if kind == "application/json" and body:
        try:
            given: Any = json.loads(body)
        except ValueError:
            given = {}
        found |= given if isinstance(given, dict) else {}
    elif body:
        found |= dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True))
    return found


def _read_token(request: Request, arguments: Json) -> str | None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token:
        return token.strip()
    if scheme.lower() == "basic" and token:
        # slack_sdk sends the client's id and secret like this for oauth.v2.access.
        given = base64.b64decode(token).decode(errors="replace")
        arguments["client_id"], _, arguments["client_secret"] = given.partition(":")
        return None
    in_body = arguments.pop("token", None)
    return str(in_body) if in_body else None


def _json_response(answer: Json, status: int, headers: dict[str, str]) -> Response:
    return Response(json.dumps(answer), status, {"Content-Type": "application/json; charset=utf-8", **headers})
