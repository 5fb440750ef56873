"""One bot for many Slack teams: nobody has installed it yet, and it has no token of its own."""

from __future__ import annotations

import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from types import TracebackType
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import select

from bot.playground.local_slack import LocalSlack
from bot.playground.person import LocalPerson
from bot.playground.workspace.app_settings import AppSettings
from bot.playground.workspace.slack_state import LocalTeam
from bot.settings import Settings
from bot.slack.api.clients import SlackClients
from bot.slack.app import make_bot
from bot.slack.inbox.welcome import welcome_user
from bot.slack.installation.install import InstallFlow
from bot.slack.installation.install_pages import InstallPages
from bot.slack.installation.manifest import required_scopes
from bot.slack.installation.oauth import oauth_from_settings
from bot.slack.operations.health import Health
from bot.slack.operations.http import HttpEndpoints
from bot.slack.operations.request_intake import make_request_intake
from bot.slack.operations.serve import HttpServer
from bot.slack.teams.teams import InstalledTeams, SlackTeams
from storage.database.doors import Database
from storage.tables import Installation, Outbox, Workspace

KEY = "a passphrase of the tests, long enough"


@dataclass(frozen=True)
class Page:
    """What a browser got."""

    status: int
    text: str
    location: str = ""
    cookie: str = ""


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


def get(url: str, cookie: str = "") -> Page:
    """One page, without going where it leads."""
    request = urllib.request.Request(url, headers={"Cookie": cookie.split(";", maxsplit=1)[0]} if cookie else {})
    try:
        answer = urllib.request.build_opener(_Stay).open(request, timeout=20)
    except urllib.error.HTTPError as error:
        answer = error
    with answer:
        headers = answer.headers
        return Page(
            answer.status, answer.read().decode(), headers.get("location") or "", headers.get("set-cookie") or ""
        )


class House:
    """A bot that teams install by OAuth, at a local Slack, over signed HTTP."""

    def __init__(self, database: Database, *, app: AppSettings | None = None) -> None:
        self.database = database
        self.slack = LocalSlack(app, installed=False).start()
        self._passed = timedelta()
        self.settings = Settings(
            _env_file=None,
            slack_api_url=self.slack.api_url,
            slack_signing_secret=self.slack.signing_secret,
            slack_client_id=self.slack.app.client_id,
            slack_client_secret=self.slack.app.client_secret,
            encryption_key=KEY,
            settling_seconds=0.2,
        )
        self.clients = SlackClients(self.settings.slack_api_url)
        oauth = oauth_from_settings(self.settings)
        assert oauth is not None
        self.oauth = oauth
        self.teams = SlackTeams(installed=InstalledTeams(database, oauth.cipher))
        self.running = make_bot(self.settings, database, self.clients, self.teams, oauth=oauth, clock=self.now)
        door = InstallPages(
            InstallFlow(database, self.clients, oauth, self.teams, self.now, partial(welcome_user, self.running.bot))
        )
        health = Health(self.running, lambda: True)
        intake = make_request_intake(self.running, self.settings)
        self._server = HttpServer(HttpEndpoints(intake, health, door), "127.0.0.1", 0, needed=True)
        self._server.start()
        self.url = f"http://127.0.0.1:{self._server.port}"
        self.slack.request_url = f"{self.url}/slack/events"
        self.slack.world.app = replace(self.slack.app, redirect_url=f"{self.url}/slack/oauth_redirect")

    def __enter__(self) -> House:
        self.running.start(ticking=False)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.slack.wait_until_quiet()
        self._server.stop()
        self.running.stop(5)
        self.slack.stop()

    def now(self) -> datetime:
        return datetime.now(UTC) + self._passed

    def wait(self, **span: float) -> None:
        """Let time pass for the bot and for Slack."""
        self._passed += timedelta(**span)
        self.slack.advance_clock(timedelta(**span).total_seconds())
        self.teams.refresh_installed()

    def team(self, name: str, installer: str = "Ada Boss", **fields: Any) -> tuple[LocalTeam, LocalPerson]:
        """A Slack team with one member, who has not installed anything yet."""
        team = self.slack.add_team(name)
        return team, self.slack.add_person(
            installer, f"{installer.split(maxsplit=1)[0].lower()}@{team.domain}.example", team=team, **fields
        )

    def installs(self, person: LocalPerson) -> Page:
        """The person opens the page, agrees, comes back with the same browser, and has the welcome, if one is due."""
        begun = get(f"{self.url}/slack/install")
        page = get(self.back(person, state_of(begun)), begun.cookie)
        self.until(self._is_outbox_settled)
        return page

    def _is_outbox_settled(self) -> bool:
        with self.database.begin_read() as session:
            return session.scalar(select(Outbox.id).where(Outbox.settled_at.is_(None)).limit(1)) is None

    def back(self, person: LocalPerson, state: str) -> str:
        """Where Slack leads the person back to after they agreed."""
        code = self.slack.consent.grant_code(person.user, None, ",".join(required_scopes()))
        return f"{self.url}/slack/oauth_redirect?{urlencode({'code': code, 'state': state})}"

    def workspace(self, team: LocalTeam) -> Workspace:
        with self.database.begin_read() as session:
            found = session.scalar(select(Workspace).where(Workspace.slack_team_id == team.id))
            assert found is not None
            session.expunge(found)
            return found

    def installation(self, team: LocalTeam) -> Installation:
        with self.database.begin_read() as session:
            found = session.scalar(select(Installation).where(Installation.team_id == team.id))
            assert found is not None
            session.expunge(found)
            return found

    def until(self, met: Callable[[], object], seconds: float = 10) -> None:
        """Wait until this is so."""
        end = time.monotonic() + seconds
        while not met():
            assert time.monotonic() < end, "not so in time"
            time.sleep(0.02)


def state_of(begun: Page) -> str:
    """The state in the address of Slack's consent page."""
    return begun.location.partition("state=")[2].partition("&")[0]
