"""Finds out whether a request is Slack's, from its headers and the raw bytes of its body.

See https://docs.slack.dev/authentication/verifying-requests-from-slack.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import re
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.requests import Request

# Bytes. The largest request of Slack holds a view, which has 250 KB at most.
LARGEST_BODY = 1_000_000
# A sender whose connection is closed while it still sends never sees the answer. So what is too large is read on up to
# here, and thrown away.
MOST_READ = 8_000_000
# Seconds for the whole body, however it drips. Slack itself gives up after three.
BODY_SECONDS = 10.0
# Seconds by which the time of a request may differ from ours, as Slack recommends it.
FRESH_SECONDS = 300
TIMESTAMP = re.compile(r"[0-9]{1,12}", re.ASCII)
SIGNATURE = re.compile(r"v0=[0-9a-f]{64}", re.ASCII)


class BodyTooLarge(Exception):
    """Says that a body is larger than `LARGEST_BODY`."""


@dataclass(frozen=True)
class Signature:
    """Holds what the headers of a request claim: when it was signed, and how."""

    timestamp: str
    digest: str

    def matches(self, secret: str, body: bytes) -> bool:
        """Return whether Slack signed these bytes; compared in constant time."""
        base = b"v0:" + self.timestamp.encode() + b":" + body
        return hmac.compare_digest(f"v0={hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()}", self.digest)


def read_signature(headers: Headers, now: float) -> Signature | None:
    """Read the signature from the headers; None where they cannot be Slack's. `now` is in seconds since the epoch."""
    # One of each: a proxy in front and we could otherwise go by different ones.
    match headers.getlist("x-slack-request-timestamp"), headers.getlist("x-slack-signature"):
        case [timestamp], [digest] if TIMESTAMP.fullmatch(timestamp) and SIGNATURE.fullmatch(digest):
            return Signature(timestamp, digest) if abs(now - int(timestamp)) <= FRESH_SECONDS else None
        case _:
            return None


async def read_limited_body(request: Request) -> bytes:
    """Read the body. BodyTooLarge, TimeoutError where it takes too long, ClientDisconnect where the sender hangs up."""
    body = bytearray()
    read = 0
    async with asyncio.timeout(BODY_SECONDS):
        async for chunk in request.stream():
            read += len(chunk)
            if read > MOST_READ:
                break
            if read <= LARGEST_BODY:
                body += chunk
    if read > LARGEST_BODY:
        raise BodyTooLarge
    return bytes(body)
