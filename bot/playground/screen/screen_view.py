"""What changed on a person's screen after an act of theirs."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from bot.playground.screen.screen_reading import button_labels, visible_text
from bot.playground.workspace.slack_state import Channel, Json, LocalMessage, View
from bot.playground.workspace.slack_world import World
from bot.playground.workspace.traffic_ledger import Delivery, TrafficLog

# Real seconds, whatever the world's clock says: after them a test is told that nothing happened.
WAIT = 10.0


class VisibleChanges:
    """Shows what changed for a person since their act. Read anew each time, so it can be waited on."""

    def __init__(self, world: World, ledger: TrafficLog, user: str, since: int) -> None:
        self._world, self._ledger, self._user, self._since = world, ledger, user, since
        self.delivery: Delivery | None = None
        # What Slack says went wrong: operation_timeout, dispatch_failed …
        self.error: str | None = None
        # In a modal, what is wrong with which block.
        self.errors: dict[str, str] = {}
        # Whether the modal went away.
        self.closed = False

    @property
    def is_acknowledged(self) -> bool:
        return self.delivery is not None and self.delivery.is_acknowledged

    @property
    def ack_body(self) -> Any:
        """Read what the app acknowledged with: JSON, text, or None."""
        body = next((each.body for each in reversed(self.delivery.attempts) if each.body), "") if self.delivery else ""
        try:
            return json.loads(body) if body else None
        except ValueError:
            return body

    @property
    def messages(self) -> list[LocalMessage]:
        """List the app's new or changed messages that this person can see."""
        with self._world.changed:
            return sorted(
                (
                    each
                    for channel in self._list_channels()
                    for each in channel.visible_to(self._user)
                    if each.revision > self._since and each.bot_id is not None
                ),
                key=lambda each: each.created_at_revision,
            )

    @property
    def ephemerals(self) -> list[LocalMessage]:
        return [each for each in self.messages if each.only_for is not None]

    @property
    def message(self) -> LocalMessage:
        """Return the newest of `messages`; wait for one."""
        return self.wait_until(lambda seen: seen.messages).messages[-1]

    @property
    def modal(self) -> View | None:
        """Return the modal in sight, if any."""
        with self._world.changed:
            stack = self._world.modal_stack(self._user)
            return stack[-1] if stack else None

    @property
    def home(self) -> View | None:
        """Return the Home tab, if it changed."""
        with self._world.changed:
            view = self._world.views.get(self._world.homes.get(self._user, ""))
            return view if view is not None and view.revision > self._since else None

    @property
    def text(self) -> str:
        """Read everything new."""
        shown = [visible_text(each) for each in self.messages]
        shown += [visible_text(each) for each in (self.home, self._new_modal()) if each is not None]
        return "\n".join([*shown, *self.errors.values(), *([self.error] if self.error else [])])

    @property
    def buttons(self) -> list[str]:
        """List the labels of all new buttons."""
        return [
            label for each in (*self.messages, self.home, self._new_modal()) if each for label in button_labels(each)
        ]

    @property
    def has_changes(self) -> bool:
        return bool(self.messages or self.home or self._new_modal() or self.closed or self.error or self.errors)

    @property
    def is_busy(self) -> bool:
        """Tell whether the app shows it is still at work: a stream, an “is thinking…” line, a session in processing."""
        with self._world.changed:
            if any(each.is_streaming for each in self.messages):
                return True
            return any(
                session.revision > self._since and (session.status == "processing" or session.line_at(self._world.now))
                for channel in self._list_channels()
                for session in channel.sessions.values()
            )

    def wait_until(self, met: Callable[[VisibleChanges], object], timeout: float = WAIT) -> VisibleChanges:
        """Wait until `met` is true. Raises TimeoutError, which tells what was seen and what the app did."""
        if not self._world.wait_until(lambda: met(self), timeout):
            busy = " The app still shows that it is busy." if self.is_busy else ""
            raise TimeoutError(
                f"not seen within {timeout} s.{busy} Seen: {self.text!r}\n{self._ledger.describe_recent()}"
            )
        return self

    def wait_until_settled(self, timeout: float = WAIT) -> VisibleChanges:
        """Wait until something is seen and the app is not busy any more."""
        return self.wait_until(lambda seen: seen.has_changes and not seen.is_busy, timeout)

    def _new_modal(self) -> View | None:
        return self.modal if self.modal is not None and self.modal.revision > self._since else None

    def _list_channels(self) -> list[Channel]:
        return self._world.joined.get(self._user, [])


def state_values(world: World, user: str, message: LocalMessage) -> Json:
    """Return what this person chose in a message's own menus and inputs."""
    return world.filled.setdefault((user, message.channel, message.ts), {})
