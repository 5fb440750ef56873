"""The one place where the parts of the bot in Slack are put together."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from slack_bolt import Ack, App, BoltRequest, BoltResponse
from slack_bolt.authorization import AuthorizeResult

from bot.dialogue.dialogue import Conversation
from bot.model.listener_opening import make_listener
from bot.settings import Settings
from bot.slack.api.clients import SlackClients
from bot.slack.inbox.answer_command import KIND, CommandAnswerer
from bot.slack.inbox.answer_message import MessageAnswerer
from bot.slack.inbox.follow_profile import ProfileFollower
from bot.slack.inbox.publish_home import HomePublisher
from bot.slack.inbox.worker import LISTENING_THREADS, THREADS, InboxWorker, JobKind
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
from bot.slack.outbox.sender import OutboxSender
from bot.slack.runtime.bot import Bot
from bot.slack.runtime.deadline_pool import DeadlinePool
from bot.slack.runtime.metrics import Metrics
from bot.slack.schedule.digests import MorningDigests, record_digest_outcome
from bot.slack.schedule.hot_lead_alerts import HotLeadAlerts
from bot.slack.schedule.scheduler import Scheduler
from bot.slack.teams.teams import SlackTeams
from bot.slack.teams.users import SlackUsers
from commands import BY_VERB
from commands.administration import ADMINISTRATION
from commands.dispatching.dispatcher import Dispatcher
from storage.database.doors import Database
from storage.upkeep import retention

if TYPE_CHECKING:
    from bot.model.model_listener import TroubleReport

log = logging.getLogger(__name__)
QUIET_LOGGERS = ("slack_bolt", "slack_sdk")


@dataclass(frozen=True)
class RunningBot:
    """Holds a bot that can be started: Bolt's app in front, worker and poster behind."""

    app: App
    bot: Bot
    worker: InboxWorker
    poster: OutboxSender
    digests: MorningDigests
    clockwork: Scheduler

    def start(self, *, ticking: bool = True) -> None:
        """Start working on the rows of the queues and, with `ticking`, on what is due by the clock."""
        self.poster.pump.start()
        self.worker.pump.start()
        if ticking:
            self.clockwork.start()

    def stop(self, seconds: float) -> bool:
        """Finish or hand back what is under way; return whether all of it was finished.

        Nothing new may come in any more. `seconds` is how long the workers are waited for.
        """
        self.clockwork.stop()
        worked = self.worker.pump.drain(seconds * 0.7)
        posted = self.poster.pump.drain(seconds * 0.3)
        self.bot.quick.stop()
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

    Without `sends` messages are kept and not posted.
    """
    # Bolt and the SDK log bodies at INFO and DEBUG: what people write does not belong in a log.
    for name in QUIET_LOGGERS:
        logging.getLogger(name).setLevel(logging.WARNING)
    metrics = Metrics()
    dispatcher = Dispatcher(database, BY_VERB, settings.defaults, {each.verb(): each for each in ADMINISTRATION})
    people = SlackUsers(database, clients)
    poster = OutboxSender(
        database,
        clients,
        teams,
        clock,
        lambda team, rep_id: people.find_slack_user(team, rep_id, clock()),
        sends=sends,
        settling=timedelta(seconds=settings.settling_seconds),
        observed=lambda outcome: metrics.posts.labels(outcome).inc(),
        concluded=record_digest_outcome,
    )
    talk = (
        conversation(dispatcher)
        if conversation is not None
        else make_conversation(settings, dispatcher, database, poster)
    )
    bot = Bot(
        database, dispatcher, talk, Conversation(dispatcher), clients, teams, people, poster, DeadlinePool(),
        metrics, clock
    )  # fmt: skip
    homes = HomePublisher(bot)
    errands: dict[str, JobKind] = {
        "message": MessageAnswerer(bot).make_handler(),
        "profile": ProfileFollower(bot).make_handler(),
        "stop": JobKind(lambda job: ()),
        KIND: CommandAnswerer(bot).make_handler(),
        **homes.make_handlers(),
    }
    # Those who wait for a model take a thread each, and next to no work.
    worker = InboxWorker(bot, errands, threads=THREADS if talk.listener is None else LISTENING_THREADS)
    quickly = InteractionRunner(bot)
    app = make_bolt_app(settings, clients, teams)
    parts = (
        SlashCommandListeners(quickly, worker),
        FeedbackListener(quickly, settings.openai_model),
        ActionListeners(quickly, homes),
        ViewSubmissionListeners(quickly, homes),
        ShortcutListeners(quickly),
    )
    for part in parts:
        part.register(app)
    EventListeners(bot, worker).register(app)
    digests = MorningDigests(database, dispatcher, poster, clock)
    clockwork = Scheduler(
        database,
        digests,
        HotLeadAlerts(database, dispatcher, poster, clock),
        clock,
        forget=lambda now: retention.delete_expired(database, now),
        before=lambda: refresh_tokens(database, clients, oauth, clock) if oauth is not None else None,
        served=teams.serves_workspace,
        default_zone=settings.timezone,
    )
    return RunningBot(app, bot, worker, poster, digests, clockwork)


def make_conversation(
    settings: Settings, dispatcher: Dispatcher, database: Database, poster: OutboxSender
) -> Conversation:
    """Build the conversation, with a language model behind the phrases where the settings name one."""
    listener = make_listener(settings, dispatcher)
    if listener is not None:

        def report_to_admins(report: TroubleReport) -> None:
            with database.begin_read() as session:
                told = report_to_administrators(session, report.workspace_id, report.key, report.words)
            poster.post_messages(*told)

        listener.tell = report_to_admins
    return Conversation(dispatcher, listener)


def make_bolt_app(settings: Settings, clients: SlackClients, teams: SlackTeams) -> App:
    """Build Bolt's app, which verifies signatures and asks us which token belongs to which team."""

    def authorize(team_id: str | None, enterprise_id: str | None) -> Any:
        team = teams.find_team(team_id)
        if team is None:
            return None
        return AuthorizeResult(
            enterprise_id=enterprise_id, team_id=team.team_id, bot_token=team.token, bot_user_id=team.bot_user_id
        )

    secret = settings.slack_signing_secret.get_secret_value() if settings.slack_signing_secret else None
    app = App(
        client=clients.posting(None),
        # Without a logger Bolt gives its own the root's level, and writes bodies at INFO and DEBUG.
        logger=logging.getLogger(QUIET_LOGGERS[0]),
        # Socket Mode needs no secret; without one no HTTP request is ever let in.
        signing_secret=secret or "",
        request_verification_enabled=True,
        authorize=authorize,
        token_verification_enabled=False,
        # Listeners keep what came in, or do it, before anything is acknowledged: nothing can raise afterwards.
        process_before_response=True,
    )
    app.error(answer_listener_error)
    # Nothing asks for these, but without an acknowledgement Slack would show a person that something failed.
    app.view_closed(re.compile(".*"))(ack_view_closed)
    app.options(re.compile(".*"))(ack_empty_options)
    return app


def ack_view_closed(ack: Ack) -> None:
    """Acknowledge that a view was closed."""
    ack()


def ack_empty_options(ack: Ack) -> None:
    """Answer a menu of an older version, which asks for its options, with none."""
    ack(options=[])


def answer_listener_error(error: Exception, body: dict[str, Any], request: BoltRequest) -> BoltResponse:
    """Answer a request whose listener failed.

    A command is answered with a sentence. For anything else Slack gets an error: it sends an event again, and
    shows a person that something failed.
    """
    log.error("a listener failed", exc_info=error)
    if body.get("command"):
        return BoltResponse(status=200, body=WENT_WRONG)
    return BoltResponse(status=500, body="")
