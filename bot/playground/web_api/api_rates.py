"""Slack's rate limits: calls of a method a minute, and one message a second in a conversation."""

from __future__ import annotations

import math
from collections import deque

from bot.playground.workspace.slack_world import World


class LocalRateLimits:
    """Counts calls on the world's clock. Slack tolerates short bursts of unknown length; this tolerates none."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._made: dict[tuple[str, ...], deque[float]] = {}

    def claim_call(self, method: str, team_id: str, channel: str | None, tier: int | None) -> int:
        """Return the whole seconds to wait before this call may be made; 0 counts it as made."""
        if method == "chat.postMessage":
            return self._claim_slot((method, team_id, channel or ""), 1, 1.0)
        return self._claim_slot((method, team_id), tier, 60.0) if tier is not None else 0

    def _claim_slot(self, key: tuple[str, ...], most: int, seconds: float) -> int:
        now = self._world.now
        made = self._made.setdefault(key, deque())
        while made and now - made[0] >= seconds:
            made.popleft()
        if len(made) >= most:
            return max(1, math.ceil(made[0] + seconds - now))
        made.append(now)
        return 0
