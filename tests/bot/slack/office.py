"""The sample company at work in a local Slack, with the real bot between them."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any

from slack_bolt.adapter.socket_mode import SocketModeHandler
from sqlalchemy import func, select

from bot.dialogue.dialogue import Conversation
from bot.playground.local_slack import LocalSlack
from bot.playground.person import LocalPerson
from bot.playground.workspace.app_settings import AppSettings
from bot.settings import Settings
from bot.slack.api.clients import SlackClients
from bot.slack.app import make_bot
from bot.slack.operations.health import Health
from bot.slack.operations.http import HttpEndpoints
from bot.slack.operations.request_intake import make_request_intake
from bot.slack.operations.serve import HttpServer
from bot.slack.runtime.received_at import make_socket_handler
from bot.slack.teams.teams import SlackTeams, bind_team
from commands.dispatching.dispatcher import Dispatcher
from storage.tables import AuditEntry, Inbox, Lead, Outbox, Rep, Status
from tests.bot.slack.queue_backlog import open_rows
from tests.company import Company


class Office:
    """A bot in a local Slack, over Socket Mode or over signed HTTP. Slack's people are the company's."""

    def __init__(
        self,
        company: Company,
        *,
        over: str = "http",
        app: AppSettings | None = None,
        conversation: Callable[[Dispatcher], Conversation] | None = None,
        **settings: Any,
    ) -> None:
        self.database = database = company.database
        self.company = company
        self.slack = LocalSlack(app).start()
        self._began = time.monotonic()
        self._passed = timedelta()
        values = {
            "slack_api_url": self.slack.api_url,
            "slack_bot_token": self.slack.bot_token,
            "slack_app_token": self.slack.app_token if over == "socket" else None,
            "slack_signing_secret": self.slack.signing_secret,
            "settling_seconds": 0.2,
            **settings,
        }
        self.settings = Settings(_env_file=None, **values)
        self.clients = SlackClients(self.settings.slack_api_url)
        team = bind_team(database, self.clients, self.slack.bot_token, self.now())
        self.running = make_bot(
            self.settings, database, self.clients, SlackTeams(team), clock=self.now, conversation=conversation
        )
        self.health = Health(self.running, lambda: True)
        self._server: HttpServer | None = None
        self._socket: SocketModeHandler | None = None
        if over == "socket":
            self._socket = make_socket_handler(self.running.app, self.running.bot.turns, self.slack.app_token)
        else:
            intake = make_request_intake(self.running, self.settings)
            self._server = HttpServer(HttpEndpoints(intake, self.health), "127.0.0.1", 0, needed=True)
            self._server.start()
            self.slack.request_url = f"{self.url}/slack/events"

    def __enter__(self) -> Office:
        self.running.start(ticking=False)
        if self._socket is not None:
            self._socket.connect()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.slack.wait_until_quiet()
        if self._socket is not None:
            self._close_socket(self._socket)
        if self._server is not None:
            self._server.stop()
        self.running.stop(5)
        self.slack.stop()

    def _close_socket(self, socket: SocketModeHandler) -> None:
        """Close the client; it would wait three seconds for something to read, unless Slack closes first."""
        socket.client.auto_reconnect_enabled = False
        self.slack.sockets.close_connections()
        try:
            socket.client.close()
        except AttributeError:
            # Its own reader closed the connection a moment before; what is left to close is closed by a second call.
            socket.client.close()

    @property
    def url(self) -> str:
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.port}"

    def now(self) -> datetime:
        """The company's clock: it begins when the file says, and goes on with ours."""
        return self.company.now + self._passed + timedelta(seconds=time.monotonic() - self._began)

    def wait(self, **span: float) -> None:
        """Let time pass for the bot and for Slack."""
        self._passed += timedelta(**span)
        self.slack.advance_clock(timedelta(**span).total_seconds())

    def person(self, first_name: str, **fields: Any) -> LocalPerson:
        """A member of the Slack team with the email of this colleague."""
        with self.database.begin_read() as session:
            rep = session.scalar(select(Rep).where(Rep.first_name == first_name.capitalize()))
            assert rep is not None
            name, email = rep.name, rep.email
        return self.slack.add_person(name, email, **{"tz": "Europe/Berlin", **fields})

    # What the database holds.

    def status(self, name: str) -> str:
        """The status of the lead of this name."""
        with self.database.begin_read() as session:
            found = session.scalar(select(Status.name).join(Lead, Lead.status_id == Status.id).where(Lead.name == name))
            assert found is not None
            return found

    def writes(self) -> int:
        """How many audit entries people's commands have left."""
        with self.database.begin_read() as session:
            query = select(func.count()).select_from(AuditEntry).where(AuditEntry.rep_id.is_not(None))
            return session.scalar(query) or 0

    def open_rows(self) -> int:
        """Rows of inbox and outbox that are not settled yet."""
        return open_rows(self.database)

    def states(self, table: type[Inbox] | type[Outbox]) -> Counter[str]:
        """How many rows of a queue are in which state."""
        with self.database.begin_read() as session:
            return Counter(dict(session.execute(select(table.state, func.count()).group_by(table.state)).all()))

    def until(self, met: Callable[[], object], seconds: float = 10) -> None:
        """Wait until this is so."""
        end = time.monotonic() + seconds
        while not met():
            assert time.monotonic() < end, "not so in time"
            time.sleep(0.02)
