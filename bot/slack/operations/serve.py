"""Runs the bot as a process, for `leadlight serve`: from its start to an orderly end."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
import time
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from types import FrameType

import uvicorn
from slack_sdk.errors import SlackApiError

from bot.settings import Settings
from bot.slack.api.clients import SlackClients
from bot.slack.api.errors import DEAD_TOKEN, TROUBLE, error_code
from bot.slack.app import RunningBot, make_bot
from bot.slack.inbox.welcome import welcome_user
from bot.slack.installation.install import InstallFlow
from bot.slack.installation.install_pages import InstallPages
from bot.slack.installation.oauth import OAuth, OAuthTrouble, oauth_from_settings
from bot.slack.operations.doctor_workspaces import examine_workspaces
from bot.slack.operations.health import Health
from bot.slack.operations.http import HttpEndpoints
from bot.slack.operations.request_intake import RequestIntake, make_request_intake
from bot.slack.operations.timed_connection import TimedConnection
from bot.slack.operations.token_kinds import find_misplaced_tokens
from bot.slack.runtime.draining_socket import DrainingSocket
from bot.slack.runtime.received_at import make_socket_handler
from bot.slack.teams.teams import InstalledTeams, SlackTeam, SlackTeams, TeamTrouble, bind_team
from storage.database.doors import Database
from storage.database.errors import Contention, DatabaseTrouble, SchemaTrouble
from storage.database.trouble_log import TROUBLES

log = logging.getLogger("leadlight")
# Seconds that work under way may take at a stop. With the closing of HTTP the process ends within 20 seconds, before
# an orchestrator kills it.
DRAIN_SECONDS = 12.0
# A listener only keeps what came and answers; Slack itself waits three seconds for that.
LISTENER_SECONDS = 3.0
# Seconds after a stop at which the process ends whatever still holds it up, say a locked database.
EXIT_AFTER_SECONDS = 18.5
# Python's own value is five times as long.
SWITCH_SECONDS = 0.001
# It may take half a minute until a lost socket is noticed. Meanwhile Slack uses the other one.
CONNECTIONS = 2


class ServeTrouble(Exception):
    """Says, with what to do, that the bot cannot run."""


class StopSignal:
    """Knows whether SIGTERM or SIGINT was received."""

    def __init__(self) -> None:
        self._requested = threading.Event()

    def catch_signals(self) -> None:
        """Take over the handlers of SIGTERM and SIGINT."""
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, self._on_signal)

    def wait(self, seconds: float | None = None) -> bool:
        """Wait for a signal, at most `seconds`; return whether one was received."""
        return self._requested.wait(seconds)

    @property
    def is_requested(self) -> bool:
        """Return whether a signal was received."""
        return self._requested.is_set()

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._requested.set()


def serve(settings: Settings, database: Database) -> None:
    """Run the bot until SIGTERM or SIGINT.

    ServeTrouble where it cannot run, or cannot go on because a newer program upgraded the database.
    """
    if settings.slack_app_token is None and settings.slack_signing_secret is None:
        raise ServeTrouble("Set SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET for HTTP.")
    if misplaced := find_misplaced_tokens(settings):
        raise ServeTrouble(misplaced)
    oauth = load_oauth(settings)
    if settings.slack_bot_token is None and oauth is None:
        raise ServeTrouble(
            "Set SLACK_BOT_TOKEN, the xoxb-… token of the app in your workspace; or SLACK_CLIENT_ID and "
            "SLACK_CLIENT_SECRET to let many workspaces install it."
        )
    # Threads that compute are asked to let others run this often: an acknowledgement needs many short turns.
    sys.setswitchinterval(SWITCH_SECONDS)
    stop = StopSignal()
    stop.catch_signals()
    clients = SlackClients(settings.slack_api_url)
    team = wait_for_bound_team(settings, database, clients, stop)
    if stop.is_requested:
        return
    installed = load_installed_teams(database, oauth) if oauth is not None else None
    teams = SlackTeams(*([team] if team is not None else []), installed=installed)
    running = make_bot(settings, database, clients, teams, oauth=oauth)
    door = None
    if oauth is not None:
        door = InstallPages(
            InstallFlow(database, clients, oauth, teams, running.bot.clock, partial(welcome_user, running.bot))
        )
    sockets = make_socket_handlers(running, settings)
    health = Health(running, lambda: not sockets or any(each.client.is_connected() for each in sockets))
    intake = None if sockets else make_request_intake(running, settings)
    servers = make_servers(settings, intake, health, door)
    running.start()
    for each in servers:
        each.start()
    for socket in sockets:
        connect_socket(socket, stop)
    who = " and ".join([*([team.team_id] if team else []), *(["every team that installs it"] if door else [])])
    log.info("Leadlight serves %s by %s, port %s", who, "Socket Mode" if sockets else "HTTP", servers[0].port)
    log_remarks(database, teams)
    outdated = None
    while outdated is None and not stop.wait(1.0):
        for each in servers:
            each.raise_if_stopped()
        outdated = find_schema_trouble(database)
    log.info("stopping")
    last = threading.Timer(EXIT_AFTER_SECONDS, end_process)
    last.daemon = True
    last.start()
    # First nothing new may come in, then what is under way is finished, then the database is closed. Closing a socket
    # waits for its listeners without end, so these are given their seconds before.
    until = time.monotonic() + LISTENER_SECONDS
    for socket in sockets:
        socket.drain(max(0.0, until - time.monotonic()))
    for socket in sockets:
        threading.Thread(target=socket.close, daemon=True).start()
    for each in servers:
        each.stop()
    finished = running.stop(DRAIN_SECONDS)
    log.info("stopped" if finished else "stopped; what was under way is handed back")
    database.close()
    if outdated is not None:
        raise ServeTrouble(str(outdated))


def log_remarks(database: Database, teams: SlackTeams) -> None:
    """Log what the doctor would remark about people, owners and scores; without people nobody is answered."""
    with suppress(DatabaseTrouble):
        now = datetime.now(UTC)
        for each in examine_workspaces(database, now, naming=False, is_served=teams.serves_workspace):
            if not each.well:
                level = logging.WARNING if each.about.startswith("people") else logging.INFO
                log.log(level, "%s: %s", each.about, each.words)


def find_schema_trouble(database: Database) -> SchemaTrouble | None:
    """Find out whether the tables are no longer this program's; None also where the database does not answer now."""
    try:
        database.check_revision()
    except SchemaTrouble as trouble:
        return trouble
    except DatabaseTrouble:
        return None
    return None


