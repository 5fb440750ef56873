"""Builds the bot for Slack from its parts. No other module wires them."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from slack_bolt import Ack, App, BoltRequest, BoltResponse
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.logger.messages import warning_client_prioritized_and_token_skipped

from bot.dialogue.dialogue import Conversation
from bot.failure_log import explain_failure, log_failure
from bot.model.listener_opening import make_listener
from bot.settings import Settings
from bot.slack.api.clients import SlackClients
from bot.slack.inbox import edit_digests
from bot.slack.inbox.answer_command import KIND, CommandAnswerer
from bot.slack.inbox.answer_message import MessageAnswerer
from bot.slack.inbox.edit_digests import DigestEdits
from bot.slack.inbox.publish_home import HomePublisher
from bot.slack.inbox.welcome import record_welcome
from bot.slack.inbox.worker import LISTENING_THREADS, THREADS, InboxWorker, Job, JobKind
from bot.slack.installation.oauth import OAuth
from bot.slack.installation.token_refresh import refresh_tokens
from bot.slack.listeners.actions import ActionListeners
from bot.slack.listeners.events import EventListeners
from bot.slack.listeners.feedback import FeedbackListener
from bot.slack.listeners.interactions import WENT_WRONG, InteractionRunner
from bot.slack.listeners.shortcuts import ShortcutListeners
from bot.slack.listeners.slash_commands import SlashCommandListeners
from bot.slack.listeners.view_submissions import ViewSubmissionListeners
from bot.slack.outbox.failure_notices import report_to_administrators
from bot.slack.outbox.outbox_message import OutboxMessage
from bot.slack.outbox.sender import OutboxSender
from bot.slack.runtime.bot import Bot
from bot.slack.runtime.deadline_pool import DeadlinePool
from bot.slack.runtime.intake_turns import IntakeTurns
from bot.slack.runtime.metrics import Metrics
from bot.slack.schedule.digests import MorningDigests, record_digest_outcome
from bot.slack.schedule.hot_lead_alerts import HotLeadAlerts
from bot.slack.schedule.scheduler import Scheduler
from bot.slack.teams.teams import SlackTeams
from bot.slack.teams.users import SlackUsers
from commands import BY_VERB, FORM_ONLY
from commands.dispatching.dispatcher import Dispatcher
from storage.database.doors import Database, Session
from storage.tables import Outbox
from storage.upkeep import retention

if TYPE_CHECKING:
    from bot.model.model_listener import TroubleReport

log = logging.getLogger(__name__)
QUIET_LOGGERS = ("slack_bolt", "slack_sdk")


@dataclass(frozen=True)
class RunningBot:
    """Holds the parts of a bot that can be started and stopped: Bolt's app, queue workers and scheduler."""

    app: App
    bot: Bot
    worker: InboxWorker
    sender: OutboxSender
    digests: MorningDigests
    scheduler: Scheduler

    def start(self, *, ticking: bool = True) -> None:
        """Start the workers of both queues and, with `ticking`, the scheduler."""
        self.sender.consumer.start()
        self.worker.consumer.start()
        if ticking:
            self.scheduler.start()

    def stop(self, seconds: float) -> bool:
        """Stop the workers; return whether everything under way was finished rather than handed back.

        Waits for them `seconds` at most. The caller has closed the sockets and the HTTP server before.
        """
        self.scheduler.stop()
        # Inbox before outbox: answers that are finished now are still posted by this process.
        worked = self.worker.consumer.drain(seconds * 0.7)
        posted = self.sender.consumer.drain(seconds * 0.3)
        self.bot.deadline_pool.stop()
        return worked and posted


def utc_now() -> datetime:
    """Return the current time in UTC."""
    return datetime.now(UTC)


def make_bot(
    settings: Settings,
    database: Database,
    clients: SlackClients,
    teams: SlackTeams,
    *,
    oauth: OAuth | None = None,
    clock: Callable[[], datetime] = utc_now,
    sends: bool = True,
    conversation: Callable[[Dispatcher], Conversation] | None = None,
) -> RunningBot:
    """Build all parts of the bot; nothing connects or starts yet.

    Without `sends` messages are stored in the outbox and not posted.
    """
    # Bolt and slack_sdk log whole bodies at INFO and DEBUG; what people write does not belong in a log.
    for name in QUIET_LOGGERS:
        logging.getLogger(name).setLevel(logging.WARNING)
    metrics, turns = Metrics(), IntakeTurns()
    dispatcher = Dispatcher(database, BY_VERB, settings.defaults, {each.verb(): each for each in FORM_ONLY})
    people = SlackUsers(database, clients)
    sender = OutboxSender(
        database,
        clients,
        teams,
        clock,
        lambda team, rep_id: people.find_slack_user(team, rep_id, clock()),
        sends=sends,
        stand_back=turns.stand_back,
        settling=timedelta(seconds=settings.settling_seconds),
        on_outcome=lambda outcome: metrics.posts.labels(outcome).inc(),
        on_settled=record_settled,
    )
    talk = (
        conversation(dispatcher)
        if conversation is not None
        else make_conversation(settings, dispatcher, database, sender)
    )
    bot = Bot(
        database, dispatcher, talk, Conversation(dispatcher), clients, teams, people, sender, DeadlinePool(),
        metrics, turns, clock
    )  # fmt: skip
    homes, edits = HomePublisher(bot), DigestEdits(bot)
    kinds: dict[str, JobKind] = {
        "message": MessageAnswerer(bot, edits).make_job_kind(),
        "profile": JobKind(lambda job: follow_profile(bot, job)),
        # Nothing is left to do for a Stop: the answer that it stops finds the row itself.
        "stop": JobKind(lambda job: ()),
        KIND: CommandAnswerer(bot).make_job_kind(),
        edit_digests.KIND: edits.make_job_kind(),
        **homes.make_job_kinds(),
    }
    # An answer that waits for the model occupies a thread and hardly any CPU, so more threads are worth having.
    worker = InboxWorker(bot, kinds, threads=THREADS if talk.listener is None else LISTENING_THREADS)
    interactions = InteractionRunner(bot, edits)
    app = make_bolt_app(settings, clients, teams)
    # Bolt runs the first listener that matches: the one for votes comes before the actions, which end in a catch-all.
    parts = (
        SlashCommandListeners(interactions, worker),
        FeedbackListener(interactions, settings.openai_model),
        ActionListeners(interactions, homes),
        ViewSubmissionListeners(interactions, homes),
        ShortcutListeners(interactions),
    )
    for part in parts:
        part.register(app)
    EventListeners(bot, worker).register(app)
    digests = MorningDigests(database, dispatcher, sender, clock)
    scheduler = Scheduler(
        database,
        digests,
        HotLeadAlerts(database, dispatcher, sender, clock),
        clock,
        delete_expired=lambda now: retention.delete_expired(database, now),
        run_first=lambda: refresh_tokens(database, clients, oauth, clock) if oauth is not None else None,
        is_served=teams.serves_workspace,
        default_zone=settings.timezone,
    )
    return RunningBot(app, bot, worker, sender, digests, scheduler)


