"""Where something was said or pressed, and what that means for focus and for who sees the answer."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Spot:
    """A conversation and the thread in it. `direct`: only the person and the bot read it."""

    channel: str
    thread_ts: str | None = None
    shared: bool = False
    """Whether people of other organisations read along."""

    @property
    def direct(self) -> bool:
        return is_direct(self.channel)

    @property
    def thread(self) -> str:
        """The name under which focus and open questions of this place are kept."""
        return f"{self.channel}:{self.thread_ts or '/'}"

    @property
    def around(self) -> str:
        """The beginning of the names of all threads of this conversation."""
        return f"{self.channel}:"


def is_direct(channel: str) -> bool:
    """Whether a conversation is one of a person with the bot alone, by its id."""
    return channel.startswith("D")
