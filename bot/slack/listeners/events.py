"""Listens to events: stores each in the inbox before Slack gets its acknowledgement.

See docs/slack.md, "Deliveries and acknowledgements".
"""

from __future__ import annotations

import logging
import re
from collections import deque
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from slack_bolt import App, BoltRequest

from bot.slack.inbox.answer_message import address_answer
from bot.slack.inbox.stop_button import stop_key_prefix as stop_key
from bot.slack.inbox.worker import InboxWorker
from bot.slack.payloads.conversation import is_direct_channel
from bot.slack.render import render_notice
from bot.slack.runtime.bot import Bot
from storage.database.errors import Contention, DatabaseTrouble
from storage.database.trouble_log import TROUBLES
from storage.names.text_lengths import LONGEST_MESSAGE
from storage.slack import app_installations
from storage.upkeep import retention

log = logging.getLogger(__name__)
MOST_TOLD = 1000
# Other subtypes are edits, deletions and the bot's own posts.
ANSWERED_SUBTYPES = (None, "file_share", "thread_broadcast")


class EventListeners:
    """Listens to events and puts those that need work into the inbox."""

    def __init__(self, bot: Bot, worker: InboxWorker) -> None:
        self._bot = bot
        self._worker = worker
        # The keys of messages that could not be accepted, and whose people were told so.
        self._told: deque[str] = deque(maxlen=MOST_TOLD)

    def register(self, app: App) -> None:
        """Register the listeners with Bolt."""
        # Bolt runs these before it acknowledges (process_before_response): an event that could not be stored is
        # answered with an error, and Slack sends it again.
        app.event("message")(self.on_message)
        app.event("app_mention")(self.on_message)
        app.event("app_home_opened")(self.on_home_opened)
        app.event("user_change")(self.on_user_change)
        app.event("agent_session_stopped")(self.on_session_stopped)
        app.event("app_uninstalled")(self.on_app_removed)
        app.event("tokens_revoked")(self.on_app_removed)
        app.event(re.compile(".*"))(ignore_event)

    def on_message(self, body: dict[str, Any], event: dict[str, Any]) -> None:
        """Accept a direct message or a mention."""
        if not is_for_us(event):
            return
        # The key is channel and ts, not the event id: a mention may arrive as `app_mention` and as `message`.
        places = ("user", "channel", "ts", "thread_ts")
        payload: dict[str, Any] = {name: str(event[name]) for name in places if event.get(name)}
        payload["text"] = str(event.get("text") or "")[:LONGEST_MESSAGE]
        payload["mention"] = event["type"] == "app_mention"
        payload["shared"] = bool(body.get("is_ext_shared_channel"))
        payload["from"] = event.get("user_team") or event.get("team") or body.get("team_id")
        key = f"message:{event['channel']}:{event['ts']}"
        # Told that nothing was done, the person may have said it again by now.
        if key in self._told:
            return
        try:
            self._accept_event(body, "message", key, payload)
        except Contention:
            # Slack sends it again.
            raise
        except DatabaseTrouble as trouble:
            TROUBLES.log_trouble(log, str(trouble))
            self._tell_trouble(body, key, payload, trouble)
            self._told.append(key)

    def _tell_trouble(
        self, body: Mapping[str, Any], key: str, payload: dict[str, Any], trouble: DatabaseTrouble
    ) -> None:
        """Tell the person whose message cannot be accepted what is the matter.

        Raises DatabaseTrouble where Slack does not take that either: then Slack sends the message again.
        """
        team = self._bot.teams.find_team(event_team_id(body))
        if team is not None and payload["from"] in (None, team.team_id):
            said = render_notice(trouble.for_people)
            self._bot.sender.send_without_storing(address_answer(team, payload, f"trouble:{key}", said))

    def on_home_opened(self, body: dict[str, Any], event: dict[str, Any]) -> None:
        """Accept that somebody opened the Home tab or the messages tab."""
        kind = {"home": "home", "messages": "prompts"}.get(str(event.get("tab")))
        if kind is None or not event.get("user"):
            return
        payload = {"user": event["user"], "channel": event.get("channel")}
        self._accept_event(body, kind, f"{kind}:{event['user']}:{event_identity(body)}", payload)

    def on_session_stopped(self, body: dict[str, Any], event: dict[str, Any]) -> None:
        """Accept that somebody pressed Stop. The process that makes the answer finds this row by its key."""
        if event.get("channel") and event.get("thread_ts"):
            key = f"{stop_key(event['channel'], event['thread_ts'])}{event_identity(body)}"
            # Without a user it has no lane: there it would wait for the very answer that it is to stop.
            self._accept_event(body, "stop", key, {"user": None})

    def on_user_change(self, body: dict[str, Any], event: dict[str, Any]) -> None:
        """Accept a changed profile. Only the fields that decide who the user is are stored."""
        profile = event.get("user")
        if isinstance(profile, dict):
            kept = ("id", "team_id", "deleted", "is_bot", "is_restricted", "is_ultra_restricted", "is_stranger", "tz")
            slim = {name: profile[name] for name in kept if name in profile}
            slim["profile"] = {"email": (profile.get("profile") or {}).get("email")}
            self._accept_event(
                body, "profile", f"profile:{event_identity(body)}", {"user": profile.get("id"), "profile": slim}
            )

    def on_app_removed(self, body: dict[str, Any], event: dict[str, Any], request: BoltRequest) -> None:
        """End the installation of a team that took the app out."""
        end_installation(self._bot, event_team_id(body), event, body.get("event_time"), retried=is_retry(request))

    def _accept_event(self, body: Mapping[str, Any], kind: str, key: str, payload: dict[str, Any]) -> None:
        team = self._bot.teams.find_team(event_team_id(body))
        if team is None:
            return
        job = None
        try:
            with self._bot.database.begin_write() as session:
                new, job = self._worker.enqueue_event(
                    session, team, kind=kind, key=key[:200], payload=payload,
                    lane=f"{team.team_id}:{payload['user']}" if payload.get("user") else None,
                )  # fmt: skip
        except Exception:
            # The row was rolled back, so its thread is free again. Slack gets an error and sends it again.
            self._worker.consumer.drop_item(job)
            raise
        if not new:
            self._bot.metrics.repeated.inc()
            return
        self._bot.metrics.accepted.labels(kind).inc()
        self._worker.consumer.start_item(job)


