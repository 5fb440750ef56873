"""What changes when a lead gets another owner."""

from __future__ import annotations

from sqlalchemy import select

from storage.ledger.change_ledger import Ledger
from storage.tables import FollowUp, Lead, Rep


def give(ledger: Ledger, lead: Lead, taker: Rep) -> bool:
    """Change the owner; what the former owner still meant to do for this lead goes along. False: was so already."""
    former = lead.owner_id
    if not ledger.set(lead, owner_id=taker.id):
        return False
    waiting = select(FollowUp).where(
        FollowUp.lead_id == lead.id, FollowUp.owner_id == former, FollowUp.done_at.is_(None)
    )
    for follow_up in ledger.session.scalars(waiting.order_by(FollowUp.id)):
        ledger.set(follow_up, owner_id=taker.id)
    return True
