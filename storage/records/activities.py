"""Calls, emails, meetings and notes as people log them, and what they mean for the last touch of a record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from storage.ledger.change_ledger import Ledger
from storage.tables import Account, Activity, Contact, Lead, Opportunity

NOTE = "note"
"""The one kind of activity that is no touch: nobody was spoken to."""


@dataclass(frozen=True)
class Logged:
    """What happened: kind (call, email, meeting, note), the words, the moment, and who did it (None: nobody here)."""

    kind: str
    text: str | None
    at: datetime
    owner_id: int | None


def log(ledger: Ledger, about: Lead | Contact | Account | Opportunity, happened: Logged) -> Activity:
    """Keep an activity of a record. Any but a note moves the last touch of the record forward, never back."""
    activity = Activity(
        workspace_id=about.workspace_id,
        kind=happened.kind,
        text=happened.text,
        at=happened.at,
        owner_id=happened.owner_id,
        created_at=ledger.now,
        **_links(about),
    )
    ledger.add(activity)
    if happened.kind != NOTE and not isinstance(about, Account):
        touch(ledger, about, happened.at)
    return activity


def touch(ledger: Ledger, record: Lead | Contact | Opportunity, at: datetime | None) -> None:
    """Move the last touch of a record forward to a moment; one that was touched later stays as it is."""
    if at is not None and (record.last_touch_at is None or record.last_touch_at < at):
        ledger.set(record, last_touch_at=at)


def _links(about: Lead | Contact | Account | Opportunity) -> dict[str, int | None]:
    match about:
        case Lead():
            return {"lead_id": about.id}
        case Contact():
            return {"contact_id": about.id, "account_id": about.account_id}
        case Opportunity():
            return {"opportunity_id": about.id, "account_id": about.account_id}
        case _:
            return {"account_id": about.id}
