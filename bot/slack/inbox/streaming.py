"""Shows an answer while it is being made: as a Slack stream, else as a message that grows, else not before its end.

Only sentences that were checked are shown. The complete answer is sent through the outbox and replaces what was shown,
so a crash, a Stop or a stream that broke off still ends in one whole answer.
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
# Seconds between two updates of a growing message. Slack advises one update every three seconds at most.
BETWEEN_UPDATES = 3.0
STOPPED = "stopped_by_user"


@dataclass
class StreamedAnswer:
    """Shows the sentences of one answer in a direct conversation while it is being made.

    `keep` is called with the ts of the message as soon as it is there, for another attempt to go on with. `stop` is set
    where Slack says that the person pressed Stop.
    """

    client: WebClient
    team: SlackTeam
    conversation: SlackConversation
    user: str
    keep: Callable[[str], None]
    stop: Event = field(default_factory=Event)
    ts: str | None = None
    # "none yet", then "stream" or "update"; "off" where nothing could be shown at all.
    _mode: str = "none yet"
    _text: str = ""
    _status: str = ""
    _updated: float = 0.0

    def show_sentence(self, text: str) -> None:
        """Show one more sentence. Never raises: the answer arrives whole in the end, whatever is shown of it before."""
        # In a channel only the asker sees the answer, and an ephemeral message can neither be streamed nor updated.
        if not self.conversation.is_direct or self._mode == "off":
            return
        added = escape_mrkdwn(text) if not self._text else f" {escape_mrkdwn(text)}"
        self._text += added
        try:
            if self._mode == "none yet":
                self._start_stream()
            elif self._mode == "stream":
                self._append_to_stream(added)
            elif monotonic() - self._updated >= BETWEEN_UPDATES:
                self._update_message()
        except TROUBLE as error:
            log.info("an answer could not be shown while it came: %s", type(error).__name__)
            self._mode = "off" if self.ts is None else "update"

    def show_status(self, text: str) -> None:
        """Show in the status line below the thread what is being done. Nothing once sentences are shown."""
        if not self.conversation.is_direct or text == self._status or self.ts is not None:
            return
        self._status = text
        try:
            self.client.assistant_threads_setStatus(
                channel_id=self.conversation.channel, thread_ts=str(self.conversation.thread_ts), status=text[:50]
            )
        except TROUBLE as error:
            log.info("a status could not be shown: %s", type(error).__name__)

    def stop_stream(self) -> str | None:
        """Stop the stream; return the ts of the message that the whole answer replaces, None where there is none."""
        if self._mode == "stream" and self.ts is not None:
            try:
                self.client.chat_stopStream(channel=self.conversation.channel, ts=self.ts)
            except TROUBLE as error:
                # Slack ends a stream after some five minutes by itself; one that goes on is ended by the outbox.
                log.info("a stream was not stopped: %s", type(error).__name__)
        return self.ts

    def _start_stream(self) -> None:
        channel, thread_ts = self.conversation.channel, str(self.conversation.thread_ts)
        try:
            begun = self.client.chat_startStream(
                channel=channel,
                thread_ts=thread_ts,
                recipient_user_id=self.user,
                recipient_team_id=self.team.team_id,
                markdown_text=self._text,
            )
            self._mode = "stream"
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
            self._mode, self._updated = "update", monotonic()
        self.ts = str(begun["ts"])
        try:
            self.keep(self.ts)
        except DatabaseTrouble:
            # Only an attempt after a crash would need it: it would then post a second message.
            log.info("a message in which an answer has begun could not be kept")

    def _append_to_stream(self, added: str) -> None:
        try:
            self.client.chat_appendStream(channel=self.conversation.channel, ts=str(self.ts), markdown_text=added)
        except SlackApiError as error:
            # From here on the message grows by updates: the stream has ended, by Stop or by its age.
            self._mode = "update"
            if error_code(error) == STOPPED:
                self.stop.set()

    def _update_message(self) -> None:
        self._updated = monotonic()
        shown = render_notice(self._text)
        self.client.chat_update(
            channel=self.conversation.channel, ts=str(self.ts), text=shown.text, blocks=list(shown.blocks)
        )
