"""Names the conversation and thread in which something was said or pressed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SlackConversation:
    """Names a conversation and a thread in it."""

    channel: str
    thread_ts: str | None = None
    shared: bool = False
    """Whether people of other organisations read it."""

    @property
    def is_direct(self) -> bool:
        """Return whether only one person and the bot read it."""
        return is_direct_channel(self.channel)

    @property
    def thread_key(self) -> str:
        """Return the key under which a person's focus and open questions in this thread are stored."""
        return f"{self.thread_key_prefix}{self.thread_ts or '/'}"

    @property
    def thread_key_prefix(self) -> str:
        """Return the beginning of the keys of all threads in this conversation."""
        # What is pressed in Home is answered in the direct conversation, and the talk goes on there.
        return "direct:" if self.is_direct or self.channel.startswith(USER_IDS) else f"{self.channel}:"


USER_IDS = ("U", "W")
"""The first letters of Slack's ids of people."""


def is_direct_channel(channel: str) -> bool:
    """Return whether a channel id is that of a direct conversation."""
    # Slack begins the ids of direct conversations with D, of channels with C, of groups with G or C.
    return channel.startswith("D")
