"""Checks tokens, permissions, connection and clock against Slack, for `leadlight doctor`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from bot.settings import Settings
from bot.slack.api.clients import SlackClients
from bot.slack.api.errors import TROUBLE, error_code
from bot.slack.installation.manifest import required_scopes
from bot.slack.operations.finding import Finding
from storage.database.doors import Database
from storage.database.errors import DatabaseTrouble
from storage.workspaces.workspace_vocabulary import list_slack_teams

# Seconds by which the clocks may differ. Requests of Slack are refused from five minutes on, so one minute warns early.
MOST_SECONDS_APART = 60


def examine_slack(settings: Settings, database: Database | None) -> Iterator[Finding]:
    """Check tokens, permissions, connection and clock; yield a finding for each. Changes nothing, shows no token."""
    clients = SlackClients(settings.slack_api_url)
    if settings.slack_bot_token is not None:
        client = clients.reading(settings.slack_bot_token.get_secret_value())
        try:
            told = client.auth_test()
        except SlackApiError as error:
            yield Finding(
                "Slack bot token", False, f"Slack refuses SLACK_BOT_TOKEN ({error_code(error)}); copy it anew"
            )
        except TROUBLE as error:
            yield Finding("Slack", False, f"cannot be reached ({type(error).__name__}); check the network")
            return
        else:
            yield Finding("Slack bot token", True, f"of {told.get('user')} in {told.get('team')}")
            yield _check_permissions(told)
            yield from _check_clock(told)
            yield from _check_binding(str(told.get("team_id")), database)
    if settings.slack_app_token is not None:
        try:
            clients.reading(settings.slack_app_token.get_secret_value()).apps_connections_open(
                app_token=settings.slack_app_token.get_secret_value()
            )
            yield Finding("Socket Mode", True, "a connection can be opened")
        except SlackApiError as error:
            yield Finding(
                "Socket Mode",
                False,
                f"Slack refuses SLACK_APP_TOKEN ({error_code(error)}); it needs the scope connections:write",
            )
        except TROUBLE as error:
            yield Finding("Socket Mode", False, f"cannot be reached ({type(error).__name__}); check the network")


def _check_permissions(told: SlackResponse) -> Finding:
    """Compare the scopes of the token with those of the manifest."""
    given = _response_header(told, "x-oauth-scopes")
    if given is None:
        return Finding("permissions", True, "Slack does not say which the token has", needed=False)
    missing = sorted(set(required_scopes()) - {each.strip() for each in given.split(",")})
    if not missing:
        return Finding("permissions", True, "all that the manifest names")
    return Finding(
        "permissions", False, f"missing: {', '.join(missing)}; update the app with bot/manifest.json and reinstall it"
    )


def _check_clock(told: SlackResponse) -> Iterator[Finding]:
    """Compare our clock with the Date header of Slack's answer; nothing where there is none."""
    date = _response_header(told, "date")
    if date is None:
        return
    try:
        apart = abs((datetime.now(UTC) - parsedate_to_datetime(date)).total_seconds())
    except (TypeError, ValueError):
        return
    well = apart < MOST_SECONDS_APART
    words = "agrees with Slack's" if well else f"is {apart:.0f} seconds off Slack's; set it by NTP"
    yield Finding("clock and Slack", well, words)


def _check_binding(team_id: str, database: Database | None) -> Iterator[Finding]:
    """Check whether the database belongs to this team; nothing where it cannot be read."""
    if database is None:
        return
    try:
        with database.begin_read() as session:
            bound = list_slack_teams(session)
    except DatabaseTrouble:
        # The doctor has a finding of its own for the database.
        return
    if team_id in bound:
        yield Finding("Slack team", True, "this database is bound to it")
    elif bound == [None]:
        yield Finding("Slack team", True, "will be bound to this database at the first start")
    else:
        yield Finding("Slack team", False, "this database belongs to another team; set DATABASE_URL to one of its own")


def _response_header(told: SlackResponse, name: str) -> str | None:
    for key, value in (told.headers or {}).items():
        if str(key).lower() == name:
            return str(value[0] if isinstance(value, list) else value)
    return None