def make_servers(
    settings: Settings, intake: RequestIntake | None, health: Health, door: InstallPages | None
) -> list[HttpServer]:
    """Make the HTTP servers, not yet listening: the one of PORT first, then the one of METRICS_PORT."""
    web = HttpEndpoints(intake, health, door, shows_metrics=settings.metrics_port is None)
    servers = [HttpServer(web, settings.host, settings.port, needed=intake is not None or door is not None)]
    if settings.metrics_port is not None:
        figures = HttpEndpoints(None, health)
        servers.append(
            HttpServer(figures, settings.metrics_host, settings.metrics_port, needed=False, pages="/metrics")
        )
    return servers


def end_process() -> None:
    """End the process at once."""
    # A normal exit waits for every thread of a pool, also for one that waits for the model or for Slack.
    logging.shutdown()
    os._exit(0)


def load_oauth(settings: Settings) -> OAuth | None:
    """Build OAuth from the settings. ServeTrouble where they cannot be used."""
    try:
        return oauth_from_settings(settings)
    except OAuthTrouble as trouble:
        raise ServeTrouble(str(trouble)) from None


def load_installed_teams(database: Database, oauth: OAuth) -> InstalledTeams:
    """Load the teams that installed the app. ServeTrouble where the key decrypts none of their tokens."""
    installed = InstalledTeams(database, oauth.cipher)
    unreadable, known = installed.find_unreadable_teams()
    # A single team with another key must not keep the bot from serving the rest.
    if unreadable and len(unreadable) == known:
        raise ServeTrouble(
            f"ENCRYPTION_KEY does not open the stored tokens ({known}). Set the key that they were stored with."
        )
    return installed


