"""Changes of Slack profiles: who left, became a guest, or moved."""

from __future__ import annotations

from collections.abc import Sequence

from bot.slack.inbox.worker import Job, JobKind
from bot.slack.outbox.outbox_message import OutboxMessage
from bot.slack.runtime.bot import Bot


class ProfileFollower:
    """Keeps the match of Slack users and reps true when profiles change."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    def make_handler(self) -> JobKind:
        """Return the handler of these jobs."""
        return JobKind(self.follow_profile)

    def follow_profile(self, job: Job) -> Sequence[OutboxMessage]:
        """Apply a changed profile."""
        self._bot.people.apply_user_change(job.team, job.payload["profile"], self._bot.clock())
        return ()
