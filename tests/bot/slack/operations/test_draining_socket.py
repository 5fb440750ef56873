"""Stopping a Socket Mode connection while a listener is at work."""

from __future__ import annotations

import logging
from threading import Event, Thread

import pytest
from slack_bolt import App, BoltRequest, BoltResponse
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.slack.runtime.draining_socket import DrainingSocket
from bot.slack.runtime.intake_turns import IntakeTurns


class SlowApp(App):
    """An app whose listeners end when they are told to."""

    def __init__(self) -> None:
        super().__init__(signing_secret="s", token="xoxb-1", token_verification_enabled=False)
        self.began, self.may_end = Event(), Event()
        self.answered = 0

    def dispatch(self, req: BoltRequest) -> BoltResponse:
        self.began.set()
        self.may_end.wait(10)
        self.answered += 1
        return BoltResponse(status=200)


def test_a_stop_waits_for_a_listener_and_takes_nothing_new(caplog: pytest.LogCaptureFixture) -> None:
    app = SlowApp()
    socket = DrainingSocket(IntakeTurns(), app, "xapp-1")
    request = SocketModeRequest(type="events_api", envelope_id="e1", payload={})
    # There is no connection, as when it was closed below the listener: the answer cannot be sent.
    worker = Thread(target=socket.handle, args=(socket.client, request))
    # By name: a server that another test started in this process may have set what this logger tells.
    with caplog.at_level(logging.INFO, logger="leadlight"):
        worker.start()
        assert app.began.wait(10)
        assert not socket.drain(0.05)
        app.may_end.set()
        assert socket.drain(10)
        worker.join(10)
        socket.handle(socket.client, request)

    assert app.answered == 1
    told = [each for each in caplog.records if "cut off" in each.getMessage()]
    assert len(told) == 1
    assert not any(each.exc_info for each in caplog.records)
