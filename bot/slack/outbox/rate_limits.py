"""Slack's limits per channel and method, kept before Slack has to refuse (PLATFORM facts 1.4)."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock
from time import monotonic

from bot.slack.outbox.outbox_message import Way

A_CHANNEL = (4, 1.0)
"""Messages at once, and messages a second, in one channel. Slack tolerates short bursts."""

A_METHOD = {Way.POST: (30, 5.0), Way.WHISPER: (20, 100 / 60), Way.UPDATE: (15, 50 / 60), Way.RESPOND: (60, 20.0)}
"""The same for all calls of one method in one team."""


@dataclass
class Bucket:
    """Tokens that come back with time."""

    size: float
    a_second: float
    left: float
    at: float

    def wait(self, now: float) -> float:
        """Seconds until a token is there."""
        self.left = min(self.size, self.left + (now - self.at) * self.a_second)
        self.at = now
        return 0.0 if self.left >= 1 else (1 - self.left) / self.a_second


class Rates:
    """How long a message has to wait. One process knows of its own messages only; Slack's refusals do the rest."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._buckets: dict[tuple[str, ...], Bucket] = {}
        self._closed: dict[tuple[str, ...], float] = {}

    def wait(self, team: str, way: Way, channel: str) -> float:
        """Take a place; 0, or the seconds to wait, in which case none was taken."""
        now = monotonic()
        with self._lock:
            closed = self._closed.get((team, way, channel), 0.0)
            if closed > now:
                return closed - now
            if len(self._buckets) > 10_000:
                self._buckets = {key: each for key, each in self._buckets.items() if now - each.at < 60}
            wanted = [self._bucket((team, way), A_METHOD[way], now)]
            if way is Way.POST:
                wanted.append(self._bucket((team, way, channel), A_CHANNEL, now))
            longest = max(each.wait(now) for each in wanted)
            if longest == 0:
                for each in wanted:
                    each.left -= 1
            return longest

    def refused(self, team: str, way: Way, channel: str, seconds: float) -> None:
        """Slack asked for a pause in this channel; others go on until they are asked themselves."""
        now = monotonic()
        with self._lock:
            self._closed = {place: until for place, until in self._closed.items() if until > now}
            self._closed[team, way, channel] = now + seconds

    def _bucket(self, key: tuple[str, ...], limit: tuple[float, float], now: float) -> Bucket:
        size, a_second = limit
        return self._buckets.setdefault(key, Bucket(size, a_second, size, now))
