"""Sends a signed POST to the app's request URL, and says in Slack's words what came of it."""

from __future__ import annotations

import http.client
import json
import ssl
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode, urljoin, urlsplit

from slack_sdk.signature import SignatureVerifier

from bot.playground.workspace.slack_state import Json

# Slack follows two and then gives up.
REDIRECTS = 2


@dataclass
class PostResult:
    """Holds what came of a request. `failure` is the x-slack-retry-reason a retry would carry, None for a 2xx."""

    status: int | None = None
    body: str = ""
    failure: str | None = None
    headers: dict[str, str] = field(default_factory=dict)


def post_signed(url: str, kind: str, payload: Json, secret: str, headers: dict[str, str], timeout: float) -> PostResult:
    """Post a signed request: events as JSON, commands as a form, interactions as a form with one field `payload`."""
    if kind == "events_api":
        body, content = json.dumps(payload), "application/json"
    else:
        fields = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
        body, content = urlencode(fields), "application/x-www-form-urlencoded"
    # Real time, not the world's: the app compares it with its own clock, and refuses what is five minutes off.
    now = str(int(time.time()))
    signature = SignatureVerifier(secret).generate_signature(timestamp=now, body=body)
    sent = {
        "Content-Type": content,
        "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
        "X-Slack-Request-Timestamp": now,
        "X-Slack-Signature": str(signature),
        **headers,
    }
    for _ in range(REDIRECTS + 1):
        posted = _post_once(url, body, sent, timeout)
        if posted.status is None or not 300 <= posted.status < 400 or "location" not in posted.headers:
            return posted
        url = urljoin(url, posted.headers["location"])
    return PostResult(posted.status, "", "too_many_redirects")


def _post_once(url: str, body: str, headers: dict[str, str], timeout: float) -> PostResult:
    parts = urlsplit(url)
    made = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = made(parts.hostname or "", parts.port, timeout=timeout)
    try:
        connection.request("POST", parts.path + (f"?{parts.query}" if parts.query else ""), body.encode(), headers)
        answer = connection.getresponse()
        text = answer.read().decode(errors="replace")
        found = {name.lower(): value for name, value in answer.getheaders()}
        failure = None if 200 <= answer.status < 300 else "http_error"
        return PostResult(answer.status, text, failure, found)
    except TimeoutError:
        return PostResult(failure="http_timeout")
    except ssl.SSLError:
        return PostResult(failure="ssl_error")
    except OSError:
        return PostResult(failure="connection_failed")
    except http.client.HTTPException:
        return PostResult(failure="unknown_error")
    finally:
        connection.close()
