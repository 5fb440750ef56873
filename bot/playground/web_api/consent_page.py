"""Slack's consent page, on which a person agrees at once or refuses."""

from __future__ import annotations

import secrets
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from bot.playground.workspace.slack_state import Grant, User
from bot.playground.workspace.slack_world import World


class ConsentPage:
    """Answers GET /oauth/v2/authorize at once: the first person (of the team `team`, where it is named) agrees.

    `denies` True sends them back with access_denied.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self.denies = False

    async def handle_request(self, request: Request) -> Response:
        asked = request.query_params
        if asked.get("client_id") != self._world.app.client_id:
            return PlainTextResponse("invalid_client_id", 400)
        named = asked.get("redirect_uri")
        redirect = named or self._world.app.redirect_url
        if redirect is None:
            return PlainTextResponse("bad_redirect_uri", 400)
        if self.denies:
            return _redirect_back(redirect, error="access_denied", state=asked.get("state", ""))
        team_id = asked.get("team")
        people = [each for each in self._world.users.values() if not each.is_bot and team_id in (None, each.team_id)]
        if not people:
            return PlainTextResponse("there is nobody who could agree", 400)
        user = people[0]
        code = self.grant_code(user, named, asked.get("scope", ""))
        return _redirect_back(redirect, code=code, state=asked.get("state", ""))

    def grant_code(self, user: User, redirect: str | None, scope: str) -> str:
        """Grant a person's consent to the scopes (separated by commas); return the OAuth code."""
        with self._world.new_revision():
            code = secrets.token_hex(16)
            scopes = frozenset(filter(None, scope.split(",")))
            self._world.grants[code] = Grant(user.team_id, user.id, redirect, scopes, self._world.now)
            return code


def _redirect_back(redirect: str, **query: str) -> Response:
    return RedirectResponse(f"{redirect}{'&' if '?' in redirect else '?'}{urlencode(query)}", 302)
