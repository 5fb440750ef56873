"""One attempt to bring a message to Slack, and the look whether an earlier one did."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookClient

from bot.slack.api.clients import POSTING_TIMEOUT, SlackClients
from bot.slack.outbox.outbox_message import DeliveryMethod
from bot.slack.teams.teams import SlackTeam

EVENT_TYPE = "leadlight"
A_PAGE, MOST_PAGES = 200, 5
"""Messages of a conversation that are looked through for one that may have been posted."""

CLOCKS_APART = 300.0
"""Seconds that Slack's clock may be behind ours."""

REP = "@"
"""Begins the address of a rep, whatever their Slack account is."""
SLACK_HOSTS = ("hooks.slack.com", "hooks.slack-gov.com")


@dataclass(frozen=True)
class ClaimedMessage:
    """Holds an outbox row as one attempt has claimed it.

    `tried_before`: when an earlier attempt, whose outcome is unknown, began.
    """

    number: int
    attempt: int
    key: str
    team: SlackTeam
    way: DeliveryMethod
    channel: str
    thread_ts: str | None
    user: str | None
    token: str = field(repr=False)
    body: dict[str, Any] = field(repr=False)
    created_at: datetime
    tried_before: datetime | None

    @property
    def in_place(self) -> bool:
        """Return whether the answer replaces the message that was pressed."""
        return bool(self.body.get("in_place"))


class NoSlackAccount(Exception):
    """Says that the rep has no account in this Slack team."""


class ChannelResolver:
    """Finds the channel of an address; direct conversations are opened once, then remembered."""

    def __init__(self, clients: SlackClients, account: Callable[[SlackTeam, int], str | None]) -> None:
        self._clients = clients
        self._account = account
        self._opened: dict[tuple[str, str], str] = {}

    def resolve_channel(self, team: SlackTeam, address: str) -> str:
        """Return the channel of an address: a channel id as it is, the direct conversation of a user or a rep (`@5`).

        NoSlackAccount where the rep has none. Raises what slack_sdk raises where Slack does not say.
        """
        if address.startswith(REP):
            user = self._account(team, int(address.removeprefix(REP)))
            if user is None:
                raise NoSlackAccount
            address = user
        if not address.startswith(("U", "W")):
            return address
        known = self._opened.get((team.team_id, address))
        if known is None:
            opened = self._clients.reading(team.token).conversations_open(users=address)
            known = self._opened[team.team_id, address] = str(opened["channel"]["id"])
        return known


def send_message(client: WebClient, letter: ClaimedMessage, channel: str) -> str | None:
    """Send a message by one call; return its ts where Slack tells it. Raises what slack_sdk raises."""
    said = {"text": letter.body["text"], "blocks": letter.body["blocks"]}
    quiet: dict[str, Any] = {"unfurl_links": False, "unfurl_media": False}
    match letter.way:
        case DeliveryMethod.POST:
            # The metadata can be read by others in the team, so it holds nothing but a random key.
            metadata = {"event_type": EVENT_TYPE, "event_payload": {"key": letter.token}}
            answer = client.chat_postMessage(
                channel=channel, thread_ts=letter.thread_ts, metadata=metadata, **said, **quiet
            )
            return str(answer["ts"])
        case DeliveryMethod.WHISPER:
            assert letter.user is not None
            client.chat_postEphemeral(channel=channel, user=letter.user, thread_ts=letter.thread_ts, **said)
            return None
        case DeliveryMethod.UPDATE:
            try:
                client.chat_update(channel=channel, ts=letter.body["ts"], **said)
            except SlackApiError as error:
                if error.response.get("error") != "streaming_state_conflict":
                    raise
                # A stream that nobody ended, as its process died.
                client.chat_stopStream(channel=channel, ts=letter.body["ts"])
                client.chat_update(channel=channel, ts=letter.body["ts"], **said)
            return str(letter.body["ts"])
        case DeliveryMethod.RESPOND:
            _send_to_response_url(letter, said | quiet)
            return None


def _send_to_response_url(letter: ClaimedMessage, said: dict[str, Any]) -> None:
    hook = WebhookClient(letter.body["url"], timeout=POSTING_TIMEOUT, retry_handlers=[])
    place: dict[str, Any] = (
        {"replace_original": True} if letter.in_place else {"response_type": "ephemeral", "replace_original": False}
    )
    if letter.thread_ts and not letter.in_place:
        place["thread_ts"] = letter.thread_ts
    answer = hook.send_dict({**said, **place})
    if answer.status_code >= 400 or '"ok":false' in answer.body.replace(" ", ""):
        raise SlackApiError("the response URL was refused", answer)  # type: ignore[no-untyped-call]


def find_posted_ts(client: WebClient, letter: ClaimedMessage, channel: str) -> str | None:
    """Find the message that an earlier attempt of unknown outcome did post; return its ts, None where there is none.

    Looks at what is newest, not at what came since the attempt: Slack's clock and ours need not agree.
    """
    cursor = ""
    alike: list[str] = []
    for _ in range(MOST_PAGES):
        if letter.thread_ts:
            answer = client.conversations_replies(
                channel=channel, ts=letter.thread_ts, cursor=cursor or None, include_all_metadata=True, limit=A_PAGE
            )
        else:
            answer = client.conversations_history(
                channel=channel, cursor=cursor or None, include_all_metadata=True, limit=A_PAGE
            )
        for message in answer.get("messages") or []:
            payload = (message.get("metadata") or {}).get("event_payload") or {}
            if payload.get("key") == letter.token:
                return str(message["ts"])
            if _looks_the_same(message, letter):
                alike.append(str(message["ts"]))
        cursor = str((answer.get("response_metadata") or {}).get("next_cursor") or "")
        if not cursor:
            break
    return alike[0] if alike else None


def _looks_the_same(message: dict[str, Any], letter: ClaimedMessage) -> bool:
    """Return whether a message is ours in a Slack that keeps no metadata: of these words, and not an old one."""
    ours = message.get("user") == letter.team.bot_user_id or message.get("bot_id")
    if not ours or "metadata" in message or message.get("text") != letter.body["text"]:
        return False
    try:
        return float(message["ts"]) > letter.created_at.timestamp() - CLOCKS_APART
    except (KeyError, TypeError, ValueError):
        return False
