"""Serves HTTP: requests of Slack, and the pages for operators."""

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
# Bytes. The largest request of Slack holds a view, which has 250 KB at most.
LARGEST_BODY = 1_000_000
MOST_READ = 32_000_000


class HttpEndpoints:
    """Serves `/slack/events`, the install pages, `/healthz`, `/readyz` and `/metrics`.

    Without `app` there is no `/slack/events`: in Socket Mode nothing may come in that way.
    """

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
        """Pass a request of Slack to Bolt, which checks its signature."""
        assert self._app is not None
        ARRIVED.set(monotonic())
        body = await read_limited_body(request)
        if body is None:
            return PlainTextResponse("The body is larger than 1 MB.", 413)
        stamp = request.headers.get("x-slack-request-timestamp", "")
        # Bolt fails on a time that is no number, with a traceback in the log for each such request.
        if stamp and not (stamp.isascii() and stamp.isdigit()):
            return PlainTextResponse("The request is not signed.", 401)
        try:
            asked = to_bolt_request(request, body)
            # In a thread: a slow listener must not keep other requests from being acknowledged.
            return to_starlette_response(await run_in_threadpool(self._app.dispatch, asked))
        except (ValueError, TypeError, AttributeError) as error:
            # Bolt parses a body before it checks the signature, so strangers could fill the log with tracebacks.
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
        """Return the counters in Prometheus' text format."""
        text = await run_in_threadpool(self._health.render_metrics)
        return Response(text, media_type="text/plain; version=0.0.4; charset=utf-8")


async def read_limited_body(request: Request) -> bytes | None:
    """Read the body; None where it is larger than `LARGEST_BODY` or the sender hangs up."""
    body = bytearray()
    read = 0
    try:
        async for chunk in request.stream():
            read += len(chunk)
            # A sender whose connection is closed while it still sends never sees the answer. So what is too large is
            # read on up to a point, and thrown away.
            if read > MOST_READ:
                return None
            if read <= LARGEST_BODY:
                body += chunk
    except ClientDisconnect:
        return None
    return bytes(body) if read <= LARGEST_BODY else None
