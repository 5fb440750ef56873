"""A local Slack, and a small real Bolt app at it over a socket or over HTTP."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

import pytest
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from bot.playground.local_slack import LocalSlack
from bot.playground.person import LocalPerson
from tests.bot.playground.bolt_over_http import serving


@pytest.fixture
def slack() -> Iterator[LocalSlack]:
    with LocalSlack() as started:
        yield started


@pytest.fixture
def client(slack: LocalSlack) -> WebClient:
    return WebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[], timeout=10)


@pytest.fixture
def nora(slack: LocalSlack) -> LocalPerson:
    return slack.add_person("Nora Jones", "nora@example.com", tz="America/New_York")


@pytest.fixture
def app(slack: LocalSlack, client: WebClient) -> App:
    """A Bolt app without listeners; a test adds its own before it connects."""
    return App(name="test", client=client, signing_secret=slack.signing_secret)


@pytest.fixture
def connect(slack: LocalSlack, app: App) -> Iterator[Callable[..., SocketModeHandler]]:
    """Connects the app over Socket Mode and waits until the local Slack knows it."""

    def leave(handler: SocketModeHandler) -> None:
        # The client notices its own close only after a read timed out; the server's close it notices at once.
        handler.client.auto_reconnect_enabled = False  # type: ignore[attr-defined]
        slack.sockets.close_connections()
        try:
            handler.close()
        except AttributeError:
            # The client's reader let go of the socket between its check and its close.
            handler.close()

    with contextlib.ExitStack() as stack:

        def connected() -> SocketModeHandler:
            handler = SocketModeHandler(app, slack.app_token, ping_interval=1)
            stack.callback(leave, handler)
            handler.connect()
            slack.sockets.wait_for_connections(1)
            return handler

        yield connected


@pytest.fixture
def serve(slack: LocalSlack, app: App) -> Iterator[Callable[[], str]]:
    """Serves the app over HTTP and sets it as the request URL."""
    with contextlib.ExitStack() as stack:

        def served() -> str:
            slack.request_url = stack.enter_context(serving(app))
            return slack.request_url

        yield served
