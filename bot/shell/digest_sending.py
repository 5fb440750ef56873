"""The sending part of the verb `digest`: what is due goes into the outbox and, with Slack, to its readers."""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from bot.settings import Settings
from bot.slack.api.clients import SlackClients
from bot.slack.api.errors import REFUSAL, TROUBLE, error_code
from bot.slack.app import RunningBot, make_bot
from bot.slack.teams.teams import SlackTeams, TeamTrouble, bind_team
from bot.terminal.verb_outcome import VerbFailure
from storage.database.doors import Database
from storage.digests import digest_runs

# A digest is known by its rep's id and the rep's local date: there is one a day at most.
Run = tuple[int, date]


class DigestSender:
    """Makes and sends the digests that are due at `now`. Raises VerbFailure where Slack cannot be used."""

    def __init__(self, settings: Settings, database: Database, workspace_id: int, now: datetime) -> None:
        self._database = database
        self._workspace_id = workspace_id
        self._offset = now - datetime.now(UTC)
        clients = SlackClients(settings.slack_api_url)
        self.has_slack = settings.slack_bot_token is not None
        teams = SlackTeams()
        if settings.slack_bot_token is not None:
            try:
                teams = SlackTeams(bind_team(database, clients, settings.slack_bot_token.get_secret_value(), now))
            except TeamTrouble as trouble:
                raise VerbFailure(str(trouble)) from None
            except REFUSAL as error:
                raise VerbFailure(f"Slack refuses SLACK_BOT_TOKEN ({error_code(error)}). Copy it anew.") from None
            except TROUBLE as error:
                raise VerbFailure(f"Slack cannot be reached ({type(error).__name__}). Nothing was sent.") from None
        self._running: RunningBot = make_bot(
            settings, database, clients, teams, clock=self._shifted_now, sends=self.has_slack
        )

    def send_due(self, rep_id: int | None) -> dict[Run, str]:
        """Send the digests that are due, of everyone or of one rep; return what became of each."""
        # Only the sender runs: this verb takes nothing in from Slack, a bot elsewhere may be doing that.
        if self.has_slack:
            self._running.sender.consumer.start()
        try:
            due = self._running.digests.queue_due_digests(self._workspace_id, only=rep_id, asked=True).due
            if self.has_slack:
                self._wait_until_sent(due)
            return self._load_states(due)
        finally:
            self._running.stop(15)

    def load_content(self, run: Run) -> dict[str, Any] | None:
        """Load what a digest said, as JSON values; None where it had nothing to say."""
        with self._database.begin_read() as session:
            return digest_runs.find_content(session, *run)

    def _wait_until_sent(self, runs: Iterable[Run]) -> None:
        wanted = [*runs]
        while any(state == digest_runs.QUEUED for state in self._load_states(wanted).values()):
            time.sleep(0.1)

    def _load_states(self, runs: Iterable[Run]) -> dict[Run, str]:
        with self._database.begin_read() as session:
            return digest_runs.load_states(session, self._workspace_id, runs)

    def _shifted_now(self) -> datetime:
        """Tell the time as if it had been `now` at the start."""
        return datetime.now(UTC) + self._offset
