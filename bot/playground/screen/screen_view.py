"""What a person sees after doing something."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from bot.playground.screen.screen_reading import labels, words
from bot.playground.workspace.slack_state import Channel, Json, Message, View
from bot.playground.workspace.slack_world import World
from bot.playground.workspace.traffic_ledger import Delivery, Ledger

WAIT = 10.0
"""Real seconds a person waits for something to happen before a test is told that nothing did."""


class Seen:
    """What changed before a person's eyes since their act. It is looked at anew each time, so it can be waited on."""

    def __init__(self, world: World, ledger: Ledger, user: str, since: int) -> None:
        self._world, self._ledger, self._user, self._since = world, ledger, user, since
        self.delivery: Delivery | None = None
        self.error: str | None = None
        """What Slack says went wrong: operation_timeout, dispatch_failed …"""
        self.errors: dict[str, str] = {}
        """In a modal, what is wrong with which block."""

        self.closed = False
        """Whether the modal went away."""

    @property
    def acknowledged(self) -> bool:
        return self.delivery is not None and self.delivery.acknowledged

    @property
    def answer(self) -> Any:
        """What the app acknowledged with: JSON, text, or None."""
        body = next((each.body for each in reversed(self.delivery.attempts) if each.body), "") if self.delivery else ""
        try:
            return json.loads(body) if body else None
        except ValueError:
            return body

    @property
    def messages(self) -> list[Message]:
        """The app's messages that are new or have changed, for everybody or for this person only."""
        with self._world.changed:
            return sorted(
                (
                    each
                    for channel in self._channels()
                    for each in channel.seen_by(self._user)
                    if each.revision > self._since and each.bot_id is not None
                ),
                key=lambda each: each.created_at_revision,
            )

    @property
    def ephemerals(self) -> list[Message]:
        return [each for each in self.messages if each.only_for is not None]

    @property
    def message(self) -> Message:
        """The newest of them; waits for one."""
        return self.until(lambda seen: seen.messages).messages[-1]

    @property
    def modal(self) -> View | None:
        """The modal in sight, if any."""
        with self._world.changed:
            stack = self._world.stack(self._user)
            return stack[-1] if stack else None

    @property
    def home(self) -> View | None:
        """The Home tab, if it changed."""
        with self._world.changed:
            view = self._world.views.get(self._world.homes.get(self._user, ""))
            return view if view is not None and view.revision > self._since else None

    @property
    def text(self) -> str:
        """Everything new that there is to read."""
        shown = [words(each) for each in self.messages]
        shown += [words(each) for each in (self.home, self._new_modal()) if each is not None]
        return "\n".join([*shown, *self.errors.values(), *([self.error] if self.error else [])])

    @property
    def buttons(self) -> list[str]:
        """The labels of all new buttons."""
        return [label for each in (*self.messages, self.home, self._new_modal()) if each for label in labels(each)]

    @property
    def anything(self) -> bool:
        return bool(self.messages or self.home or self._new_modal() or self.closed or self.error or self.errors)

    @property
    def busy(self) -> bool:
        """Whether the app shows that it is still at it: a stream, a line "is thinking…", a session in processing."""
        with self._world.changed:
            if any(each.streaming for each in self.messages):
                return True
            return any(
                session.revision > self._since and (session.status == "processing" or session.line_at(self._world.now))
                for channel in self._channels()
                for session in channel.sessions.values()
            )

    def until(self, met: Callable[[Seen], object], timeout: float = WAIT) -> Seen:
        """Wait until this is so. TimeoutError tells what was seen and what the app did."""
        if not self._world.wait_until(lambda: met(self), timeout):
            busy = " The app still shows that it is busy." if self.busy else ""
            raise TimeoutError(f"not seen within {timeout} s.{busy} Seen: {self.text!r}\n{self._ledger.text()}")
        return self

    def settled(self, timeout: float = WAIT) -> Seen:
        """Wait until something is seen and the app is not busy any more."""
        return self.until(lambda seen: seen.anything and not seen.busy, timeout)

    def _new_modal(self) -> View | None:
        return self.modal if self.modal is not None and self.modal.revision > self._since else None

    def _channels(self) -> list[Channel]:
        return self._world.joined.get(self._user, [])


def state_values(world: World, user: str, message: Message) -> Json:
    """What this person chose in a message's own menus and inputs."""
    return world.filled.setdefault((user, message.channel, message.ts), {})
