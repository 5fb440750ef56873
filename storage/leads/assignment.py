"""What changes when a lead gets another owner."""

from __future__ import annotations

from sqlalchemy import select

from storage.ledger.change_ledger import ChangeLedger
from storage.tables import FollowUp, Lead, Rep


def assign_lead(ledger: ChangeLedger, lead: Lead, taker: Rep) -> bool:
    """Give a lead another owner, with the open follow-ups the former one had for it. False: was theirs already."""
    former = lead.owner_id
    if not ledger.set_columns(lead, owner_id=taker.id):
        return False
    waiting = select(FollowUp).where(
        FollowUp.lead_id == lead.id, FollowUp.owner_id == former, FollowUp.done_at.is_(None)
    )
    for follow_up in ledger.session.scalars(waiting.order_by(FollowUp.id)):
        ledger.set_columns(follow_up, owner_id=taker.id)
    return True
