"""Calls, emails, meetings and notes as people log them, and what they mean for the last touch of a record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from storage.ledger.change_ledger import ChangeLedger
from storage.people.visibility import Scope, match_ids
from storage.tables import Account, Activity, Contact, Lead, Opportunity

# A note is no touch: nobody was spoken to.
NOTE = "note"


@dataclass(frozen=True)
class LoggedActivity:
    """What happened: kind (call, email, meeting, note), the words, the moment, and who did it (None: no rep)."""

    kind: str
    text: str | None
    at: datetime
    owner_id: int | None


def log_activity(
    ledger: ChangeLedger, about: Lead | Contact | Account | Opportunity, happened: LoggedActivity
) -> Activity:
    """Add an activity to a record. Any but a note moves the record's last touch forward, never back."""
    activity = Activity(
        workspace_id=about.workspace_id,
        kind=happened.kind,
        text=happened.text,
        at=happened.at,
        owner_id=happened.owner_id,
        created_at=ledger.now,
        **_build_links(about),
    )
    ledger.add_record(activity)
    if happened.kind != NOTE and not isinstance(about, Account):
        move_last_touch(ledger, about, happened.at)
    return activity


def move_last_touch(ledger: ChangeLedger, record: Lead | Contact | Opportunity, at: datetime | None) -> None:
    """Move the last touch of a record forward to a moment; one that was touched later stays as it is."""
    if at is not None and (record.last_touch_at is None or record.last_touch_at < at):
        ledger.set_columns(record, last_touch_at=at)


def find_newest_kinds(scope: Scope, leads: Sequence[int], since: datetime) -> dict[int, str]:
    """Find the kind of the newest touch logged since a moment with each of these visible leads, by the lead's number.

    What happened more than a day before that moment is left out: an import may add it late.
    """
    query = (
        select(Activity.lead_id, Activity.kind)
        .where(
            Activity.workspace_id == scope.workspace_id,
            match_ids(Activity.lead_id, tuple(leads)),
            Activity.kind != NOTE,
            Activity.created_at > since,
            Activity.at > since - timedelta(days=1),
        )
        .order_by(Activity.created_at, Activity.id)
    )
    return {row.lead_id: row.kind for row in scope.session.execute(query)}


def _build_links(about: Lead | Contact | Account | Opportunity) -> dict[str, int | None]:
    """Build the foreign keys that attach an activity to its record and to the record's account."""
    match about:
        case Lead():
            return {"lead_id": about.id}
        case Contact():
            return {"contact_id": about.id, "account_id": about.account_id}
        case Opportunity():
            return {"opportunity_id": about.id, "account_id": about.account_id}
        case _:
            return {"account_id": about.id}
