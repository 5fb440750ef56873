"""Which rep a Slack user is. Matched once by email, afterwards known by the user's id alone."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from storage.audit.audit_log import entry_for
from storage.ledger.change_ledger import Ledger
from storage.people import reps
from storage.tables import Rep
from storage.workspaces.workspace_vocabulary import vocabulary

SURFACE = "slack profile"

# Everybody who says or presses anything is looked up: building the statement takes longer than running it.
KNOWN = select(Rep.id, Rep.active).where(
    Rep.workspace_id == bindparam("workspace"), Rep.slack_user_id == bindparam("user")
)


def bound_to(session: Session, workspace_id: int, slack_user_id: str) -> Rep | None:
    """The rep bound to this Slack user, active or not."""
    query = select(Rep).where(Rep.workspace_id == workspace_id, Rep.slack_user_id == slack_user_id)
    return session.scalar(query)


def known(session: Session, workspace_id: int, slack_user_id: str) -> tuple[int, bool] | None:
    """The number of the rep bound to this Slack user, and whether the rep is active."""
    found = session.connection().execute(KNOWN, {"workspace": workspace_id, "user": slack_user_id}).first()
    return (int(found[0]), bool(found[1])) if found is not None else None


def bind(
    session: Session, workspace_id: int, email: str, slack_user_id: str, zone: str | None, now: datetime
) -> Rep | None:
    """Bind the active rep with this email, who is bound to nobody yet. None where there is no such rep."""
    found = list(
        session.scalars(
            select(Rep)
            .where(Rep.workspace_id == workspace_id, func.lower(Rep.email) == email.lower(), Rep.active.is_(True))
            .with_for_update()
        )
    )
    if len(found) != 1 or found[0].slack_user_id not in (None, slack_user_id):
        return None
    rep = found[0]
    if rep.slack_user_id is None:
        _set(session, rep, slack_user_id, now)
        rep.slack_time_zone = zone
    return rep


def unbind(session: Session, rep: Rep, now: datetime) -> None:
    """The Slack account is not this rep's any more."""
    _set(session, rep, None, now)
    rep.slack_time_zone = None


def follow_zone(session: Session, rep: Rep, zone: str | None, now: datetime) -> None:
    """The time zone of the Slack profile is this one now. None: it is none that we know, so the old one stays."""
    if zone is not None and zone != rep.slack_time_zone:
        words = vocabulary(session, rep.workspace_id)
        assert words is not None
        ledger = Ledger(session, words, now)
        ledger.set(rep, slack_time_zone=zone)
        ledger.write(entry_for(reps.console(rep.workspace_id), now, SURFACE, "follow_slack_profile", {"zone": zone}))


def names_of(session: Session, workspace_id: int, slack_user_ids: set[str]) -> dict[str, str]:
    """The names of the reps among these Slack users."""
    query = select(Rep.slack_user_id, Rep.name).where(
        Rep.workspace_id == workspace_id, Rep.slack_user_id.in_(slack_user_ids)
    )
    return {str(row.slack_user_id): row.name for row in session.execute(query)}


def _set(session: Session, rep: Rep, slack_user_id: str | None, now: datetime) -> None:
    words = vocabulary(session, rep.workspace_id)
    assert words is not None
    ledger = Ledger(session, words, now)
    ledger.set(rep, slack_user_id=slack_user_id)
    command = "match_slack_user" if slack_user_id else "forget_slack_user"
    ledger.write(entry_for(reps.console(rep.workspace_id), now, SURFACE, command, {"user": slack_user_id}))
