"""The verb `doctor`: what is configured, what is missing, and what to do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from bot.settings import Settings, find_misspelt_settings, read_settings
from bot.slack.operations.finding import Finding
from bot.slack.operations.token_kinds import find_misplaced_tokens
from bot.terminal.seat import start_logging
from bot.terminal.verb_outcome import VerbOutcome
from storage.database.doors import Database
from storage.database.errors import DatabaseTrouble, SchemaTrouble
from storage.migrations import NEWEST
from storage.workspaces import workspace_vocabulary


def examine_installation(outcome: VerbOutcome) -> None:
    """Examine settings, database, people, Slack, model and clock; end with status 1 if the bot could not run."""
    settings = read_settings()
    start_logging(settings)
    found = list(_examine_all(settings))
    broken = [each for each in found if each.needed and not each.well]
    outcome.status = 1 if broken else 0
    if outcome.json:
        outcome.print_object({"state": "error" if broken else "answered", "checks": [vars(each) for each in found]})
        return
    for each in found:
        mark = "ok     " if each.well else "missing" if each.needed else "-      "
        print(f"{mark} {each.about}: {each.words}")  # noqa: T201


def _examine_all(settings: Settings) -> Iterator[Finding]:
    now = datetime.now(UTC)
    database: Database | None = None
    try:
        database = Database(settings.database_url.get_secret_value())
        yield from _examine_database(database)
    except DatabaseTrouble as trouble:
        # What Slack says is worth knowing all the same.
        database = None
        yield Finding("migrations" if isinstance(trouble, SchemaTrouble) else "database", False, str(trouble))
    if database is not None:
        from bot.slack.operations.doctor_workspaces import examine_workspaces

        yield from examine_workspaces(database, now)
    yield from _examine_env_names()
    yield from _examine_slack_settings(settings)
    yield from _examine_slack_account(settings, database)
    yield _examine_model(settings)
    yield _examine_clock(now)


def _examine_database(database: Database) -> Iterator[Finding]:
    """Check whether the database answers and its tables are this program's. Raises DatabaseTrouble where not."""
    from storage.upkeep.upgrade import refuse_schema_drift

    database.check_revision()
    with database.begin_read() as session:
        known = len(workspace_vocabulary.list_workspace_ids(session))
    yield Finding("database", True, f"{database.where}, {known} workspace{'s' if known != 1 else ''}")
    refuse_schema_drift(database)
    yield Finding("migrations", True, f"all carried out, up to {NEWEST}; the tables are as Leadlight expects them")


def _examine_env_names() -> Iterator[Finding]:
    # A name that is no setting is passed over in silence, and the default holds.
    for name, meant in find_misspelt_settings().items():
        yield Finding("settings", False, f"{name} in .env is none of Leadlight's; write {meant}", needed=False)


def _examine_slack_settings(settings: Settings) -> list[Finding]:
    misplaced = find_misplaced_tokens(settings)
    if misplaced:
        return [Finding("Slack tokens", False, misplaced)]
    # One workspace needs its bot token, many need OAuth; the connection is a matter of its own.
    bot = settings.slack_bot_token is not None
    oauth = settings.slack_client_id is not None or settings.slack_client_secret is not None
    connects = settings.slack_app_token is not None or settings.slack_signing_secret is not None
    return [
        Finding(
            "Slack account",
            bot or oauth,
            "configured" if bot or oauth else "set SLACK_BOT_TOKEN, or SLACK_CLIENT_ID and SLACK_CLIENT_SECRET",
        ),
        Finding(
            "Slack connection",
            connects,
            ("Socket Mode" if settings.slack_app_token else "HTTP")
            if connects
            else "set SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTP)",
        ),
    ]


def _examine_slack_account(settings: Settings, database: Database | None) -> list[Finding]:
    """Ask Slack itself; without anything configured, or with tokens mixed up, ask nothing and return nothing."""
    oauth = settings.slack_client_id is not None or settings.slack_client_secret is not None
    if settings.slack_bot_token is None and settings.slack_app_token is None and not oauth:
        return []
    if find_misplaced_tokens(settings):
        return []
    from bot.slack.operations.doctor import examine_slack
    from bot.slack.operations.doctor_teams import examine_teams

    return [*examine_slack(settings, database), *examine_teams(settings, database)]


def _examine_model(settings: Settings) -> Finding:
    if settings.openai_api_key is None:
        return Finding("language model", False, "none; Leadlight works whole without one", needed=False)
    if settings.openai_model is None:
        return Finding("language model", False, "set OPENAI_MODEL")
    return Finding("language model", True, settings.openai_model)


def _examine_clock(now: datetime) -> Finding:
    # A computer that lost its clock says 1970. With a wrong clock every request of Slack's looks forged: a signature
    # is good for five minutes.
    return Finding("clock", now.year >= 2026, f"{now:%Y-%m-%d %H:%M} UTC")