def record_settled(session: Session, row: Outbox, now: datetime) -> list[OutboxMessage]:
    """Record what became of a digest or a welcome; return the messages to send because of it."""
    record_welcome(session, row, now)
    return record_digest_outcome(session, row, now)


def follow_profile(bot: Bot, job: Job) -> Sequence[OutboxMessage]:
    """Apply a changed Slack profile to the rep it belongs to; nobody is answered."""
    bot.people.apply_user_change(job.team, job.payload["profile"], bot.clock())
    return ()


def make_conversation(
    settings: Settings, dispatcher: Dispatcher, database: Database, sender: OutboxSender
) -> Conversation:
    """Build the conversation, with a language model behind the phrases where the settings name one."""
    listener = make_listener(settings, dispatcher)
    if listener is not None:

        def report_to_admins(report: TroubleReport) -> None:
            with database.begin_read() as session:
                told = report_to_administrators(session, report.workspace_id, report.key, report.words)
            sender.post_messages(*told)

        listener.tell = report_to_admins
    return Conversation(dispatcher, listener)


def make_bolt_app(settings: Settings, clients: SlackClients, teams: SlackTeams) -> App:
    """Build Bolt's app: it verifies signatures, asks `teams` for the token of a team, and calls the listeners."""

    def authorize(team_id: str | None, enterprise_id: str | None) -> Any:
        team = teams.find_team(team_id)
        if team is None:
            return None
        return AuthorizeResult(
            enterprise_id=enterprise_id, team_id=team.team_id, bot_token=team.token, bot_user_id=team.bot_user_id
        )

    bolt_log = logging.getLogger(QUIET_LOGGERS[0])
    bolt_log.addFilter(is_worth_logging)
    secret = settings.slack_signing_secret.get_secret_value() if settings.slack_signing_secret else None
    app = App(
        # Without a name Bolt looks through the source of all callers for one, which takes longer than the rest. With
        # every request it sets the level of the logger of this name, so it must not be a name of ours.
        name=bolt_log.name,
        client=clients.posting(None),
        # Without a logger Bolt sets the level of its own to the root's, and logs bodies again.
        logger=bolt_log,
        # Socket Mode works without the secret. Over HTTP Bolt refuses every request while it is empty.
        signing_secret=secret or "",
        request_verification_enabled=True,
        authorize=authorize,
        token_verification_enabled=False,
        # Bolt answers only after the listener has returned. Otherwise a listener that raises right after ack() erases
        # the acknowledgement, and a process that dies after it loses what was acknowledged.
        process_before_response=True,
    )
    app.error(answer_listener_error)
    # No view asks for these requests, but left unanswered they would show the person an error.
    app.view_closed(re.compile(".*"))(ack_view_closed)
    app.options(re.compile(".*"))(ack_empty_options)
    return app


def is_worth_logging(record: logging.LogRecord) -> bool:
    """Leave out Bolt's warning that it does not use SLACK_BOT_TOKEN, which it finds in the environment by itself."""
    # `authorize` gives each team's token; that Bolt goes by it, and not by the environment, is what we want.
    return record.getMessage() != warning_client_prioritized_and_token_skipped()


def ack_view_closed(ack: Ack) -> None:
    """Acknowledge that a view was closed."""
    ack()


def ack_empty_options(ack: Ack) -> None:
    """Answer a menu that asks for its options with none. Only messages of older versions have such menus."""
    ack(options=[])


def answer_listener_error(error: Exception, body: dict[str, Any], request: BoltRequest) -> BoltResponse:
    """Answer a request whose listener failed.

    A slash command is answered with a sentence. Anything else is answered with status 500: Slack sends an event
    again, and shows the person who pressed something an error.
    """
    log_failure(log, error, "a listener failed")
    if body.get("command"):
        return BoltResponse(status=200, body=explain_failure(error) or WENT_WRONG)
    return BoltResponse(status=500, body="")
