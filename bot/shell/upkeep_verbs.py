"""The verbs for whoever runs the bot: serve and db."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from bot.settings import read_settings
from bot.terminal.seat import open_database, start_logging
from bot.terminal.verb_outcome import VerbFailure, VerbOutcome
from storage.database.doors import Database


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


def reencrypt_tokens(outcome: VerbOutcome) -> None:
    """Encrypt the stored tokens of all teams with ENCRYPTION_KEY. Raises VerbFailure where some cannot be."""
    from bot.slack.installation.oauth import OAuthTrouble, oauth_from_settings
    from storage.slack import app_installations

    settings = read_settings()
    try:
        oauth = oauth_from_settings(settings)
    except OAuthTrouble as trouble:
        raise VerbFailure(str(trouble)) from None
    if oauth is None:
        raise VerbFailure("No token is stored: SLACK_CLIENT_ID and SLACK_CLIENT_SECRET are not set.")
    with open_database(settings).begin_write() as session:
        done = app_installations.rewrite_tokens(session, oauth.cipher.reencrypt, datetime.now(UTC))
    _print_line(f"Teams whose tokens are now encrypted with ENCRYPTION_KEY: {len(done.rewritten)}.")
    left = []
    if done.being_renewed:
        left.append(f"Being renewed just now: {', '.join(done.being_renewed)}. Run this again in two minutes.")
    if done.unreadable:
        left.append(
            f"Neither key opens the tokens of {', '.join(done.unreadable)}. Set the key that they were stored with as "
            "ENCRYPTION_KEY_OLD, or install the app there again."
        )
    if left:
        raise VerbFailure("\n".join(left))


def _print_line(words: str) -> None:
    print(words)  # noqa: T201
