"""Keeps Slack's rate limits per channel and method, so that Slack seldom has to refuse (docs/slack.md, "Rates")."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock
from time import monotonic

from bot.slack.outbox.outbox_message import DeliveryMethod

# Messages at once, then messages a second. Slack allows one a second in a channel and tolerates short bursts.
CHANNEL_LIMIT = (4, 1.0)
# The same for all calls of a method in a team. Slack allows several hundred posts a minute, 100 ephemeral messages
# and 50 updates; it publishes no limit for response URLs.
METHOD_LIMITS = {
    DeliveryMethod.POST: (30, 5.0),
    DeliveryMethod.WHISPER: (20, 100 / 60),
    DeliveryMethod.UPDATE: (15, 50 / 60),
    DeliveryMethod.RESPOND: (60, 20.0),
}


@dataclass
class TokenBucket:
    """Counts the calls that one limit allows now. `left` grows by `a_second` up to `size`; `at` is on `monotonic`."""

    size: float
    a_second: float
    left: float
    at: float

    def seconds_until_token(self, now: float) -> float:
        """Fill the bucket up to now; return the seconds until a call is allowed, 0 for at once."""
        self.left = min(self.size, self.left + (now - self.at) * self.a_second)
        self.at = now
        return 0.0 if self.left >= 1 else (1 - self.left) / self.a_second


class RateLimits:
    """Tells how long a message has to wait for Slack's limits.

    Counts the messages of this process only. Where several processes together exceed a limit, Slack answers 429 and the
    message is retried.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._buckets: dict[tuple[str, ...], TokenBucket] = {}
        self._paused_until: dict[tuple[str, ...], float] = {}

    def take_slot(self, team: str, way: DeliveryMethod, channel: str) -> float:
        """Count a call and return 0, or count nothing and return the seconds to wait."""
        now = monotonic()
        with self._lock:
            closed = self._paused_until.get((team, way, channel), 0.0)
            if closed > now:
                return closed - now
            # A bucket that was idle for a minute is full again, so forgetting it changes nothing.
            if len(self._buckets) > 10_000:
                self._buckets = {key: each for key, each in self._buckets.items() if now - each.at < 60}
            wanted = [self._find_bucket((team, way), METHOD_LIMITS[way], now)]
            if way is DeliveryMethod.POST:
                wanted.append(self._find_bucket((team, way, channel), CHANNEL_LIMIT, now))
            longest = max(each.seconds_until_token(now) for each in wanted)
            if longest == 0:
                for each in wanted:
                    each.left -= 1
            return longest

    def pause_channel(self, team: str, way: DeliveryMethod, channel: str, seconds: float) -> None:
        """Let no message into this channel for so many seconds, because Slack answered 429; other channels go on."""
        now = monotonic()
        with self._lock:
            self._paused_until = {place: until for place, until in self._paused_until.items() if until > now}
            self._paused_until[team, way, channel] = now + seconds

    def _find_bucket(self, key: tuple[str, ...], limit: tuple[float, float], now: float) -> TokenBucket:
        size, a_second = limit
        return self._buckets.setdefault(key, TokenBucket(size, a_second, size, now))
