"""Serves the two pages with which a member installs the app into their Slack team."""

from __future__ import annotations

import asyncio
import hmac
import secrets
from collections.abc import Callable
from html import escape
from typing import TypeVar

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.slack.installation.install import InstallationResult, InstallFlow, NotInstalled
from storage.slack.app_installations import STATE_LIFETIME

T = TypeVar("T")
COOKIE = "leadlight_state"
PATH = "/slack"
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
}
PAGE_EXPIRED = "This page is over: it is good once, for ten minutes, in the browser that began."
NOT_AGREED = "You did not agree, so nothing was installed."
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Leadlight</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>body{{font:18px/1.5 system-ui,sans-serif;max-width:32em;margin:4em auto;padding:0 1em}}</style>
<h1>Leadlight</h1><p>{words}</p><p><a href="{link}">{label}</a></p></html>
"""


class InstallPages:
    """Serves `/slack/install` and `/slack/oauth_redirect`.

    The OAuth state that goes to Slack and back is good once, and only in the browser that has its cookie.
    """

    def __init__(self, installing: InstallFlow) -> None:
        self._installing = installing
        # Anybody can call these pages, and they share their threads with Slack's events: at most four are taken.
        self._slots = asyncio.Semaphore(4)

    def make_routes(self) -> list[Route]:
        """Return the routes of both pages."""
        return [
            Route("/slack/install", self.start_install, methods=["GET"]),
            Route("/slack/oauth_redirect", self.handle_oauth_redirect, methods=["GET"]),
        ]

    async def start_install(self, request: Request) -> Response:
        """Redirect to Slack's consent page."""
        state = secrets.token_urlsafe(32)
        page = await self._run_in_thread(self._installing.begin_install, state)
        answer = RedirectResponse(page, 302, HEADERS)
        age = int(STATE_LIFETIME.total_seconds())
        answer.set_cookie(COOKIE, state, max_age=age, path=PATH, secure=True, httponly=True, samesite="lax")
        return answer

    async def handle_oauth_redirect(self, request: Request) -> Response:
        """Finish the installation when Slack sends the browser back, with a code or without one."""
        asked = request.query_params
        state, cookie = asked.get("state", ""), request.cookies.get(COOKIE, "")
        # Without the cookie an attacker could make somebody else finish an installation that the attacker began.
        same = bool(state) and hmac.compare_digest(state.encode(), cookie.encode())
        if not same or not await self._run_in_thread(self._installing.consume_state, state):
            return failure_page(PAGE_EXPIRED)
        code = asked.get("code")
        if not code:
            return failure_page(NOT_AGREED)
        try:
            done = await self._run_in_thread(self._installing.finish_install, code)
        except NotInstalled as reason:
            return failure_page(str(reason))
        return success_page(done)

    async def _run_in_thread(self, work: Callable[[str], T], given: str) -> T:
        async with self._slots:
            return await run_in_threadpool(work, given)


def success_page(done: InstallationResult) -> Response:
    """Build the page that says the app is installed, and what comes next."""
    words = f"Leadlight is in {done.team_name}."
    if done.first:
        words += " You are its administrator there. Open it in Slack to add your colleagues and your data."
    return _render_page(words, done.opens, "Open it in Slack", 200)


def failure_page(words: str) -> Response:
    """Build the page that says nothing was installed, with a link to begin anew."""
    return _render_page(words, "/slack/install", "Install Leadlight", 400)


def _render_page(words: str, link: str, label: str, status: int) -> Response:
    page = PAGE.format(words=escape(words), link=escape(link, quote=True), label=escape(label))
    answer = HTMLResponse(page, status, HEADERS)
    answer.delete_cookie(COOKIE, path=PATH, secure=True, httponly=True, samesite="lax")
    return answer
