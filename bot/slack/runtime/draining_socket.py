"""A Socket Mode connection that finishes what it works on before it is closed."""

from __future__ import annotations

import logging
from threading import Condition
from typing import Any

from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.slack.runtime.intake_turns import IntakeTurns

log = logging.getLogger("leadlight")


class DrainingSocket(SocketModeHandler):
    """Hands requests to the app until it is drained. What is not acknowledged by then, Slack sends again."""

    _turns: IntakeTurns
    _changed: Condition
    _under_way: int
    _drains: bool

    def __init__(self, turns: IntakeTurns, *arguments: Any, **options: Any) -> None:
        # Before the client is made, which may call `handle` at once.
        self._turns = turns
        self._changed = Condition()
        self._under_way = 0
        self._drains = False
        super().__init__(*arguments, **options)

    def handle(self, client: Any, req: SocketModeRequest) -> None:
        """Have the app answer a request; leave it to Slack to send it again once the connection drains."""
        with self._changed:
            if self._drains:
                return
            self._under_way += 1
        try:
            with self._turns.take_precedence():
                super().handle(client, req)
        except Exception as error:
            # The connection, or the database, was closed below a listener that took longer than a stop waits.
            if not self._drains:
                raise
            log.info("the stop cut off an answer to Slack (%s); Slack sends the request again", type(error).__name__)
        finally:
            with self._changed:
                self._under_way -= 1
                self._changed.notify_all()

    def drain(self, seconds: float) -> bool:
        """Take nothing new and wait for what is under way, `seconds` at most; return whether all of it ended."""
        with self._changed:
            self._drains = True
            return self._changed.wait_for(lambda: self._under_way == 0, seconds)
