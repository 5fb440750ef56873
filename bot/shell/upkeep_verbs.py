"""The verbs for whoever runs the bot: serve, db and doctor."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from bot.settings import Settings, read_settings
from bot.slack.operations.finding import Finding
from bot.terminal.seat import open_database, start_logging
from bot.terminal.verb_outcome import VerbFailure, VerbOutcome
from storage.database.doors import Database
from storage.database.errors import DatabaseTrouble
from storage.workspaces import workspace_vocabulary


def run_bot(outcome: VerbOutcome) -> None:
    """Serve Slack until told to stop."""
    from bot.slack.operations.serve import ServeTrouble, end_process, serve
    from storage.upkeep.upgrade import refuse_schema_drift

    settings = read_settings()
    database = open_database(settings)
    refuse_schema_drift(database)
    try:
        serve(settings, database)
    except ServeTrouble as trouble:
        raise VerbFailure(str(trouble)) from None
    end_process()


def upgrade_database(outcome: VerbOutcome) -> None:
    """Carry out the missing migrations, or make the tables of a new database; then check the whole of it."""
    from storage.upkeep.upgrade import mend_schema, upgrade_schema

    settings = read_settings()
    start_logging(settings)
    # Not by `open_database`, which refuses a schema that is not up to date.
    database = Database(settings.database_url.get_secret_value())
    done = upgrade_schema(database)
    _print_line(f"{database.where}: {'upgraded by ' + ', '.join(done) if done else 'already the newest'}.")
    mended = mend_schema(database)
    if mended:
        _print_line(f"Added what was missing: {'; '.join(each.removesuffix(' is missing') for each in mended)}.")
    _check_schema(database)


def check_database(outcome: VerbOutcome) -> None:
    """Look for drift from the schema and for damage. Raises VerbFailure with what was found."""
    _check_schema(open_database(read_settings()))


def _check_schema(database: Database) -> None:
    from storage.upkeep.upgrade import check_integrity, choose_remedy, find_schema_drift

    drift = find_schema_drift(database)
    faults = [each for each in drift if not each.is_harmless]
    damage = check_integrity(database)
    if faults or damage:
        wrong = [*(each.words for each in faults), *damage]
        remedy = choose_remedy(faults, damaged=bool(damage))
        raise VerbFailure("\n".join([f"{database.where} is not as it should be:", *wrong, remedy]))
    for each in drift:
        _print_line(f"Harmless: {each.words}.")
    _print_line(f"{database.where}: the tables are as Leadlight expects them, and nothing is damaged.")


def backup_database(outcome: VerbOutcome, path: Path) -> None:
    """Copy a SQLite database to a new file while it is in use."""
    from storage.upkeep.upgrade import copy_database

    copy_database(open_database(read_settings()), path)
    _print_line(f"Copied to {path}.")


def examine_installation(outcome: VerbOutcome) -> None:
    """Examine settings, database, Slack, model and clock; end with status 1 if the bot could not run."""
    settings = read_settings()
    found = [
        _examine_database(settings),
        *_examine_slack_settings(settings),
        *_examine_slack_account(settings),
        _examine_model(settings),
        _examine_clock(),
    ]
    broken = [each for each in found if each.needed and not each.well]
    outcome.status = 1 if broken else 0
    if outcome.json:
        outcome.print_object({"state": "error" if broken else "answered", "checks": [vars(each) for each in found]})
        return
    for each in found:
        mark = "ok     " if each.well else "missing" if each.needed else "-      "
        _print_line(f"{mark} {each.about}: {each.words}")


def _examine_database(settings: Settings) -> Finding:
    try:
        database = open_database(settings)
        with database.begin_read() as session:
            known = len(workspace_vocabulary.list_workspace_ids(session))
        return Finding("database", True, f"{database.where}, {known} workspace{'s' if known != 1 else ''}")
    except DatabaseTrouble as trouble:
        return Finding("database", False, str(trouble))


def _examine_slack_settings(settings: Settings) -> list[Finding]:
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


def _examine_slack_account(settings: Settings) -> list[Finding]:
    """Ask Slack itself; without anything configured ask nothing and return nothing."""
    oauth = settings.slack_client_id is not None or settings.slack_client_secret is not None
    if settings.slack_bot_token is None and settings.slack_app_token is None and not oauth:
        return []
    from bot.slack.operations.doctor import examine_slack
    from bot.slack.operations.doctor_teams import examine_teams

    try:
        database: Database | None = open_database(settings)
    except DatabaseTrouble:
        # It has a line of its own above; what Slack says is worth knowing all the same.
        database = None
    return [*examine_slack(settings, database), *examine_teams(settings, database)]


def _examine_model(settings: Settings) -> Finding:
    if settings.openai_api_key is None:
        return Finding("language model", False, "none; Leadlight works whole without one", needed=False)
    if settings.openai_model is None:
        return Finding("language model", False, "set OPENAI_MODEL")
    return Finding("language model", True, settings.openai_model)


def _examine_clock() -> Finding:
    now = datetime.now(UTC)
    # A computer that lost its clock says 1970. With a wrong clock every request of Slack's looks forged: a signature
    # is good for five minutes.
    return Finding("clock", now.year >= 2026, f"{now:%Y-%m-%d %H:%M} UTC")


def _print_line(words: str) -> None:
    print(words)  # noqa: T201
