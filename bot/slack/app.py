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
from bot.model.listener_opening import listener_of
from bot.settings import Settings
from bot.slack.api.clients import Clients
from bot.slack.inbox.answer_command import KIND, Asked
from bot.slack.inbox.answer_message import Messages
from bot.slack.inbox.follow_profile import Profiles
from bot.slack.inbox.publish_home import Homes
from bot.slack.inbox.worker import LISTENING_THREADS, THREADS, Errand, Worker
from bot.slack.installation.oauth import OAuth
from bot.slack.installation.token_refresh import refresh_tokens
from bot.slack.listeners.actions import Presses
from bot.slack.listeners.events import Intake
from bot.slack.listeners.feedback import Votes
from bot.slack.listeners.interactions import WENT_WRONG, Quickly
from bot.slack.listeners.shortcuts import Shortcuts
from bot.slack.listeners.slash_commands import Slash
from bot.slack.listeners.view_submissions import Views
from bot.slack.outbox.failure_notices import to_administrators
from bot.slack.outbox.sender import Poster
from bot.slack.runtime.bot import Bot
from bot.slack.runtime.deadline_pool import Quick
from bot.slack.runtime.metrics import Metrics
from bot.slack.schedule.digests import Digests, concluded
from bot.slack.schedule.hot_lead_alerts import Alerts
from bot.slack.schedule.scheduler import Clockwork
from bot.slack.teams.teams import Teams
from bot.slack.teams.users import People
from commands import BY_VERB
from commands.administration import ADMINISTRATION
from commands.dispatching.dispatcher import Dispatcher
from storage.database.doors import Database
from storage.upkeep import retention

if TYPE_CHECKING:
    from bot.model.model_listener import Report

log = logging.getLogger(__name__)
QUIET_LOGGERS = ("slack_bolt", "slack_sdk")


@dataclass(frozen=True)
class Running:
    """A bot that can be started: Bolt's app in front, worker and poster behind."""

    app: App
    bot: Bot
    worker: Worker
    poster: Poster
    digests: Digests
    clockwork: Clockwork

    def start(self, *, ticking: bool = True) -> None:
        """Begin to work on what is kept, and on what is due by the clock."""
        self.poster.pump.start()
        self.worker.pump.start()
        if ticking:
            self.clockwork.start()

    def stop(self, seconds: float) -> bool:
        """Finish or hand back what is under way; nothing new may come in any more. Whether all was finished."""
        self.clockwork.stop()
        worked = self.worker.pump.drain(seconds * 0.7)
        posted = self.poster.pump.drain(seconds * 0.3)
        self.bot.quick.stop()
        return worked and posted


def utc_now() -> datetime:
    return datetime.now(UTC)


def make_bot(
    settings: Settings,
    database: Database,
    clients: Clients,
    teams: Teams,
    *,
    oauth: OAuth | None = None,
    clock: Callable[[], datetime] = utc_now,
    sends: bool = True,
    conversation: Callable[[Dispatcher], Conversation] | None = None,
) -> Running:
    """Put everything together. Nothing connects or starts yet. Without `sends` messages are kept and not posted."""
    # Bolt and the SDK log bodies at INFO and DEBUG: what people write does not belong in a log.
    for name in QUIET_LOGGERS:
        logging.getLogger(name).setLevel(logging.WARNING)
    metrics = Metrics()
    dispatcher = Dispatcher(database, BY_VERB, settings.defaults, {each.verb(): each for each in ADMINISTRATION})
    people = People(database, clients)
    poster = Poster(
        database,
        clients,
        teams,
        clock,
        lambda team, rep_id: people.account(team, rep_id, clock()),
        sends=sends,
        settling=timedelta(seconds=settings.settling_seconds),
        observed=lambda outcome: metrics.posts.labels(outcome).inc(),
        concluded=concluded,
    )
    talk = conversation(dispatcher) if conversation is not None else listening(settings, dispatcher, database, poster)
    bot = Bot(
        database, dispatcher, talk, Conversation(dispatcher), clients, teams, people, poster, Quick(), metrics, clock
    )  # fmt: skip
    homes = Homes(bot)
    errands: dict[str, Errand] = {
        "message": Messages(bot).errand(),
        "profile": Profiles(bot).errand(),
        "stop": Errand(lambda job: ()),
        KIND: Asked(bot).errand(),
        **homes.errands(),
    }
    # Those who wait for a model take a thread each, and next to no work.
    worker = Worker(bot, errands, threads=THREADS if talk.listener is None else LISTENING_THREADS)
    quickly = Quickly(bot)
    app = bolt_app(settings, clients, teams)
    parts = (
        Slash(quickly, worker),
        Votes(quickly, settings.openai_model),
        Presses(quickly, homes),
        Views(quickly, homes),
        Shortcuts(quickly),
    )
    for part in parts:
        part.register(app)
    Intake(bot, worker).register(app)
    digests = Digests(database, dispatcher, poster, clock)
    clockwork = Clockwork(
        database,
        digests,
        Alerts(database, dispatcher, poster, clock),
        clock,
        forget=lambda now: retention.forget(database, now),
        before=lambda: refresh_tokens(database, clients, oauth, clock) if oauth is not None else None,
        served=teams.serves,
        default_zone=settings.timezone,
    )
    return Running(app, bot, worker, poster, digests, clockwork)


def listening(settings: Settings, dispatcher: Dispatcher, database: Database, poster: Poster) -> Conversation:
    """The conversation, with a language model behind the phrases where the settings name one."""
    listener = listener_of(settings, dispatcher)
    if listener is not None:

        def tell(report: Report) -> None:
            with database.reading() as session:
                told = to_administrators(session, report.workspace_id, report.key, report.words)
            poster.post(*told)

        listener.tell = tell
    return Conversation(dispatcher, listener)


def bolt_app(settings: Settings, clients: Clients, teams: Teams) -> App:
    """Bolt, verifying signatures, told by us which token belongs to which team."""

    def authorize(team_id: str | None, enterprise_id: str | None) -> Any:
        team = teams.of(team_id)
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
    app.error(failed)
    # Nothing asks for these, but without an acknowledgement Slack would show a person that something failed.
    app.view_closed(re.compile(".*"))(acknowledged)
    app.options(re.compile(".*"))(nothing_offered)
    return app


def acknowledged(ack: Ack) -> None:
    """A form that was closed."""
    ack()


def nothing_offered(ack: Ack) -> None:
    """A menu of an older version that asks what it may offer."""
    ack(options=[])


def failed(error: Exception, body: dict[str, Any], request: BoltRequest) -> BoltResponse:
    """A listener failed. A command is answered; else Slack sends an event again, and shows a person that it failed."""
    log.error("a listener failed", exc_info=error)
    if body.get("command"):
        return BoltResponse(status=200, body=WENT_WRONG)
    return BoltResponse(status=500, body="")
