"""What Slack's refusals mean for a message: never, later, plainer, or nobody knows (PLATFORM facts 1.11, 6.1)."""

from __future__ import annotations

import re
import socket
from dataclasses import dataclass
from http.client import HTTPException
from typing import ClassVar
from urllib.error import URLError

from slack_sdk.errors import SlackApiError, SlackClientError


@dataclass(frozen=True)
class Sent:
    """Slack has it, in this conversation."""

    label: ClassVar[str] = "sent"
    """What metrics call this outcome."""
    channel: str
    ts: str | None = None


@dataclass(frozen=True)
class Later:
    """Not sent, to be tried again after some seconds."""

    label: ClassVar[str] = "later"
    seconds: float
    error: str


@dataclass(frozen=True)
class Plainer:
    """Not sent: this Slack does not take such blocks."""

    label: ClassVar[str] = "plainer"
    error: str


@dataclass(frozen=True)
class Otherwise:
    """Not sent: this Slack has no such method, or the reader cannot be reached this way."""

    label: ClassVar[str] = "otherwise"
    error: str


@dataclass(frozen=True)
class Never:
    """Not sent, and it never will be."""

    label: ClassVar[str] = "never"
    error: str


@dataclass(frozen=True)
class Unknown:
    """It may be there or not."""

    label: ClassVar[str] = "unknown"
    error: str


Outcome = Sent | Later | Plainer | Otherwise | Never | Unknown

BLOCKS = frozenset(
    {"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long", "invalid_attachments"}
)
PASSING = frozenset({"internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org"})
DEAD_TOKEN = frozenset(
    {"invalid_auth", "account_inactive", "token_revoked", "token_expired", "not_authed", "org_login_required"}
)
ELSEWHERE = frozenset(
    {"unknown_method", "method_deprecated", "user_not_in_channel", "not_in_channel", "channel_not_found"}
)
ERROR = re.compile(r'"error"\s*:\s*"(\w+)"')
TROUBLE = (SlackClientError, TimeoutError, URLError, HTTPException, OSError)
"""Everything that a call to Slack raises."""


def outcome_of(error: Exception) -> Outcome:
    """What an error of a post means."""
    if isinstance(error, URLError) and isinstance(error.reason, ConnectionRefusedError | socket.gaierror):
        return Later(2.0, "Slack cannot be reached")
    if not isinstance(error, SlackApiError):
        return Unknown(type(error).__name__)
    response = error.response
    status = getattr(response, "status_code", 200)
    if status == 429:
        return Later(pause_of(response.headers), "ratelimited")
    if status >= 500:
        return Unknown(f"status {status}")
    said = said_by(error)
    if said == "ratelimited":
        return Later(pause_of(response.headers), said)
    if said in PASSING:
        return Unknown(said)
    if said == "token_expired":
        return Later(30.0, said)
    if said in BLOCKS:
        return Plainer(said)
    if said in ELSEWHERE:
        return Otherwise(said)
    return Never(said)


def said_by(error: SlackApiError) -> str:
    """Slack's own word for a refusal."""
    data = getattr(error.response, "data", None)
    if isinstance(data, dict):
        return str(data.get("error", "unknown_error"))
    body = str(getattr(error.response, "body", "") or "unreadable_answer")
    # A response URL refuses in one word, or in JSON as the methods do.
    named = ERROR.search(body)
    return named[1] if named else body[:80]


def pause_of(headers: object) -> float:
    """Seconds of `Retry-After`, also a fraction; one second where there is none."""
    if isinstance(headers, dict):
        for name, value in headers.items():
            if str(name).lower() == "retry-after":
                try:
                    return max(0.1, float(value[0] if isinstance(value, list) else value))
                except (TypeError, ValueError):
                    return 1.0
    return 1.0
