"""The local Slack: one object to start, fill with people, and act through.

with LocalSlack() as slack:
    nora = slack.person("Nora Jones", "nora@example.com")
    ...  # start the app with slack.api_url, slack.bot_token and slack.app_token, or set slack.request_url
    assert "hot leads" in nora.says("what are my hot leads?").text
"""

from __future__ import annotations

from types import TracebackType
from typing import Any

from starlette.applications import Starlette
from starlette.routing import Route, WebSocketRoute

from bot.playground.person import Person
from bot.playground.transport.deliveries import Deliveries
from bot.playground.transport.event_payloads import Payloads
from bot.playground.transport.http_wire import Wire
from bot.playground.transport.signed_post import post
from bot.playground.transport.sockets import Sockets
from bot.playground.web_api.api_faults import Faults
from bot.playground.web_api.api_server import WebApi
from bot.playground.web_api.consent_page import Consent
from bot.playground.web_api.response_urls import ResponseUrls
from bot.playground.workspace.app_installing import install, uninstall
from bot.playground.workspace.app_settings import AppSettings, Installation
from bot.playground.workspace.slack_state import Channel, Json, Message, Team, User
from bot.playground.workspace.slack_world import World
from bot.playground.workspace.traffic_ledger import Delivery, Ledger


class LocalSlack:
    """A Slack on 127.0.0.1 with one team, in which the app is installed, unless `installed` is False."""

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
        self.wire = Wire(port)
        self.ledger = Ledger(self.world)
        self.faults = Faults(self.world)
        self.sockets = Sockets(self.world, self.wire)
        self.deliveries = Deliveries(self.world, self.ledger, self.sockets)
        self.payloads = Payloads(self.world, self.wire.url)
        self.consent = Consent(self.world)
        self.world.announce = self.tell
        self.team = self.new_team("Example")
        self.bot_token = bot_token
        if installed:
            install(self.world, self.team.id, self.app.scopes, bot_token)
        api = WebApi(self.world, self.ledger, self.faults, self.wire, rate_limits=rate_limits)
        urls = ResponseUrls(self.world, self.ledger, self.faults, self.wire)
        self._routes = [
            Route("/api/{method}", api.respond, methods=["GET", "POST"]),
            Route("/commands/{team}/{number}/{name}", urls.respond, methods=["POST"]),
            Route("/actions/{team}/{number}/{name}", urls.respond, methods=["POST"]),
            Route("/oauth/v2/authorize", self.consent.respond, methods=["GET"]),
            WebSocketRoute("/link/", self.sockets.endpoint),
        ]

    def __enter__(self) -> LocalSlack:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def start(self) -> LocalSlack:
        self.wire.start(Starlette(routes=self._routes))
        return self

    def stop(self) -> None:
        self.deliveries.stop()
        self.wire.stop()

    @property
    def url(self) -> str:
        return self.wire.url

    @property
    def api_url(self) -> str:
        """What a WebClient takes as `base_url`."""
        return f"{self.url}/api/"

    @property
    def app_token(self) -> str:
        return self.app.app_token

    @property
    def signing_secret(self) -> str:
        return self.app.signing_secret

    def environment(self) -> dict[str, str]:
        """Settings for a process that is to connect here over Socket Mode; without SLACK_APP_TOKEN it serves HTTP."""
        return {
            "SLACK_API_URL": self.api_url,
            "SLACK_BOT_TOKEN": self.bot_token,
            "SLACK_APP_TOKEN": self.app_token,
            "SLACK_SIGNING_SECRET": self.signing_secret,
        }

    @property
    def request_url(self) -> str | None:
        """Where events, commands and interactions go over HTTP; None for Socket Mode."""
        return self.deliveries.request_url

    @request_url.setter
    def request_url(self, url: str | None) -> None:
        self.deliveries.request_url = url

    @property
    def installation(self) -> Installation:
        return self.world.installation(self.team.id)

    def verify_request_url(self) -> bool:
        """What Slack does when a request URL is entered: a signed challenge, which must come back."""
        assert self.request_url is not None
        challenge = self.world.new_id("challenge-")
        asked = {"token": self.app.verification_token, "challenge": challenge, "type": "url_verification"}
        answer = post(self.request_url, "events_api", asked, self.signing_secret, {}, self.deliveries.ack_within)
        return answer.failure is None and challenge in answer.body

    def new_team(self, name: str) -> Team:
        with self.world.changing():
            team = Team(self.world.new_id("T"), name, name.lower().replace(" ", "-"))
            self.world.teams[team.id] = team
            return team

    def person(self, real_name: str, email: str | None = None, *, team: Team | None = None, **fields: Any) -> Person:
        """A new member. `fields` are those of `User`: tz, is_admin, is_restricted, is_stranger, deleted …"""
        with self.world.changing():
            name = real_name.split(maxsplit=1)[0].lower()
            user = User(self.world.new_id("U"), (team or self.team).id, name, real_name, email, **fields)
            self.world.users[user.id] = user
            return Person(self, user)

    def channel(self, name: str, *people: Person, with_app: bool = True, shared: bool = False) -> Channel:
        """A channel with these people in it, and the app unless `with_app` is False."""
        with self.world.changing():
            members = {each.id for each in people}
            if with_app:
                members.add(self.installation.bot_user)
            created = int(self.world.now)
            made = Channel(self.world.new_id("C"), self.team.id, name, False, members, shared, False, created)
            return self.world.add(made)

    def install(self, team: Team) -> Installation:
        return install(self.world, team.id, self.app.scopes)

    def uninstall(self, team: Team | None = None) -> None:
        """Take the app out of a team: its token dies, app_uninstalled and tokens_revoked go out."""
        uninstall(self.world, (team or self.team).id)

    def tell(self, team_id: str, name: str, event: Json) -> Delivery | None:
        """Send an event to the app if it is subscribed to `name` (message.im, app_mention …)."""
        if name not in self.app.events:
            return None
        with self.world.changed:
            payload = self.payloads.event(team_id, event)
        return self.deliveries.send("events_api", name, team_id, payload)

    def advance(self, seconds: float = 0, *, minutes: float = 0, hours: float = 0) -> None:
        """Let time pass in Slack: triggers and URLs expire, streams end, retries come due."""
        self.world.advance(seconds + 60 * minutes + 3600 * hours)

    def messages(self, channel: Channel) -> list[Message]:
        """What everybody in a conversation sees, oldest first."""
        with self.world.changed:
            return channel.seen_by(None)

    def thread(self, message: Message) -> list[Message]:
        """The visible messages of a message's thread, the root first."""
        channel = self.world.channels[message.channel]
        return [each for each in self.messages(channel) if each.root == message.root]

    def quiet(self, timeout: float = 10) -> bool:
        """Wait until nothing is on its way to the app; whether that came to be."""
        return self.world.wait_until(lambda: not any(self.ledger.under_way()), timeout)
