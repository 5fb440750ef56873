"""Checks client id, secret, key and installed teams, for `leadlight doctor` where many teams install the app."""

from __future__ import annotations

from collections.abc import Iterator

from slack_sdk.errors import SlackApiError

from bot.settings import Settings
from bot.slack.api.clients import SlackClients
from bot.slack.api.errors import TROUBLE, error_code
from bot.slack.installation.manifest import required_scopes
from bot.slack.installation.oauth import OAuth, OAuthTrouble, oauth_from_settings
from bot.slack.operations.finding import Finding
from bot.slack.teams.teams import InstalledTeams
from storage.database.doors import Database
from storage.database.errors import DatabaseTrouble
from storage.slack import app_installations

ABOUT = "many workspaces"
WRONG = {
    "invalid_client_id": "Slack does not know SLACK_CLIENT_ID; copy it anew",
    "bad_client_secret": "Slack refuses SLACK_CLIENT_SECRET; copy it anew",
}


def examine_teams(settings: Settings, database: Database | None) -> Iterator[Finding]:
    """Check client id and secret, key and installed teams; yield a finding for each. Changes nothing.

    No finding where OAuth is not set up.
    """
    try:
        oauth = oauth_from_settings(settings)
    except OAuthTrouble as trouble:
        yield Finding(ABOUT, False, str(trouble))
        return
    if oauth is None:
        return
    yield _check_app(oauth, SlackClients(settings.slack_api_url))
    if database is None:
        return
    try:
        yield from _check_installed(oauth, database)
    except DatabaseTrouble:
        # The doctor has a finding of its own for the database.
        return


def _check_app(oauth: OAuth, clients: SlackClients) -> Finding:
    """Check whether Slack takes client id and secret."""
    # Slack has no method for that, but it checks both before the code: a made-up code tells whether they are right.
    try:
        oauth.exchange_for_tokens(clients.posting(None), code="doctor")
    except SlackApiError as error:
        said = error_code(error)
        if said in WRONG:
            return Finding(ABOUT, False, WRONG[said])
        known = said == "invalid_code"
        words = "Slack knows the app; it is installed at /slack/install" if known else f"Slack answers {said}"
        return Finding(ABOUT, known, words, needed=known)
    except TROUBLE as error:
        return Finding(ABOUT, False, f"Slack cannot be reached ({type(error).__name__}); check the network")
    return Finding(ABOUT, True, "Slack knows the app")


def _check_installed(oauth: OAuth, database: Database) -> Iterator[Finding]:
    unreadable, known = InstalledTeams(database, oauth.cipher).find_unreadable_teams()
    words = f"{known} installed; their tokens open with ENCRYPTION_KEY" if known else "none has installed the app yet"
    if unreadable:
        words = (
            f"ENCRYPTION_KEY does not open the tokens of {', '.join(unreadable)}; set the key that they were stored "
            "with, or install the app there again"
        )
    yield Finding("Slack teams", not unreadable, words)
    if oauth.cipher.has_old_key:
        yield _check_old_key(oauth, database)
    with database.begin_read() as session:
        rows = [(row.team_id, row.scopes, row.removed_at) for row in app_installations.list_installations(session)]
        named = [f"{name} is --workspace {number}" for number, name in app_installations.list_workspaces(session)]
    if named:
        yield Finding("workspaces", True, ", ".join(named))
    wanted = set(required_scopes())
    behind = [team_id for team_id, given, removed in rows if removed is None and wanted - set(given.split(","))]
    if behind:
        yield Finding("permissions", False, f"too few in {', '.join(behind)}; install the app there again")
    gone = [f"{team_id} on {removed:%Y-%m-%d}" for team_id, _, removed in rows if removed is not None]
    if gone:
        yield Finding("teams that left", True, f"{', '.join(gone)}; their records are kept", needed=False)


def _check_old_key(oauth: OAuth, database: Database) -> Finding:
    """Say whether a stored token still needs ENCRYPTION_KEY_OLD."""
    with database.begin_read() as session:
        rows = app_installations.list_installations(session)
        tokens = [each for row in rows for each in (row.bot_token, row.refresh_token) if each is not None]
    if all(oauth.cipher.is_current(each) for each in tokens):
        return Finding("old key", True, "no token needs ENCRYPTION_KEY_OLD any more; empty it", needed=False)
    return Finding("old key", False, "tokens are still stored with ENCRYPTION_KEY_OLD; run: leadlight db reencrypt")
