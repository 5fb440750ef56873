"""The local Slack: one object to start, to fill with people, and to act through.

with LocalSlack() as slack:
    nora = slack.add_person("Nora Jones", "nora@example.com")
    ...  # start the app with slack.api_url, slack.bot_token and slack.app_token, or set slack.request_url
    assert "hot leads" in nora.says("what are my hot leads?").text
"""

from __future__ import annotations

from types import TracebackType
from typing import Any

from starlette.applications import Starlette
from starlette.routing import Route, WebSocketRoute

from bot.playground.person import LocalPerson
from bot.playground.transport.deliveries import Deliveries
from bot.playground.transport.event_payloads import Payloads
from bot.playground.transport.http_wire import LocalServer
from bot.playground.transport.signed_post import post_signed
from bot.playground.transport.sockets import Sockets
from bot.playground.web_api.api_faults import Faults
from bot.playground.web_api.api_server import WebApi
from bot.playground.web_api.consent_page import ConsentPage
from bot.playground.web_api.response_urls import ResponseUrls
from bot.playground.workspace.app_installing import install_app, uninstall_app
from bot.playground.workspace.app_settings import AppSettings, LocalInstallation
from bot.playground.workspace.slack_state import Channel, Json, LocalMessage, LocalTeam, User
from bot.playground.workspace.slack_world import World
from bot.playground.workspace.traffic_ledger import Delivery, TrafficLog


class LocalSlack:
    """Runs a Slack on 127.0.0.1 with one team, in which the app is installed unless `installed` is False."""

    def __init__(
        self,
        app: AppSettings | None = None,
        *,
        port: int = 0,
        bot_token: str = "xoxb-playground",
        installed: bool = True,
        rate_limits: bool = False,
    ) -> None:
        self.app = app or AppSettings()
        self.world = World(self.app)
        self.wire = LocalServer(port)
        self.ledger = TrafficLog(self.world)
        self.faults = Faults(self.world)
        self.sockets = Sockets(self.world, self.wire)
        self.deliveries = Deliveries(self.world, self.ledger, self.sockets)
        self.payloads = Payloads(self.world, self.wire.url)
        self.consent = ConsentPage(self.world)
        self.world.announce = self.send_event
        self.team = self.add_team("Example")
        self.bot_token = bot_token
        if installed:
            install_app(self.world, self.team.id, self.app.scopes, bot_token)
        api = WebApi(self.world, self.ledger, self.faults, self.wire, rate_limits=rate_limits)
        urls = ResponseUrls(self.world, self.ledger, self.faults, self.wire)
        self._routes = [
            Route("/api/{method}", api.handle_request, methods=["GET", "POST"]),
            Route("/commands/{team}/{number}/{name}", urls.handle_request, methods=["POST"]),
            Route("/actions/{team}/{number}/{name}", urls.handle_request, methods=["POST"]),
            Route("/oauth/v2/authorize", self.consent.handle_request, methods=["GET"]),
            WebSocketRoute("/link/", self.sockets.accept_socket),
        ]

    def __enter__(self) -> LocalSlack:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def start(self) -> LocalSlack:
        self.wire.start(Starlette(routes=self._routes))
        return self

    def stop(self) -> None:
        self.deliveries.stop_retries()
        self.wire.stop()

    @property
    def url(self) -> str:
        return self.wire.url

    @property
    def api_url(self) -> str:
        """Give what a WebClient takes as `base_url`."""
        return f"{self.url}/api/"

    @property
    def app_token(self) -> str:
        return self.app.app_token

    @property
    def signing_secret(self) -> str:
        return self.app.signing_secret

    def build_environment(self) -> dict[str, str]:
        """Make the settings for a process that connects here by Socket Mode; without SLACK_APP_TOKEN it serves HTTP."""
        return {
            "SLACK_API_URL": self.api_url,
            "SLACK_BOT_TOKEN": self.bot_token,
            "SLACK_APP_TOKEN": self.app_token,
            "SLACK_SIGNING_SECRET": self.signing_secret,
        }

    @property
    def request_url(self) -> str | None:
        """Say where events, commands and interactions go over HTTP; None for Socket Mode."""
        return self.deliveries.request_url

    @request_url.setter
    def request_url(self, url: str | None) -> None:
        self.deliveries.request_url = url

    @property
    def installation(self) -> LocalInstallation:
        return self.world.find_installation(self.team.id)

    def verify_request_url(self) -> bool:
        """Verify the request URL as Slack does: send a signed challenge, which must come back."""
        assert self.request_url is not None
        challenge = self.world.new_id("challenge-")
        asked = {"token": self.app.verification_token, "challenge": challenge, "type": "url_verification"}
        answer = post_signed(self.request_url, "events_api", asked, self.signing_secret, {}, self.deliveries.ack_within)
        return answer.failure is None and challenge in answer.body

    def add_team(self, name: str) -> LocalTeam:
        with self.world.new_revision():
            team = LocalTeam(self.world.new_id("T"), name, name.lower().replace(" ", "-"))
            self.world.teams[team.id] = team
            return team

    def add_person(
        self, real_name: str, email: str | None = None, *, team: LocalTeam | None = None, **fields: Any
    ) -> LocalPerson:
        """Add a member. `fields` are those of `User`: tz, is_admin, is_restricted, is_stranger, deleted …"""
        with self.world.new_revision():
            name = real_name.split(maxsplit=1)[0].lower()
            user = User(self.world.new_id("U"), (team or self.team).id, name, real_name, email, **fields)
            self.world.users[user.id] = user
            return LocalPerson(self, user)

    def add_channel(self, name: str, *people: LocalPerson, with_app: bool = True, shared: bool = False) -> Channel:
        """Add a channel with these people in it, and the app unless `with_app` is False."""
        with self.world.new_revision():
            members = {each.id for each in people}
            if with_app:
                members.add(self.installation.bot_user)
            created = int(self.world.now)
            made = Channel(self.world.new_id("C"), self.team.id, name, False, members, shared, False, created)
            return self.world.add_channel(made)

    def uninstall_from(self, team: LocalTeam | None = None) -> None:
        """Take the app out of a team: its token is revoked, app_uninstalled and tokens_revoked are sent."""
        uninstall_app(self.world, (team or self.team).id)

    def send_event(self, team_id: str, name: str, event: Json) -> Delivery | None:
        """Send an event to the app if it is subscribed to `name` (message.im, app_mention …)."""
        if name not in self.app.events:
            return None
        with self.world.changed:
            payload = self.payloads.build_event(team_id, event)
        return self.deliveries.start_delivery("events_api", name, team_id, payload)

    def advance_clock(self, seconds: float = 0, *, minutes: float = 0, hours: float = 0) -> None:
        """Let time pass in Slack: triggers and URLs expire, streams end, retries come due."""
        self.world.advance_clock(seconds + 60 * minutes + 3600 * hours)

    def list_messages(self, channel: Channel) -> list[LocalMessage]:
        """List what everybody in a conversation sees, oldest first."""
        with self.world.changed:
            return channel.visible_to(None)

    def list_thread(self, message: LocalMessage) -> list[LocalMessage]:
        """List the visible messages of a message's thread, the root first."""
        channel = self.world.channels[message.channel]
        return [each for each in self.list_messages(channel) if each.root_ts == message.root_ts]

    def wait_until_quiet(self, timeout: float = 10) -> bool:
        """Wait until nothing is on its way to the app; return whether that came to be."""
        return self.world.wait_until(lambda: not any(self.ledger.unsettled_deliveries()), timeout)
