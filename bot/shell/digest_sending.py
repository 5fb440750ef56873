"""The verb `digest` where it sends: what is due goes into the outbox and, with Slack, to its readers."""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from slack_sdk.errors import SlackApiError

from bot.settings import Settings
from bot.slack.api.clients import Clients
from bot.slack.api.errors import TROUBLE, said_by
from bot.slack.app import Running, make_bot
from bot.slack.teams.teams import Teams, TeamTrouble, bound_team
from bot.terminal.verb_outcome import Failed
from storage.database.doors import Database
from storage.digests import digest_runs

Run = tuple[int, date]


class Sending:
    """Makes and sends the digests that are due at a moment."""

    def __init__(self, settings: Settings, database: Database, workspace_id: int, now: datetime) -> None:
        self._database = database
        self._workspace_id = workspace_id
        self._apart = now - datetime.now(UTC)
        clients = Clients(settings.slack_api_url)
        self.has_slack = settings.slack_bot_token is not None
        teams = Teams()
        if settings.slack_bot_token is not None:
            try:
                teams = Teams(bound_team(database, clients, settings.slack_bot_token.get_secret_value()))
            except TeamTrouble as trouble:
                raise Failed(str(trouble)) from None
            except SlackApiError as error:
                raise Failed(f"Slack refuses SLACK_BOT_TOKEN ({said_by(error)}). Copy it anew.") from None
            except TROUBLE as error:
                raise Failed(f"Slack cannot be reached ({type(error).__name__}). Nothing was sent.") from None
        self._running: Running = make_bot(settings, database, clients, teams, clock=self._now, sends=self.has_slack)

    def send(self, rep_id: int | None) -> dict[Run, str]:
        """The runs that are due, of everyone or of one rep, with what became of each."""
        if self.has_slack:
            self._running.poster.pump.start()
        try:
            due = self._running.digests.tick(self._workspace_id, only=rep_id).due
            if self.has_slack:
                self._wait(due)
            return self._states(due)
        finally:
            self._running.stop(15)

    def content(self, run: Run) -> dict[str, Any] | None:
        """What a digest told."""
        with self._database.reading() as session:
            return digest_runs.content(session, *run)

    def _wait(self, runs: Iterable[Run]) -> None:
        wanted = [*runs]
        while any(state == digest_runs.QUEUED for state in self._states(wanted).values()):
            time.sleep(0.1)

    def _states(self, runs: Iterable[Run]) -> dict[Run, str]:
        with self._database.reading() as session:
            return digest_runs.states(session, self._workspace_id, runs)

    def _now(self) -> datetime:
        """The moment that was asked for, going on with the clock."""
        return datetime.now(UTC) + self._apart
