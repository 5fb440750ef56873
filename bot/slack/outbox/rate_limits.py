"""Slack's limits per channel and method, kept before Slack has to refuse (docs/slack.md, "Rates")."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock
from time import monotonic

from bot.slack.outbox.outbox_message import DeliveryMethod

A_CHANNEL = (4, 1.0)
"""Messages at once, and messages a second, in one channel. Slack tolerates short bursts."""

A_METHOD = {
    DeliveryMethod.POST: (30, 5.0),
    DeliveryMethod.WHISPER: (20, 100 / 60),
    DeliveryMethod.UPDATE: (15, 50 / 60),
    DeliveryMethod.RESPOND: (60, 20.0),
}
"""The same for all calls of one method in one team."""


@dataclass
class TokenBucket:
    """Counts tokens of one limit, which come back with time."""

    size: float
    a_second: float
    left: float
    at: float

    def seconds_until_token(self, now: float) -> float:
        """Return the seconds until a token is there."""
        self.left = min(self.size, self.left + (now - self.at) * self.a_second)
        self.at = now
        return 0.0 if self.left >= 1 else (1 - self.left) / self.a_second


class RateLimits:
    """Keeps Slack's limits per channel and method.

    One process knows of its own messages only; Slack's refusals do the rest.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._buckets: dict[tuple[str, ...], TokenBucket] = {}
        self._closed: dict[tuple[str, ...], float] = {}

    def take_slot(self, team: str, way: DeliveryMethod, channel: str) -> float:
        """Take a place and return 0, or return the seconds to wait, in which case none was taken."""
        now = monotonic()
        with self._lock:
            closed = self._closed.get((team, way, channel), 0.0)
            if closed > now:
                return closed - now
            if len(self._buckets) > 10_000:
                self._buckets = {key: each for key, each in self._buckets.items() if now - each.at < 60}
            wanted = [self._find_bucket((team, way), A_METHOD[way], now)]
            if way is DeliveryMethod.POST:
                wanted.append(self._find_bucket((team, way, channel), A_CHANNEL, now))
            longest = max(each.seconds_until_token(now) for each in wanted)
            if longest == 0:
                for each in wanted:
                    each.left -= 1
            return longest

    def pause_channel(self, team: str, way: DeliveryMethod, channel: str, seconds: float) -> None:
        """Note that Slack asked for a pause in this channel; others go on until they are asked themselves."""
        now = monotonic()
        with self._lock:
            self._closed = {place: until for place, until in self._closed.items() if until > now}
            self._closed[team, way, channel] = now + seconds

    def _find_bucket(self, key: tuple[str, ...], limit: tuple[float, float], now: float) -> TokenBucket:
        size, a_second = limit
        return self._buckets.setdefault(key, TokenBucket(size, a_second, size, now))
