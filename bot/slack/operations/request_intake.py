"""Takes requests of Slack in over HTTP: only what is signed, whole, in shape and of a known team reaches Bolt."""

from __future__ import annotations

import logging
import time
from time import monotonic

from slack_bolt import BoltRequest
from slack_bolt.adapter.starlette.handler import to_bolt_request, to_starlette_response
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response

from bot.settings import Settings
from bot.slack.app import RunningBot
from bot.slack.operations.signed_request import BodyTooLarge, read_limited_body, read_signature
from bot.slack.payloads.request_body import MalformedBody, read_request_body
from bot.slack.runtime.received_at import ARRIVED
from storage.database.errors import DatabaseTrouble
from storage.database.trouble_log import TROUBLES

log = logging.getLogger(__name__)
# Slack would send again, three times, what will never be taken (docs.slack.dev/apis/events-api#retries).
NO_RETRY = {"X-Slack-No-Retry": "1"}
# Events that come when a team is known no more, and for which nothing is left to do then.
DEPARTURES = ("app_uninstalled", "tokens_revoked")


class RequestIntake:
    """Receives the requests of `/slack/events`."""

    def __init__(self, running: RunningBot, signing_secret: str) -> None:
        self._app = running.app
        self._teams = running.bot.teams
        self._turns = running.bot.turns
        self._secret = signing_secret

    async def receive_request(self, request: Request) -> Response:
        """Answer a request: verified first, then read, then passed to Bolt in a thread."""
        # Before anything is read: who does not even claim to be Slack costs us a look at two headers.
        signature = read_signature(request.headers, time.time())
        if signature is None:
            return refuse(401)
        ARRIVED.set(monotonic())
        try:
            raw = await read_limited_body(request)
        except BodyTooLarge:
            return refuse(413)
        except TimeoutError:
            return refuse(408)
        except ClientDisconnect:
            return refuse(400)
        # With an empty secret anybody could sign.
        if not self._secret or not signature.matches(self._secret, raw):
            return refuse(401)
        # In a thread: neither a large body nor a slow listener must keep other requests from being acknowledged.
        with self._turns.take_precedence():
            return await run_in_threadpool(self._answer_signed, request, raw)

    def _answer_signed(self, request: Request, raw: bytes) -> Response:
        try:
            read_request_body(raw, (request.headers.get("content-type") or "").partition(";")[0])
            asked = to_bolt_request(request, raw)
            if not self._is_known(asked):
                log.warning("a request of team %s, which is not served", loggable_id(asked.context.team_id))
                return refuse(403, NO_RETRY)
            # An error of a listener is answered by `answer_listener_error`: what is raised here is Bolt's own trouble
            # with a payload that lacks what it reads.
            return to_starlette_response(self._app.dispatch(asked))
        except MalformedBody as trouble:
            log.warning("a signed request is no payload of Slack's (%s)", trouble)
            return refuse(400, NO_RETRY)
        except DatabaseTrouble as trouble:
            TROUBLES.log_trouble(log, str(trouble))
            return refuse(503)
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            log.warning("a signed request cannot be read (%s)", type(error).__name__)
            return refuse(400, NO_RETRY)

    def _is_known(self, asked: BoltRequest) -> bool:
        """Return whether a request is of a team that is served, or of none by its nature."""
        kind, event = asked.body.get("type"), asked.body.get("event")
        if kind == "url_verification" or "ssl_check" in asked.body:
            return True
        if isinstance(event, dict) and event.get("type") in DEPARTURES:
            return True
        return self._teams.find_team(asked.context.team_id) is not None


def make_request_intake(running: RunningBot, settings: Settings) -> RequestIntake:
    """Make the intake of a bot. Without a signing secret it refuses every request."""
    secret = settings.slack_signing_secret
    return RequestIntake(running, secret.get_secret_value() if secret is not None else "")


def refuse(status: int, headers: dict[str, str] | None = None) -> Response:
    """Refuse a request without a word about the reason. What comes after it on its connection is not read."""
    return PlainTextResponse("", status, {**(headers or {}), **({"Connection": "close"} if status == 408 else {})})


def loggable_id(found: str | None) -> str:
    """Return an id as it can be logged."""
    return found if found is not None and found.isascii() and found.isalnum() else "unknown"
