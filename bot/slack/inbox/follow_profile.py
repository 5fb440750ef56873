"""Changes of Slack profiles: who left, became a guest, or moved."""

from __future__ import annotations

from collections.abc import Sequence

from bot.slack.inbox.worker import Errand, Job
from bot.slack.outbox.outbox_message import Outgoing
from bot.slack.runtime.bot import Bot


class Profiles:
    """Keeps the match of Slack users and reps true."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    def errand(self) -> Errand:
        return Errand(self.changed)

    def changed(self, job: Job) -> Sequence[Outgoing]:
        self._bot.people.changed(job.team, job.payload["profile"], self._bot.clock())
        return ()
