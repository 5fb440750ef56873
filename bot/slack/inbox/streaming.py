"""An answer while it comes: Slack's stream where there is one, else a message that grows, else nothing before the end.

What is shown here are checked sentences only. The message itself is the outbox's: when the answer is complete it
takes the place of what was shown, so that a crash, a stop or a stream that ended leaves one whole answer.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event
from time import monotonic

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.slack.api.errors import TROUBLE, error_code
from bot.slack.payloads.conversation import SlackConversation
from bot.slack.render import render_notice
from bot.slack.render.escaping import escape_mrkdwn
from bot.slack.teams.teams import SlackTeam
from storage.database.errors import DatabaseTrouble

log = logging.getLogger(__name__)
BETWEEN_UPDATES = 3.0
"""Seconds. Slack advises no more than that for text that grows."""

STOPPED = "stopped_by_user"


@dataclass
class StreamedAnswer:
    """Shows the sentences of one answer in a direct conversation while it comes.

    `keep` is told the message in which they stand, before more is done with it. `stop` is set where the person
    pressed Stop.
    """

    client: WebClient
    team: SlackTeam
    spot: SlackConversation
    user: str
    keep: Callable[[str], None]
    stop: Event = field(default_factory=Event)
    ts: str | None = None
    _way: str = "none yet"
    _text: str = ""
    _status: str = ""
    _updated: float = 0.0

    def show_sentence(self, text: str) -> None:
        """Show one more sentence. Never raises: an answer does not fail because it could not be watched."""
        if not self.spot.is_direct or self._way == "off":
            return
        added = escape_mrkdwn(text) if not self._text else f" {escape_mrkdwn(text)}"
        self._text += added
        try:
            if self._way == "none yet":
                self._start_stream()
            elif self._way == "stream":
                self._append_to_stream(added)
            elif monotonic() - self._updated >= BETWEEN_UPDATES:
                self._update_message()
        except TROUBLE as error:
            log.info("an answer could not be shown while it came: %s", type(error).__name__)
            self._way = "off" if self.ts is None else "update"

    def show_status(self, text: str) -> None:
        """Show what is being done, in the status line below the thread."""
        if not self.spot.is_direct or text == self._status or self.ts is not None:
            return
        self._status = text
        try:
            self.client.assistant_threads_setStatus(
                channel_id=self.spot.channel, thread_ts=str(self.spot.thread_ts), status=text[:50]
            )
        except TROUBLE as error:
            log.info("a status could not be shown: %s", type(error).__name__)

    def stop_stream(self) -> str | None:
        """Stop the stream; return the ts of the message that the whole answer is to replace.

        None where nothing was shown.
        """
        if self._way == "stream" and self.ts is not None:
            try:
                self.client.chat_stopStream(channel=self.spot.channel, ts=self.ts)
            except TROUBLE as error:
                # It ended by itself or will be ended when the answer takes its place.
                log.info("a stream was not stopped: %s", type(error).__name__)
        return self.ts

    def _start_stream(self) -> None:
        channel, thread_ts = self.spot.channel, str(self.spot.thread_ts)
        try:
            begun = self.client.chat_startStream(
                channel=channel,
                thread_ts=thread_ts,
                recipient_user_id=self.user,
                recipient_team_id=self.team.team_id,
                markdown_text=self._text,
            )
            self._way = "stream"
        except SlackApiError as error:
            log.info("no stream here (%s); the message grows instead", error_code(error))
            begun = self.client.chat_postMessage(
                channel=channel,
                thread_ts=thread_ts,
                text=self._text,
                blocks=list(render_notice(self._text).blocks),
                unfurl_links=False,
                unfurl_media=False,
            )
            self._way, self._updated = "update", monotonic()
        self.ts = str(begun["ts"])
        try:
            self.keep(self.ts)
        except DatabaseTrouble:
            log.info("a message in which an answer has begun could not be kept")

    def _append_to_stream(self, added: str) -> None:
        try:
            self.client.chat_appendStream(channel=self.spot.channel, ts=str(self.ts), markdown_text=added)
        except SlackApiError as error:
            self._way = "update"
            if error_code(error) == STOPPED:
                self.stop.set()

    def _update_message(self) -> None:
        self._updated = monotonic()
        shown = render_notice(self._text)
        self.client.chat_update(channel=self.spot.channel, ts=str(self.ts), text=shown.text, blocks=list(shown.blocks))
