"""Which rep a Slack user is: matched by email once, and known by the user's id from then on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from storage.audit.audit_log import build_entry
from storage.ledger.change_ledger import ChangeLedger
from storage.people import reps
from storage.tables import Rep
from storage.workspaces.workspace_vocabulary import load_vocabulary

SURFACE = "slack profile"

# Everybody who says or presses anything is looked up, and building the statement takes longer than running it.
KNOWN = select(Rep.id, Rep.active, Rep.welcomed_at).where(
    Rep.workspace_id == bindparam("workspace"), Rep.slack_user_id == bindparam("user")
)


def find_rep_by_slack_user(session: Session, workspace_id: int, slack_user_id: str) -> Rep | None:
    """Find the rep bound to this Slack user, active or not."""
    query = select(Rep).where(Rep.workspace_id == workspace_id, Rep.slack_user_id == slack_user_id)
    return session.scalar(query)


@dataclass(frozen=True)
class BoundRep:
    """Says which rep a Slack user is, whether they still work here, and whether they were welcomed."""

    rep_id: int
    active: bool
    welcomed: bool


def look_up_slack_user(session: Session, workspace_id: int, slack_user_id: str) -> BoundRep | None:
    """Look up the rep bound to this Slack user."""
    found = session.connection().execute(KNOWN, {"workspace": workspace_id, "user": slack_user_id}).first()
    return BoundRep(int(found[0]), bool(found[1]), found[2] is not None) if found is not None else None


def mark_welcomed(session: Session, rep_id: int, now: datetime) -> None:
    """Remember that a rep has got the welcome."""
    # Not through the mapped row: this is no change of the person, and must not stand in the way of one.
    session.execute(update(Rep).where(Rep.id == rep_id, Rep.welcomed_at.is_(None)).values(welcomed_at=now))


def bind_slack_user(
    session: Session, workspace_id: int, email: str, slack_user_id: str, zone: str | None, now: datetime
) -> Rep | None:
    """Bind a Slack user to the active, unbound rep with this email address; None where there is no such rep."""
    found = list(
        session.scalars(
            select(Rep)
            .where(Rep.workspace_id == workspace_id, func.lower(Rep.email) == email.lower(), Rep.active.is_(True))
            .with_for_update(key_share=True)
        )
    )
    if len(found) != 1 or found[0].slack_user_id not in (None, slack_user_id):
        return None
    rep = found[0]
    if rep.slack_user_id is None:
        _set_slack_user(session, rep, slack_user_id, now)
        rep.slack_time_zone = zone
    return rep


def unbind_slack_user(session: Session, rep: Rep, now: datetime) -> None:
    """Remove the Slack user from a rep."""
    _set_slack_user(session, rep, None, now)
    rep.slack_time_zone = None


def update_slack_time_zone(session: Session, rep: Rep, zone: str | None, now: datetime) -> None:
    """Update a rep's time zone from the Slack profile; None (an unknown zone) changes nothing."""
    if zone is not None and zone != rep.slack_time_zone:
        words = load_vocabulary(session, rep.workspace_id)
        assert words is not None
        ledger = ChangeLedger(session, words, now)
        ledger.set_columns(rep, slack_time_zone=zone)
        ledger.write_entry(
            build_entry(reps.make_console_asker(rep.workspace_id), now, SURFACE, "follow_slack_profile", {"zone": zone})
        )


def load_names_by_slack_user(session: Session, workspace_id: int, slack_user_ids: set[str]) -> dict[str, str]:
    """Load the names of the reps among these Slack users."""
    query = select(Rep.slack_user_id, Rep.name).where(
        Rep.workspace_id == workspace_id, Rep.slack_user_id.in_(slack_user_ids)
    )
    return {str(row.slack_user_id): row.name for row in session.execute(query)}


def _set_slack_user(session: Session, rep: Rep, slack_user_id: str | None, now: datetime) -> None:
    words = load_vocabulary(session, rep.workspace_id)
    assert words is not None
    ledger = ChangeLedger(session, words, now)
    ledger.set_columns(rep, slack_user_id=slack_user_id)
    command = "match_slack_user" if slack_user_id else "forget_slack_user"
    ledger.write_entry(
        build_entry(reps.make_console_asker(rep.workspace_id), now, SURFACE, command, {"user": slack_user_id})
    )
