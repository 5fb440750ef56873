"""A command whose sentence only a language model may understand: taken up like a message, answered when it is ready."""

from __future__ import annotations

from collections.abc import Sequence

from bot.slack.inbox.worker import Errand, Job, Worker
from bot.slack.listeners.feedback import asking
from bot.slack.outbox.outbox_message import Outgoing, Way
from bot.slack.payloads.conversation import Spot
from bot.slack.payloads.interaction import Pressed
from bot.slack.render import Message, message, notice
from bot.slack.runtime.bot import Bot
from bot.slack.teams.teams import Team
from bot.slack.teams.users import Stranger

KIND = "asked"
SURFACE = "slack command"
MOMENT = "One moment, I am thinking about it…"
SORRY = "Something went wrong on my side and I could not answer. Nothing was changed. Please try again."


def take_up(bot: Bot, worker: Worker, team: Team, act: Pressed, words: str, key: str) -> None:
    """Keep the question; it is answered at the command's response URL, to the asker alone."""
    payload = {"user": act.user_id, "channel": act.channel, "text": words, "url": bot.trusted(act.response_url)}
    job: Job | None = None
    try:
        with bot.database.writing() as session:
            _, job = worker.enlist(
                session, team, kind=KIND, key=key, payload=payload, lane=f"{team.team_id}:{act.user_id}"
            )
    except Exception:
        # Not kept, so not held either; the fault goes on to whoever asked.
        worker.pump.give_up(job)
        raise
    worker.pump.go(job)


class Asked:
    """Answers what was taken up."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    def errand(self) -> Errand:
        return Errand(self.answer, self.sorry)

    def answer(self, job: Job) -> Sequence[Outgoing]:
        who = self._bot.who(job.team, job.payload["user"])
        if isinstance(who, Stranger):
            return [self._said(job, notice(who.words))]
        spot = Spot(job.payload["channel"] or job.payload["user"])
        request = self._bot.request(job.team, who, SURFACE, spot, job.key, opens=True)
        reply = self._bot.conversation.answer(request, job.payload["text"])
        self._bot.metrics.answered.labels("command", reply.state).inc()
        return [self._said(job, asking(message(reply, shareable=not spot.direct), reply, job.key))]

    def sorry(self, job: Job) -> Sequence[Outgoing]:
        return [self._said(job, notice(SORRY))]

    def _said(self, job: Job, said: Message) -> Outgoing:
        workspace, key, user = job.team.workspace_id, f"answer:{job.key}", job.payload["user"]
        url = job.payload.get("url")
        if url is None:
            return Outgoing(workspace, key, user, said)
        return Outgoing(workspace, key, job.payload["channel"], said, Way.RESPOND, user=user, url=url)
