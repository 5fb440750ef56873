"""Interprets Slack's errors: was the message sent, and what is to be done with it now?

See docs/slack.md, "Refusals and unknown outcomes".
"""

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
    """Says that Slack has the message. `ts` is None where Slack does not tell it."""

    label: ClassVar[str] = "sent"
    """The name of this outcome in the metrics."""
    channel: str
    ts: str | None = None


@dataclass(frozen=True)
class RetryLater:
    """Says that the message was not sent and is to be tried again after `seconds`."""

    label: ClassVar[str] = "later"
    seconds: float
    error: str


@dataclass(frozen=True)
class Simplify:
    """Says that the message was not sent because this Slack does not take its blocks."""

    label: ClassVar[str] = "plainer"
    error: str


@dataclass(frozen=True)
class Reroute:
    """Says that the message was not sent: the method is unknown here, or does not reach the reader in this place."""

    label: ClassVar[str] = "otherwise"
    error: str


@dataclass(frozen=True)
class Rejected:
    """Says that the message was not sent and never will be."""

    label: ClassVar[str] = "never"
    error: str


@dataclass(frozen=True)
class OutcomeUnknown:
    """Says that the message may or may not have been sent."""

    label: ClassVar[str] = "unknown"
    error: str


Outcome = Sent | RetryLater | Simplify | Reroute | Rejected | OutcomeUnknown

BLOCKS = frozenset(
    {"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long", "invalid_attachments"}
)
# With these Slack may have done its work before it failed.
PASSING = frozenset({"internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org"})
DEAD_TOKEN = frozenset(
    {"invalid_auth", "account_inactive", "token_revoked", "token_expired", "not_authed", "org_login_required"}
)
ELSEWHERE = frozenset(
    {"unknown_method", "method_deprecated", "user_not_in_channel", "not_in_channel", "channel_not_found"}
)
ERROR = re.compile(r'"error"\s*:\s*"(\w+)"')
# Everything that a call to Slack raises. slack_sdk passes on timeouts and broken connections as they are.
TROUBLE = (SlackClientError, TimeoutError, URLError, HTTPException, OSError)
# What a call raises that Slack answered with a refusal.
REFUSAL = SlackApiError


def interpret_error(error: Exception) -> Outcome:
    """Return what an error of a post means for the message."""
    # Without a connection nothing can have been sent.
    if isinstance(error, URLError) and isinstance(error.reason, ConnectionRefusedError | socket.gaierror):
        return RetryLater(2.0, "Slack cannot be reached")
    if not isinstance(error, SlackApiError):
        return OutcomeUnknown(type(error).__name__)
    response = error.response
    status = getattr(response, "status_code", 200)
    if status == 429:
        return RetryLater(retry_after_seconds(response.headers), "ratelimited")
    if status >= 500:
        return OutcomeUnknown(f"status {status}")
    said = error_code(error)
    if said == "ratelimited":
        return RetryLater(retry_after_seconds(response.headers), said)
    if said in PASSING:
        return OutcomeUnknown(said)
    # A token that ends is renewed by the scheduler within a minute; one that was revoked may be given anew.
    if said in DEAD_TOKEN:
        return RetryLater(30.0, said)
    if said in BLOCKS:
        return Simplify(said)
    if said in ELSEWHERE:
        return Reroute(said)
    return Rejected(said)


def is_dead_token(error: Exception) -> bool:
    """Tell whether Slack refused a call because the token has ended or was revoked."""
    return isinstance(error, SlackApiError) and error_code(error) in DEAD_TOKEN


def error_code(error: SlackApiError) -> str:
    """Return Slack's own error code for a refusal."""
    data = getattr(error.response, "data", None)
    if isinstance(data, dict):
        return str(data.get("error", "unknown_error"))
    body = str(getattr(error.response, "body", "") or "unreadable_answer")
    # Response URLs answer with a bare word, or with JSON like the methods.
    named = ERROR.search(body)
    return named[1] if named else body[:80]


def retry_after_seconds(headers: object) -> float:
    """Return the seconds of the `Retry-After` header, which may be a fraction; one second where there is none."""
    if isinstance(headers, dict):
        for name, value in headers.items():
            if str(name).lower() == "retry-after":
                try:
                    return max(0.1, float(value[0] if isinstance(value, list) else value))
                except (TypeError, ValueError):
                    return 1.0
    return 1.0
