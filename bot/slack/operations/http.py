"""Serves HTTP: requests of Slack, and the pages for operators."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.slack.installation.install_pages import InstallPages
from bot.slack.operations.health import Health
from bot.slack.operations.request_intake import RequestIntake

T = TypeVar("T")


class HttpEndpoints:
    """Serves `/slack/events`, the install pages, `/healthz`, `/readyz` and `/metrics`.

    Without `intake` there is no `/slack/events`: in Socket Mode nothing may come in that way. Without
    `shows_metrics` there is no `/metrics`: it is served elsewhere.
    """

    def __init__(
        self,
        intake: RequestIntake | None,
        health: Health,
        door: InstallPages | None = None,
        *,
        shows_metrics: bool = True,
    ) -> None:
        self._intake = intake
        self._health = health
        self._door = door
        self._shows_metrics = shows_metrics
        # Anybody can call these pages, and they share their threads with Slack's requests: at most two are taken.
        self._slots = asyncio.Semaphore(2)

    def build_app(self) -> Starlette:
        """Build the Starlette app with all routes."""
        routes = [
            Route("/healthz", self.report_liveness),
            Route("/readyz", self.report_readiness),
        ]
        if self._shows_metrics:
            routes.append(Route("/metrics", self.report_metrics))
        if self._intake is not None:
            routes.append(Route("/slack/events", self._intake.receive_request, methods=["POST"]))
        if self._door is not None:
            routes += self._door.make_routes()
        return Starlette(routes=routes)

    async def report_liveness(self, _: Request) -> Response:
        """Answer that the process runs."""
        return PlainTextResponse("ok\n")

    async def report_readiness(self, _: Request) -> Response:
        """Answer whether the bot can take and answer events now."""
        trouble = await self._run_in_thread(self._health.find_trouble)
        return PlainTextResponse("\n".join(trouble or ["ready"]) + "\n", 503 if trouble else 200)

    async def report_metrics(self, _: Request) -> Response:
        """Return the counters in Prometheus' text format."""
        text = await self._run_in_thread(self._health.render_metrics)
        return Response(text, media_type="text/plain; version=0.0.4; charset=utf-8")

    async def _run_in_thread(self, work: Callable[[], T]) -> T:
        async with self._slots:
            return await run_in_threadpool(work)