def end_installation(
    bot: Bot, team_id: str | None, event: Mapping[str, Any], told_at: object, *, retried: bool
) -> None:
    """Delete a team's tokens and conversations after `app_uninstalled` or `tokens_revoked`.

    Both come together, in any order, and more than once. `told_at` is the event's time in seconds since the epoch.
    """
    if team_id is None or (event.get("type") == "tokens_revoked" and not (event.get("tokens") or {}).get("bot")):
        return
    now = bot.clock()
    with bot.database.begin_write() as session:
        row = app_installations.find_by_team(session, team_id)
        happened = datetime.fromtimestamp(told_at, UTC) if isinstance(told_at, int) else now
        # A late retry must not end an installation that was made after the event.
        if row is not None and retried and happened < row.installed_at:
            return
        workspace_id = app_installations.remove_installation(session, team_id, now)
        # The team of SLACK_BOT_TOKEN has no row to remove.
        if workspace_id is None and (team := bot.teams.find_team(team_id)) is not None:
            workspace_id = team.workspace_id
        if workspace_id is None:
            return
        retention.delete_conversations(session, workspace_id, now)
    bot.teams.refresh_installed()
    log.warning("the app was taken out of team %s", team_id)


def is_for_us(event: Mapping[str, Any]) -> bool:
    """Return whether a message event is a new message of a person to the bot."""
    if event.get("bot_id") or event.get("hidden") or not event.get("user") or not event.get("ts"):
        return False
    if event.get("subtype") not in ANSWERED_SUBTYPES or not event.get("channel"):
        return False
    direct = event["channel_type"] == "im" if event.get("channel_type") else is_direct_channel(str(event["channel"]))
    return event["type"] == "app_mention" or direct


def is_retry(request: BoltRequest) -> bool:
    """Return whether Slack sends an event again. Over Socket Mode the first delivery is numbered 0."""
    return request.headers.get("x-slack-retry-num", ["0"]) != ["0"]


def event_identity(body: Mapping[str, Any]) -> str:
    """Return an id of the event that stays the same when Slack sends it again."""
    event = body.get("event") or {}
    # Servers that leave out the event id give at least a time.
    return str(body.get("event_id") or event.get("event_ts") or event.get("cache_ts") or uuid4().hex)


def event_team_id(body: Mapping[str, Any]) -> str | None:
    """Return the id of the team that the event was sent to."""
    # In a shared channel `team_id` may be another organisation's team; the authorization names ours.
    for each in body.get("authorizations") or ():
        if isinstance(each, dict) and each.get("team_id"):
            return str(each["team_id"])
    named = body.get("team_id") or (body.get("event") or {}).get("team")
    return str(named) if named else None


def ignore_event() -> None:
    """Acknowledge an event that nothing is done about; otherwise Slack would send it three more times."""
