"""One bot in a process of its own, for `bot.bench.slack_times`: Leadlight, or a bare Bolt app that says a line.

Asked by one line of JSON on stdin; tells its port when it serves, and at the end of stdin what its answers took.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Callable
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
from bot.slack.api.clients import Clients
from bot.slack.app import make_bot
from bot.slack.inbox.answer_message import SURFACE
from bot.slack.operations.health import Health
from bot.slack.operations.http import Web
from bot.slack.operations.serve import HttpServer
from bot.slack.teams.teams import Teams, bound_team
from commands.contract.reply import Reply
from commands.dispatching import dispatcher
from commands.dispatching.dispatcher import Dispatcher
from storage.database.doors import Database


class Watched(Conversation):
    """Writes down how long the answers to messages took; `slow` seconds go by before each, as with a model."""

    def __init__(self, dispatcher: Dispatcher, slow: float) -> None:
        super().__init__(dispatcher)
        self._slow = slow
        self.took: list[float] = []

    def answer(self, request: dispatcher.Request, text: str, listening: Listening | None = None) -> Reply:
        if request.surface != SURFACE:
            return super().answer(request, text, listening)
        start = time.perf_counter()
        if self._slow:
            time.sleep(self._slow)
        reply = super().answer(request, text, listening)
        self.took.append(time.perf_counter() - start)
        return reply


def leadlight(asked: dict[str, Any]) -> tuple[App, Callable[[], list[float]], Health]:
    """The bot as `leadlight serve` puts it together."""
    settings = Settings(_env_file=None, **asked["settings"])
    database, clients = Database(asked["database"]), Clients(settings.slack_api_url)
    team = bound_team(database, clients, asked["settings"]["slack_bot_token"])
    made: list[Watched] = []

    def watched(dispatcher: Dispatcher) -> Conversation:
        made.append(Watched(dispatcher, asked["slow"]))
        return made[0]

    running = make_bot(settings, database, clients, Teams(team), conversation=watched)
    running.start()
    return running.app, lambda: made[0].took, Health(running, lambda: True)


def echo(asked: dict[str, Any]) -> App:
    """A bare Bolt app as its documentation begins it."""
    given = asked["settings"]
    client = Clients(given["slack_api_url"]).posting(given["slack_bot_token"])
    app = App(client=client, signing_secret=given["slack_signing_secret"])

    @app.event("message")
    def repeat(event: dict[str, Any], say: Any) -> None:
        say(text=event["text"], thread_ts=event["ts"])

    return app


def main() -> None:
    asked = json.loads(sys.stdin.readline())
    took: Callable[[], list[float]] = list
    if asked["bot"] == "echo":
        app = echo(asked)
        port = 0 if asked["over"] == "socket" else _served(app)
    else:
        app, took, health = leadlight(asked)
        server = HttpServer(Web(app, health), "127.0.0.1", 0, needed=True)
        if asked["over"] == "http":
            server.start()
        port = server.port
    if asked["over"] == "socket":
        SocketModeHandler(app, asked["settings"]["slack_app_token"]).connect()  # type: ignore[no-untyped-call]
    _tell({"port": port})
    sys.stdin.read()
    _tell({"took": took()})


def _served(app: App) -> int:
    handler = SlackRequestHandler(app)

    async def events(request: Request) -> Response:
        return await handler.handle(request)

    routes = Starlette(routes=[Route("/slack/events", events, methods=["POST"])])
    config = uvicorn.Config(routes, host="127.0.0.1", port=0, log_level="warning", access_log=False, lifespan="off")
    server = uvicorn.Server(config)
    threading.Thread(target=server.run, daemon=True).start()
    while not server.started:
        time.sleep(0.01)
    return int(server.servers[0].sockets[0].getsockname()[1])


def _tell(found: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(found) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
