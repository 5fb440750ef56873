"""Sends a message by one call to Slack, and finds out whether an earlier attempt had posted it."""

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
# Messages a page, and pages, that are searched for one whose post had an unknown outcome.
PAGE_SIZE, MOST_PAGES = 200, 5
# Seconds by which Slack's clock, which `ts` is read from, may be behind ours.
CLOCKS_APART = 300.0
# Begins the address of a rep, `@5`: the Slack user behind it is looked up only when the message is sent.
REP = "@"
SLACK_HOSTS = ("hooks.slack.com", "hooks.slack-gov.com")


@dataclass(frozen=True)
class ClaimedMessage:
    """Holds an outbox row that this process has claimed for one attempt.

    `token` is the random key by which the message is found again in Slack. `tried_before` is when an earlier attempt of
    unknown outcome began, None where there was none.
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
        """Return whether it replaces the message that was pressed."""
        return bool(self.body.get("in_place"))


class NoSlackAccount(Exception):
    """Says that no member of this Slack team is the rep."""


class ChannelResolver:
    """Finds the channel of an address, and remembers direct conversations once they are opened."""

    def __init__(self, clients: SlackClients, find_account: Callable[[SlackTeam, int], str | None]) -> None:
        self._clients = clients
        self._find_account = find_account
        self._direct_channels: dict[tuple[str, str], str] = {}

    def resolve_channel(self, team: SlackTeam, address: str) -> str:
        """Return the channel for an address: a channel id, a Slack user id or a rep (`@5`).

        NoSlackAccount where no member of the team is the rep. Raises what slack_sdk raises.
        """
        if address.startswith(REP):
            user = self._find_account(team, int(address.removeprefix(REP)))
            if user is None:
                raise NoSlackAccount
            address = user
        if not address.startswith(("U", "W")):
            return address
        known = self._direct_channels.get((team.team_id, address))
        if known is None:
            opened = self._clients.reading(team.token).conversations_open(users=address)
            known = self._direct_channels[team.team_id, address] = str(opened["channel"]["id"])
        return known


def send_message(client: WebClient, claimed: ClaimedMessage, channel: str) -> str | None:
    """Send a message by one call; return its ts, None where Slack does not tell it. Raises what slack_sdk raises."""
    said = {"text": claimed.body["text"], "blocks": claimed.body["blocks"]}
    # Without unfurling, an address that somebody wrote into a record is never fetched from Slack.
    quiet: dict[str, Any] = {"unfurl_links": False, "unfurl_media": False}
    match claimed.way:
        case DeliveryMethod.POST:
            # Other apps in the team can read the metadata, so it holds nothing but a random key.
            metadata = {"event_type": EVENT_TYPE, "event_payload": {"key": claimed.token}}
            answer = client.chat_postMessage(
                channel=channel, thread_ts=claimed.thread_ts, metadata=metadata, **said, **quiet
            )
            return str(answer["ts"])
        case DeliveryMethod.WHISPER:
            assert claimed.user is not None
            client.chat_postEphemeral(channel=channel, user=claimed.user, thread_ts=claimed.thread_ts, **said)
            return None
        case DeliveryMethod.UPDATE:
            try:
                client.chat_update(channel=channel, ts=claimed.body["ts"], **said)
            except SlackApiError as error:
                if error.response.get("error") != "streaming_state_conflict":
                    raise
                # The process that began the stream died before it ended it.
                client.chat_stopStream(channel=channel, ts=claimed.body["ts"])
                client.chat_update(channel=channel, ts=claimed.body["ts"], **said)
            return str(claimed.body["ts"])
        case DeliveryMethod.RESPOND:
            _send_to_response_url(claimed, said | quiet)
            return None


def _send_to_response_url(claimed: ClaimedMessage, said: dict[str, Any]) -> None:
    hook = WebhookClient(claimed.body["url"], timeout=POSTING_TIMEOUT, retry_handlers=[])
    place: dict[str, Any] = (
        {"replace_original": True} if claimed.in_place else {"response_type": "ephemeral", "replace_original": False}
    )
    if claimed.thread_ts and not claimed.in_place:
        place["thread_ts"] = claimed.thread_ts
    # A response URL refuses by its status, or with status 200 and "ok": false in the body.
    answer = hook.send_dict({**said, **place})
    if answer.status_code >= 400 or '"ok":false' in answer.body.replace(" ", ""):
        raise SlackApiError("the response URL was refused", answer)  # type: ignore[no-untyped-call]


def find_posted_ts(client: WebClient, claimed: ClaimedMessage, channel: str) -> str | None:
    """Find the message that an earlier attempt of unknown outcome has posted; return its ts, None where there is none.

    Searches the newest 1,000 messages of the conversation or thread. Raises what slack_sdk raises.
    """
    # Slack is not asked for messages since the attempt: its clock and ours need not agree.
    cursor = ""
    alike: list[str] = []
    for _ in range(MOST_PAGES):
        if claimed.thread_ts:
            answer = client.conversations_replies(
                channel=channel, ts=claimed.thread_ts, cursor=cursor or None, include_all_metadata=True, limit=PAGE_SIZE
            )
        else:
            answer = client.conversations_history(
                channel=channel, cursor=cursor or None, include_all_metadata=True, limit=PAGE_SIZE
            )
        for message in answer.get("messages") or []:
            payload = (message.get("metadata") or {}).get("event_payload") or {}
            if payload.get("key") == claimed.token:
                return str(message["ts"])
            if _looks_the_same(message, claimed):
                alike.append(str(message["ts"]))
        cursor = str((answer.get("response_metadata") or {}).get("next_cursor") or "")
        if not cursor:
            break
    return alike[0] if alike else None


def _looks_the_same(message: dict[str, Any], claimed: ClaimedMessage) -> bool:
    """Return whether a message without metadata is this one: by the bot, of the same text, and not older."""
    ours = message.get("user") == claimed.team.bot_user_id or message.get("bot_id")
    # Some servers that speak Slack's API keep no metadata at all, so there is no key to find.
    if not ours or "metadata" in message or message.get("text") != claimed.body["text"]:
        return False
    try:
        return float(message["ts"]) > claimed.created_at.timestamp() - CLOCKS_APART
    except (KeyError, TypeError, ValueError):
        return False
