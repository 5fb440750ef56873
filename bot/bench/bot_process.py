"""One bot in a process of its own, for `bot.bench.slack_times`: Leadlight, or a bare Bolt app that says a line.

Asked by one line of JSON on stdin; tells its port when it serves, and at the end of stdin what its answers took.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import uvicorn
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_bolt.adapter.starlette.handler import SlackRequestHandler
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.dialogue.dialogue import Conversation
from bot.model.turn.turn_listening import Listening
from bot.settings import Settings
from bot.slack.api.clients import SlackClients
from bot.slack.app import RunningBot, make_bot
from bot.slack.inbox.answer_message import SURFACE
from bot.slack.operations.health import Health
from bot.slack.operations.http import HttpEndpoints
from bot.slack.operations.request_intake import make_request_intake
from bot.slack.operations.serve import HttpServer
from bot.slack.teams.teams import SlackTeams, bind_team
from commands.contract.reply import Reply
from commands.dispatching.dispatcher import Dispatcher
from commands.dispatching.request import Request as CallRequest
from storage.database.doors import Database


class TimedConversation(Conversation):
    """Records how many seconds each answer to a message took; sleeps `slow` seconds before it, as a model would."""

    def __init__(self, dispatcher: Dispatcher, slow: float) -> None:
        super().__init__(dispatcher)
        self._slow = slow
        self.took: list[float] = []

    def answer_text(self, request: CallRequest, text: str, listening: Listening | None = None) -> Reply:
        # Commands are asked in between and are to be quick: only messages are timed and slowed down.
        if request.surface != SURFACE:
            return super().answer_text(request, text, listening)
        start = time.perf_counter()
        if self._slow:
            time.sleep(self._slow)
        reply = super().answer_text(request, text, listening)
        self.took.append(time.perf_counter() - start)
        return reply


def start_bot(asked: dict[str, Any]) -> tuple[RunningBot, Callable[[], list[float]]]:
    """Start the bot as `leadlight serve` puts it together."""
    settings = Settings(_env_file=None, **asked["settings"])
    database, clients = Database(asked["database"]), SlackClients(settings.slack_api_url)
    team = bind_team(database, clients, asked["settings"]["slack_bot_token"], datetime.now(UTC))
    made: list[TimedConversation] = []

    def make_conversation(dispatcher: Dispatcher) -> Conversation:
        made.append(TimedConversation(dispatcher, asked["slow"]))
        return made[0]

    running = make_bot(settings, database, clients, SlackTeams(team), conversation=make_conversation)
    running.start()
    return running, lambda: made[0].took


def make_echo_app(asked: dict[str, Any]) -> App:
    """Make a bare Bolt app that repeats a message, as Bolt's documentation begins."""
    given = asked["settings"]
    client = SlackClients(given["slack_api_url"]).posting(given["slack_bot_token"])
    app = App(client=client, signing_secret=given["slack_signing_secret"])

    @app.event("message")
    def repeat_message(event: dict[str, Any], say: Any) -> None:
        say(text=event["text"], thread_ts=event["ts"])

    return app


def main() -> None:
    asked = json.loads(sys.stdin.readline())
    took: Callable[[], list[float]] = list
    if asked["bot"] == "echo":
        app = make_echo_app(asked)
        port = 0 if asked["over"] == "socket" else _serve_http(app)
    else:
        running, took = start_bot(asked)
        app = running.app
        intake = make_request_intake(running, Settings(_env_file=None, **asked["settings"]))
        health = Health(running, lambda: True)
        server = HttpServer(HttpEndpoints(intake, health), "127.0.0.1", 0, needed=True)
        if asked["over"] == "http":
            server.start()
        port = server.port
    if asked["over"] == "socket":
        SocketModeHandler(app, asked["settings"]["slack_app_token"]).connect()  # type: ignore[no-untyped-call]
    _print_json({"port": port})
    # The bench closes stdin when it has what it wants.
    sys.stdin.read()
    _print_json({"took": took()})


def _serve_http(app: App) -> int:
    handler = SlackRequestHandler(app)

    async def handle_event(request: Request) -> Response:
        return await handler.handle(request)

    routes = Starlette(routes=[Route("/slack/events", handle_event, methods=["POST"])])
    config = uvicorn.Config(routes, host="127.0.0.1", port=0, log_level="warning", access_log=False, lifespan="off")
    server = uvicorn.Server(config)
    threading.Thread(target=server.run, daemon=True).start()
    while not server.started:
        time.sleep(0.01)
    return int(server.servers[0].sockets[0].getsockname()[1])


def _print_json(found: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(found) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
