"""What a workspace holds: people, conversations, messages, views. Plain records; `slack_world.py` keeps them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]
# `state.values`: by block_id and action_id, what is filled in.
Values: TypeAlias = dict[str, dict[str, Json]]

# Slack's limit of the stack: one modal and two on top of it.
MODALS_AT_ONCE = 3


@dataclass
class LocalTeam:
    id: str
    name: str
    domain: str


@dataclass
class User:
    """A member of a team, or of another company's (`is_stranger`)."""

    id: str
    team_id: str
    name: str
    real_name: str
    email: str | None
    tz: str = "Europe/London"
    is_admin: bool = False
    is_bot: bool = False
    deleted: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_stranger: bool = False
    updated: int = 0


@dataclass
class Channel:
    """A channel, or a direct message of one person and the app (`is_im`)."""

    id: str
    team_id: str
    name: str
    is_im: bool = False
    members: set[str] = field(default_factory=set)
    is_ext_shared: bool = False
    is_archived: bool = False
    created: int = 0
    messages: list[LocalMessage] = field(default_factory=list)
    # By the ts of the thread's root.
    sessions: dict[str, Session] = field(default_factory=dict)
    # What the app suggested last.
    prompts: list[Json] = field(default_factory=list)

    def visible_to(self, user: str | None) -> list[LocalMessage]:
        """List the messages, oldest first: what everybody sees, and what only `user` sees."""
        return [each for each in self.messages if not each.deleted and each.only_for in (None, user)]

    def ensure_session(self, thread_ts: str) -> Session:
        return self.sessions.setdefault(thread_ts, Session())


@dataclass
class LocalMessage:
    """A message of a conversation; `only_for` makes it one that nobody else sees and that history does not keep."""

    channel: str
    ts: str
    user: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    thread_ts: str | None = None
    bot_id: str | None = None
    username: str | None = None
    metadata: Json | None = None
    only_for: str | None = None
    broadcast: bool = False
    edited: Json | None = None
    deleted: bool = False
    stream: Stream | None = None
    reactions: dict[str, list[str]] = field(default_factory=dict)
    created_at_revision: int = 0
    revision: int = 0

    @property
    def root_ts(self) -> str:
        """Return the ts of the thread this message belongs to; its own where nobody answered it."""
        return self.thread_ts or self.ts

    @property
    def is_streaming(self) -> bool:
        return self.stream is not None and self.stream.state == "in_progress"


@dataclass
class Stream:
    """A message that is being written (chat.startStream). `mode` is markdown_text or chunks, whichever came first."""

    started: float
    mode: str | None = None
    state: str = "in_progress"
    stopped_by_user: bool = False
    markdown: str = ""
    chunks: list[Json] = field(default_factory=list)


@dataclass
class View:
    """A modal or a Home tab of one person, with what the person has filled in."""

    id: str
    team_id: str
    user: str
    content: Json
    hash: str
    root_id: str
    previous_id: str | None = None
    values: Values = field(default_factory=dict)
    revision: int = 0

    @property
    def kind(self) -> str:
        return str(self.content["type"])

    @property
    def title(self) -> str:
        return str(self.content.get("title", {}).get("text", ""))


@dataclass
class Session:
    """An agent's session in a thread: its title, its lifecycle status, and the passing "is thinking…" line."""

    title: str | None = None
    status: str | None = None
    line: str = ""
    line_until: float = 0.0
    revision: int = 0

    def line_at(self, now: float) -> str:
        return self.line if now < self.line_until else ""


@dataclass
class Trigger:
    """A trigger_id: good once, for three seconds, for the person whose act it came from."""

    user: str
    team_id: str
    issued: float
    view: str | None = None
    exchanged: bool = False


@dataclass
class Hook:
    """A response_url: good five times in thirty minutes."""

    team_id: str
    channel: str
    user: str
    issued: float
    message: LocalMessage | None = None
    uses: int = 0


@dataclass
class Grant:
    """A code of the OAuth flow: good once, for ten minutes, for the redirect it was made for."""

    team_id: str
    user: str
    redirect_uri: str | None
    scopes: frozenset[str]
    issued: float
    used: bool = False
