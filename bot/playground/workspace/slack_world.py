"""The state of the local Slack behind one lock, its clock, and a way to wait until something is so."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from bot.playground.workspace.app_settings import AppSettings, LocalInstallation
from bot.playground.workspace.slack_state import (
    Channel,
    Grant,
    Hook,
    Json,
    LocalMessage,
    LocalTeam,
    Trigger,
    User,
    Values,
    View,
)

Found = TypeVar("Found")
Announcement = Callable[[str, str, Json], object]


class World:
    """Holds teams, people, conversations and views.

    Read it under `changed`, change it inside `with world.new_revision()`. Times are seconds since the epoch on this
    world's clock, which `advance_clock` moves on and nothing moves back.
    """

    def __init__(self, app: AppSettings) -> None:
        self.app = app
        # Re-entrant, because acts call one another inside a change.
        self.changed = threading.Condition(threading.RLock())
        self.revision = 0
        self.installations: dict[str, LocalInstallation] = {}
        self.teams: dict[str, LocalTeam] = {}
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.views: dict[str, View] = {}
        self.modals: dict[str, list[str]] = {}
        self.homes: dict[str, str] = {}
        self.joined: dict[str, list[Channel]] = {}
        self.triggers: dict[str, Trigger] = {}
        self.hooks: dict[str, Hook] = {}
        self.grants: dict[str, Grant] = {}
        self.tickets: set[str] = set()
        self.filled: dict[tuple[str, str, str], Values] = {}
        self.announce: Announcement = lambda team_id, name, event: None
        self._numbers = itertools.count(1)
        self._ahead = 0.0
        self._last_ts = 0.0

    @property
    def now(self) -> float:
        return time.time() + self._ahead

    def advance_clock(self, seconds: float) -> None:
        """Let time pass: triggers and response URLs expire, streams end, retries come due."""
        with self.new_revision():
            self._ahead += seconds

    @contextmanager
    def new_revision(self) -> Iterator[int]:
        """Lock the world for a change and notify who waits; gives the new revision, by which people see what is new."""
        with self.changed:
            self.revision += 1
            yield self.revision
            self.changed.notify_all()

    def wait_until(self, met: Callable[[], Found], timeout: float) -> Found:
        """Wait until `met` returns something true and return it; after `timeout` real seconds, the last it returned."""
        end = time.monotonic() + timeout
        with self.changed:
            while not (found := met()) and (left := end - time.monotonic()) > 0:
                self.changed.wait(left)
            return found

    def new_id(self, letter: str) -> str:
        return f"{letter}{next(self._numbers):09d}P"

    def new_ts(self) -> str:
        """Make a message's ts: later than every one before, unique in the world."""
        # Slack's ts is a message's id in its conversation, so two messages never share one.
        self._last_ts = max(self.now, self._last_ts + 0.000_001)
        return f"{self._last_ts:.6f}"

    def find_installation(self, team_id: str) -> LocalInstallation:
        return self.installations[team_id]

    def open_direct_message(self, team_id: str, user: str) -> Channel:
        """Open the direct message of the person and the app; made when there is none."""
        for channel in self.joined.get(user, []):
            if channel.is_im and channel.team_id == team_id:
                return channel
        with self.new_revision():
            members = {user, self.find_installation(team_id).bot_user}
            return self.add_channel(
                Channel(self.new_id("D"), team_id, "directmessage", True, members, created=int(self.now))
            )

    def add_channel(self, channel: Channel) -> Channel:
        """Add a conversation, to the lists of its members as well."""
        with self.new_revision():
            self.channels[channel.id] = channel
            for user in channel.members:
                # The bot's own list would hold nearly all conversations, and nobody asks for it.
                if not self.users[user].is_bot:
                    self.joined.setdefault(user, []).append(channel)
            return channel

    def add_message(self, message: LocalMessage) -> LocalMessage:
        with self.new_revision() as revision:
            message.created_at_revision = message.revision = revision
            self.channels[message.channel].messages.append(message)
            return message

    def find_message(self, channel: str, ts: str) -> LocalMessage | None:
        """Find a message that everybody in the conversation sees; None where it is gone."""
        for each in reversed(self.channels[channel].messages):
            if each.ts == ts and not each.deleted and each.only_for is None:
                return each
        return None

    def modal_stack(self, user: str) -> list[View]:
        """List the person's open modals, the topmost last."""
        return [self.views[each] for each in self.modals.get(user, [])]
