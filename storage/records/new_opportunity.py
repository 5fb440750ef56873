"""Opening an opportunity."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from storage.ledger.change_ledger import ChangeLedger
from storage.tables import Opportunity
from storage.workspaces.workspace_vocabulary import StageDefinition


@dataclass(frozen=True)
class NewOpportunity:
    """An opportunity that is to be opened; the amount may be missing."""

    name: str
    amount: Decimal | None
    currency: str
    close_date: date
    stage: StageDefinition
    product: str | None = None


@dataclass(frozen=True)
class OpportunityPlace:
    """Where a new opportunity belongs: workspace, owner, account, primary contact; and where it comes from."""

    workspace_id: int
    owner_id: int | None
    account_id: int | None
    contact_id: int | None
    source: str | None
    last_touch_at: datetime | None = None


def open_opportunity(ledger: ChangeLedger, new: NewOpportunity, place: OpportunityPlace, *, today: date) -> Opportunity:
    """Add an opportunity. In a won or lost stage it closes on `today`, the asker's local date, at the latest."""
    closes = new.stage.state != "open"
    opportunity = Opportunity(
        workspace_id=place.workspace_id,
        owner_id=place.owner_id,
        created_at=ledger.now,
        updated_at=ledger.now,
        name=new.name,
        account_id=place.account_id,
        contact_id=place.contact_id,
        amount=new.amount,
        currency=new.currency,
        product=new.product,
        stage_id=new.stage.id,
        state=new.stage.state,
        probability=new.stage.probability,
        close_date=min(new.close_date, today) if closes else new.close_date,
        closed_at=ledger.now if closes else None,
        source=place.source,
        last_touch_at=place.last_touch_at,
    )
    ledger.add_record(opportunity)
    return opportunity
