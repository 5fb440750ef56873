"""Where something was said or pressed, and what that means for focus and for who sees the answer."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SlackConversation:
    """Names a conversation and the thread in it."""

    channel: str
    thread_ts: str | None = None
    shared: bool = False
    """Whether people of other organisations read along."""

    @property
    def is_direct(self) -> bool:
        """Return whether only the person and the bot read it."""
        return is_direct_channel(self.channel)

    @property
    def thread_key(self) -> str:
        """Return the name under which focus and open questions of this thread are kept."""
        return f"{self.channel}:{self.thread_ts or '/'}"

    @property
    def thread_key_prefix(self) -> str:
        """Return the beginning of the keys of all threads of this conversation."""
        return f"{self.channel}:"


def is_direct_channel(channel: str) -> bool:
    """Return whether a channel id is that of a direct conversation of one person with the bot."""
    return channel.startswith("D")
