"""The app's installations in Slack teams: beginning, saving, renewing the tokens, removing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import CursorResult, Select, delete, func, or_, select, update
from sqlalchemy.orm import Session

from storage.audit.audit_log import build_entry
from storage.ledger.change_ledger import ChangeLedger
from storage.people import reps
from storage.tables import AuditEntry, Installation, OAuthState, Rep, Workspace
from storage.workspaces.workspace_vocabulary import create_workspace, load_vocabulary

SURFACE = "slack installation"
INSTALL = "install"
# Slack's code that comes back with a state lives no longer.
STATE_LIFETIME = timedelta(minutes=10)
# For so long a process that renews a token keeps the others away: longer than a call to Slack takes.
ONE_RENEWAL = timedelta(minutes=2)


@dataclass(frozen=True)
class InstallationGrant:
    """What Slack grants with an installation. Tokens are encrypted."""

    team_id: str
    team_name: str
    bot_user_id: str
    scopes: str
    bot_token: str = field(repr=False)
    refresh_token: str | None = field(repr=False)
    token_expires_at: datetime | None


@dataclass(frozen=True)
class Installer:
    """The member who installed the app."""

    slack_user_id: str
    name: str
    email: str | None
    zone: str | None


@dataclass(frozen=True)
class ClaimedRenewal:
    """An installation whose token expires soon, claimed by this process for one renewal."""

    number: int
    team_id: str
    refresh_token: str = field(repr=False)


@dataclass(frozen=True)
class TokenRewrite:
    """What became of the stored tokens: the ids of the teams whose tokens were rewritten, and of those left alone."""

    rewritten: list[str]
    unreadable: list[str]
    being_renewed: list[str]


def save_state(session: Session, state: str, now: datetime) -> None:
    """Save the state of an installation that begins, and delete expired ones."""
    delete_expired_states(session, now)
    session.add(OAuthState(state=state, expires_at=now + STATE_LIFETIME))


def consume_state(session: Session, state: str, now: datetime) -> bool:
    """Use up a state. Return whether it was there and less than ten minutes old."""
    # Deleted and tested in one statement: of two requests with the same state only one finds it.
    gone = session.execute(delete(OAuthState).where(OAuthState.state == state, OAuthState.expires_at > now))
    return cast("CursorResult[None]", gone).rowcount == 1


def delete_expired_states(session: Session, now: datetime) -> None:
    """Delete expired states."""
    session.execute(delete(OAuthState).where(OAuthState.expires_at <= now))


def find_by_team(session: Session, team_id: str) -> Installation | None:
    """Find the installation in this team, if the app is installed there now."""
    query = select(Installation).where(Installation.team_id == team_id, Installation.bot_token.is_not(None))
    return session.scalar(query)


def find_by_workspace(session: Session, workspace_id: int) -> Installation | None:
    """Find the installation of this workspace, if the app is installed in its team now."""
    query = select(Installation).where(Installation.workspace_id == workspace_id, Installation.bot_token.is_not(None))
    return session.scalar(query)


def list_installations(session: Session) -> list[Installation]:
    """List the installations of all teams, also of those that removed the app."""
    return list(session.scalars(select(Installation).order_by(Installation.id)))


def list_workspaces(session: Session) -> list[tuple[int, str]]:
    """List the workspaces of the teams in which the app is installed now: (id, name)."""
    query = select(Workspace.id, Workspace.name).join(Installation).where(Installation.bot_token.is_not(None))
    return [(row.id, row.name) for row in session.execute(query.order_by(Workspace.id))]


def bind_team(session: Session, team_id: str, now: datetime) -> int | None:
    """Return the id of a Slack team's workspace, binding the team to it if need be; None where there is none.

    What binds them, at the first start, has an entry in the audit log.
    """
    # A database with one workspace, made before Slack was set up, is meant for the first team that comes.
    workspaces = list(session.scalars(select(Workspace).order_by(Workspace.id).with_for_update(key_share=True)))
    for each in workspaces:
        if each.slack_team_id == team_id:
            return each.id
    if len(workspaces) != 1 or workspaces[0].slack_team_id is not None:
        return None
    workspaces[0].slack_team_id = team_id
    asker = reps.make_console_asker(workspaces[0].id)
    session.add(build_entry(asker, now, SURFACE, INSTALL, {"team": team_id}))
    return workspaces[0].id


def find_first_start(session: Session, workspace_id: int) -> datetime | None:
    """Find when the app was bound to the workspace's team or installed there first; None where that was not noted."""
    query = select(func.min(AuditEntry.at)).where(AuditEntry.workspace_id == workspace_id)
    return session.scalar(query.where(AuditEntry.command == INSTALL, AuditEntry.surface == SURFACE))


def save_installation(session: Session, granted: InstallationGrant, installer: Installer, now: datetime) -> bool:
    """Save an installation. Return whether it is the team's first.

    The first one creates the team's workspace, with the installer as its administrator; a later one replaces the
    tokens only.
    """
    # Only a workspace bound to this very team is taken: any other may hold somebody else's records.
    workspace = session.scalar(
        select(Workspace).where(Workspace.slack_team_id == granted.team_id).with_for_update(key_share=True)
    )
    first = workspace is None
    if workspace is None:
        workspace = create_workspace(session, name=granted.team_name[:200], now=now)
        workspace.slack_team_id = granted.team_id
        session.flush()
        _add_first_administrator(session, workspace.id, installer, now)
    query = select(Installation).where(Installation.team_id == granted.team_id).with_for_update()
    row = session.scalar(query) or Installation(workspace_id=workspace.id, team_id=granted.team_id)
    row.bot_user_id = granted.bot_user_id
    row.scopes = granted.scopes
    row.bot_token = granted.bot_token
    row.refresh_token = granted.refresh_token
    row.token_expires_at = granted.token_expires_at
    row.refresh_lease_until = None
    row.installed_at = now
    row.removed_at = None
    session.add(row)
    session.flush()
    return first


