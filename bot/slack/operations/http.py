"""The HTTP side: Slack's requests, and what operators look at."""

from __future__ import annotations

import logging
from time import monotonic

from slack_bolt import App
from slack_bolt.adapter.starlette.handler import to_bolt_request, to_starlette_response
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.slack.installation.install_pages import InstallPages
from bot.slack.operations.health import Health
from bot.slack.runtime.received_at import ARRIVED

log = logging.getLogger(__name__)
LARGEST_BODY = 1_000_000
"""Bytes. A view is 250 KB at most."""

MOST_READ = 32_000_000


class HttpEndpoints:
    """Serves `/slack/events`, the pages of installation, `/healthz`, `/readyz` and `/metrics`."""

    def __init__(self, app: App | None, health: Health, door: InstallPages | None = None) -> None:
        self._app = app
        self._health = health
        self._door = door

    def build_app(self) -> Starlette:
        """Build the Starlette app with all routes."""
        routes = [
            Route("/healthz", self.report_liveness),
            Route("/readyz", self.report_readiness),
            Route("/metrics", self.report_metrics),
        ]
        if self._app is not None:
            routes.append(Route("/slack/events", self.receive_event, methods=["POST"]))
        if self._door is not None:
            routes += self._door.make_routes()
        return Starlette(routes=routes)

    async def receive_event(self, request: Request) -> Response:
        """Hand a signed request of Slack to Bolt, in a thread: a slow one holds up nobody else's acknowledgement."""
        assert self._app is not None
        ARRIVED.set(monotonic())
        body = await read_limited_body(request)
        if body is None:
            return PlainTextResponse("The body is larger than 1 MB.", 413)
        stamp = request.headers.get("x-slack-request-timestamp", "")
        # Bolt answers a time that is no number with an error and a traceback in the log.
        if stamp and not (stamp.isascii() and stamp.isdigit()):
            return PlainTextResponse("The request is not signed.", 401)
        try:
            asked = to_bolt_request(request, body)
            return to_starlette_response(await run_in_threadpool(self._app.dispatch, asked))
        except (ValueError, TypeError, AttributeError) as error:
            # Bolt reads a body before it looks at the signature: nonsense of strangers must not fill the log.
            log.warning("a request cannot be read (%s)", type(error).__name__)
            return PlainTextResponse("The body cannot be read.", 400)

    async def report_liveness(self, _: Request) -> Response:
        """Answer that the process runs."""
        return PlainTextResponse("ok\n")

    async def report_readiness(self, _: Request) -> Response:
        """Answer whether the bot can take and answer events now."""
        trouble = await run_in_threadpool(self._health.find_trouble)
        return PlainTextResponse("\n".join(trouble or ["ready"]) + "\n", 503 if trouble else 200)

    async def report_metrics(self, _: Request) -> Response:
        """Return the counters in Prometheus' text form."""
        text = await run_in_threadpool(self._health.render_metrics)
        return Response(text, media_type="text/plain; version=0.0.4; charset=utf-8")


async def read_limited_body(request: Request) -> bytes | None:
    """Read the body; None where it is larger than allowed."""
    body = bytearray()
    read = 0
    try:
        async for chunk in request.stream():
            read += len(chunk)
            # What is too large is read on, up to a point, and thrown away: a sender who is still sending when the
            # connection closes would never see the answer.
            if read > MOST_READ:
                return None
            if read <= LARGEST_BODY:
                body += chunk
    except ClientDisconnect:
        return None
    return bytes(body) if read <= LARGEST_BODY else None