def wait_for_bound_team(
    settings: Settings, database: Database, clients: SlackClients, stop: StopSignal
) -> SlackTeam | None:
    """Find the team of the bot token; None without a token, or where a stop is requested first.

    Tries again while Slack does not answer or others write. ServeTrouble where the token is dead or the database is
    another team's.
    """
    if settings.slack_bot_token is None:
        return None
    pause = 1.0
    while not stop.is_requested:
        try:
            return bind_team(database, clients, settings.slack_bot_token.get_secret_value(), datetime.now(UTC))
        except TeamTrouble as trouble:
            raise ServeTrouble(str(trouble)) from None
        except SlackApiError as error:
            if error_code(error) in DEAD_TOKEN:
                raise ServeTrouble(
                    f"Slack refuses SLACK_BOT_TOKEN ({error_code(error)}). Copy it anew from the app's settings."
                ) from None
            log.warning("Slack does not answer as it should (%s); trying again", error_code(error))
        except TROUBLE as error:
            log.warning("Slack cannot be reached (%s); trying again", type(error).__name__)
        except Contention as busy:
            TROUBLES.log_trouble(log, str(busy))
        stop.wait(pause)
        pause = min(30.0, pause * 2)
    return None


def make_socket_handlers(running: RunningBot, settings: Settings) -> list[DrainingSocket]:
    """Make the connections of Socket Mode, not yet open; none without an app token."""
    if settings.slack_app_token is None:
        return []
    token = settings.slack_app_token.get_secret_value()
    return [make_socket_handler(running.app, running.bot.turns, token) for _ in range(CONNECTIONS)]


def connect_socket(handler: DrainingSocket, stop: StopSignal) -> None:
    """Open a connection, trying again until it is open or a stop is requested.

    Later slack_sdk opens it again by itself. ServeTrouble where Slack refuses the token.
    """
    pause = 1.0
    while not stop.is_requested:
        try:
            handler.connect()  # type: ignore[no-untyped-call]
            return
        except SlackApiError as error:
            if error_code(error) in DEAD_TOKEN:
                raise ServeTrouble(
                    f"Slack refuses SLACK_APP_TOKEN ({error_code(error)}). It begins with xapp- and needs the scope "
                    "connections:write."
                ) from None
            log.warning("Socket Mode cannot connect (%s); trying again", error_code(error))
        except TROUBLE as error:
            log.warning("Socket Mode cannot connect (%s); trying again", type(error).__name__)
        stop.wait(pause)
        pause = min(30.0, pause * 2)


class HttpServer:
    """Runs uvicorn in a thread. Without `needed` a port that is taken is only logged."""

    def __init__(
        self,
        web: HttpEndpoints,
        host: str,
        port: int,
        *,
        needed: bool,
        pages: str = "/healthz, /readyz and /metrics",
    ) -> None:
        config = uvicorn.Config(
            web.build_app(), host=host, port=port, log_level="warning", access_log=False, lifespan="off",
            timeout_graceful_shutdown=4, http=TimedConnection, ws="none",
        )  # fmt: skip
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._run_server, name="http", daemon=True)
        self._needed = needed
        self._pages = pages
        self._failed = False
        self.port = port

    def start(self) -> None:
        """Start to listen; set `port` to the one in use. ServeTrouble where it is taken and HTTP is needed."""
        self._thread.start()
        until = time.monotonic() + 10
        while not self._server.started and self._thread.is_alive() and time.monotonic() < until:
            time.sleep(0.01)
        self.raise_if_stopped()
        if self._server.started and self._server.servers:
            self.port = self._server.servers[0].sockets[0].getsockname()[1]

    def raise_if_stopped(self) -> None:
        """Raise ServeTrouble where the server has stopped by itself and is needed. Otherwise log it once."""
        if not self._thread.is_alive() and not self._server.should_exit:
            if self._needed:
                raise ServeTrouble(f"The port {self.port} cannot be used. Set PORT to a free one.")
            if not self._failed:
                log.warning("the port %s cannot be used: no %s", self.port, self._pages)
                self._failed = True

    def stop(self) -> None:
        """Stop the server and wait up to five seconds for its end."""
        self._server.should_exit = True
        self._thread.join(5)

    def _run_server(self) -> None:
        # uvicorn raises SystemExit where it cannot listen. In a thread it does not touch the signal handlers.
        with suppress(SystemExit):
            self._server.run()