def remove_installation(session: Session, team_id: str, now: datetime) -> int | None:
    """Delete the tokens of a team and return the id of its workspace; None where it has no tokens."""
    query = select(Installation).where(Installation.team_id == team_id, Installation.bot_token.is_not(None))
    row = session.scalar(query.with_for_update())
    if row is None:
        return None
    row.bot_token = row.refresh_token = row.token_expires_at = row.refresh_lease_until = None
    row.removed_at = now
    session.flush()
    return row.workspace_id


def is_renewal_due(session: Session, before: datetime, now: datetime) -> bool:
    """Say whether there may be an installation to claim, without taking a lock."""
    return session.scalar(_select_renewable(before, now).with_only_columns(Installation.id)) is not None


def claim_renewal(session: Session, before: datetime, now: datetime) -> ClaimedRenewal | None:
    """Claim, for one renewal, the next installation whose token expires before this moment."""
    row = session.scalar(_select_renewable(before, now).with_for_update(skip_locked=True))
    if row is None or row.refresh_token is None:
        return None
    # Slack takes a refresh token once: a second process that used it as well would lose the installation.
    row.refresh_lease_until = now + ONE_RENEWAL
    session.flush()
    return ClaimedRenewal(row.id, row.team_id, row.refresh_token)


def save_renewed_tokens(
    session: Session, renewable: ClaimedRenewal, bot_token: str, refresh_token: str | None, expires_at: datetime | None
) -> bool:
    """Save new tokens, unless the installation got others or was removed meanwhile. Return whether they were saved."""
    values = {
        "bot_token": bot_token,
        "refresh_token": refresh_token,
        "token_expires_at": expires_at,
        "refresh_lease_until": None,
    }
    return _update_unchanged(session, renewable, **values)


def rewrite_tokens(session: Session, rewrite: Callable[[str], str | None], now: datetime) -> TokenRewrite:
    """Replace every stored token by what `rewrite` makes of it; None leaves a team's tokens as they are.

    Tokens that are being renewed stay as well: what Slack grants is saved only where the refresh token is unchanged.
    """
    result = TokenRewrite([], [], [])
    query = select(Installation).where(Installation.bot_token.is_not(None)).order_by(Installation.id)
    for row in session.scalars(query.with_for_update()):
        assert row.bot_token is not None
        bot_token = rewrite(row.bot_token)
        refresh_token = rewrite(row.refresh_token) if row.refresh_token is not None else None
        # A lease that lasts longer was given after a refusal: nobody asks Slack under it.
        if row.refresh_lease_until is not None and now < row.refresh_lease_until <= now + ONE_RENEWAL:
            result.being_renewed.append(row.team_id)
        elif bot_token is None or (refresh_token is None and row.refresh_token is not None):
            result.unreadable.append(row.team_id)
        else:
            row.bot_token, row.refresh_token = bot_token, refresh_token
            result.rewritten.append(row.team_id)
    session.flush()
    return result


def postpone_renewal(session: Session, renewable: ClaimedRenewal, until: datetime) -> None:
    """Let nobody renew an installation until this moment, after a renewal that failed."""
    _update_unchanged(session, renewable, refresh_lease_until=until)


def _select_renewable(before: datetime, now: datetime) -> Select[Installation]:
    return (
        select(Installation)
        .where(Installation.refresh_token.is_not(None), Installation.token_expires_at < before)
        .where(or_(Installation.refresh_lease_until.is_(None), Installation.refresh_lease_until <= now))
        .order_by(Installation.token_expires_at)
        .limit(1)
    )


def _update_unchanged(session: Session, renewable: ClaimedRenewal, **values: object) -> bool:
    same = (Installation.id == renewable.number, Installation.refresh_token == renewable.refresh_token)
    done = session.execute(update(Installation).where(*same).values(**values))
    return cast("CursorResult[None]", done).rowcount == 1


def _add_first_administrator(session: Session, workspace_id: int, installer: Installer, now: datetime) -> None:
    """Add the first administrator, with an entry in the audit log."""
    words = load_vocabulary(session, workspace_id)
    assert words is not None
    first, _, last = installer.name.partition(" ")
    ledger = ChangeLedger(session, words, now)
    ledger.add_record(
        Rep(
            workspace_id=workspace_id,
            name=installer.name[:255],
            first_name=first[:255] or None,
            last_name=last.strip()[:255] or None,
            email=installer.email[:320] if installer.email else None,
            slack_user_id=installer.slack_user_id,
            slack_time_zone=installer.zone,
            role="admin",
            role_given=True,
            active=True,
            created_at=now,
        )
    )
    ledger.write_entry(
        build_entry(reps.make_console_asker(workspace_id), now, SURFACE, INSTALL, {"user": installer.slack_user_id})
    )
