"""Refreshes tokens before they expire, also those of teams that nobody writes in (docs/slack.md, "Tokens")."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from slack_sdk.errors import SlackApiError

from bot.slack.api.clients import SlackClients
from bot.slack.api.errors import PASSING, TROUBLE, error_code
from bot.slack.installation.oauth import OAuth, token_expiry
from bot.slack.teams.token_encryption import KeyTrouble
from storage.database.doors import Database
from storage.slack import app_installations

log = logging.getLogger(__name__)
# A token lives for twelve hours. From two hours before its end there is time for many attempts.
REFRESH_AHEAD = timedelta(hours=2)
# After a refusal only a new installation helps, and asking each minute would fill the log.
RETRY_REFUSED_AFTER = timedelta(hours=1)


def refresh_tokens(database: Database, clients: SlackClients, oauth: OAuth, clock: Callable[[], datetime]) -> int:
    """Refresh the tokens that expire soon; return how many were refreshed.

    Called each minute, by any number of processes.
    """
    # A refresh token is good once, so a lease keeps other processes away while Slack is asked. The lease is committed
    # before the call: no transaction is held during it.
    done = 0
    while True:
        now = clock()
        with database.begin_read() as session:
            if not app_installations.is_renewal_due(session, now + REFRESH_AHEAD, now):
                return done
        with database.begin_write() as session:
            renewable = app_installations.claim_renewal(session, now + REFRESH_AHEAD, now)
        if renewable is None:
            return done
        done += _refresh_token(database, clients, oauth, renewable, now)


def _refresh_token(
    database: Database, clients: SlackClients, oauth: OAuth, renewable: app_installations.ClaimedRenewal, now: datetime
) -> bool:
    try:
        old = oauth.cipher.decrypt(renewable.refresh_token)
        granted = oauth.exchange_for_tokens(clients.posting(None), grant_type="refresh_token", refresh_token=old)
    except KeyTrouble as trouble:
        return _postpone_refresh(database, renewable, str(trouble), now)
    except SlackApiError as error:
        said = error_code(error)
        if getattr(error.response, "status_code", 200) == 200 and said not in {*PASSING, "ratelimited"}:
            return _postpone_refresh(database, renewable, said, now)
        log.warning("the token of team %s is not renewed yet: %s", renewable.team_id, said)
        return False
    except TROUBLE as error:
        # Tried again when the lease ends; the old token is still good for up to two hours.
        log.warning("the token of team %s is not renewed yet: %s", renewable.team_id, type(error).__name__)
        return False
    token, refresh_token = granted.get("access_token"), granted.get("refresh_token")
    if not token:
        return _postpone_refresh(database, renewable, "no token in the answer", now)
    with database.begin_write() as session:
        return app_installations.save_renewed_tokens(
            session,
            renewable,
            oauth.cipher.encrypt(str(token)),
            oauth.cipher.encrypt(str(refresh_token)) if refresh_token else renewable.refresh_token,
            token_expiry(granted, now),
        )


def _postpone_refresh(database: Database, renewable: app_installations.ClaimedRenewal, why: str, now: datetime) -> bool:
    log.error("team %s has to install the app again: its token cannot be renewed (%s)", renewable.team_id, why)
    with database.begin_write() as session:
        app_installations.postpone_renewal(session, renewable, now + RETRY_REFUSED_AFTER)
    return False
