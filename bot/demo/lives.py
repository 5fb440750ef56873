"""What the sample company's records are made of, before they become rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from bot.demo.firm import Member, Product, Source
from bot.demo.names import Firm

QUOTE = "Asked for a quote on the website"


class End(StrEnum):
    """How a lead's life ended, if it did."""

    CONVERTED = "converted"
    CLOSED = "closed"
    NOT_YET = "open"


@dataclass(frozen=True)
class Touch:
    """A call, email, meeting or note. Notes are what the person did by themselves, the rest is contact."""

    at: datetime
    kind: str
    subject: str
    outcome: str | None = None


@dataclass
class LeadLife:
    """A lead from its arrival to its end, or to now."""

    key: str
    first_name: str
    last_name: str
    title: str
    rank: int
    """Which group of titles: 0 decides, 2 prepares a decision."""
    firm: Firm
    source: Source
    owner: Member
    end: End
    status: str
    product: Product
    created_at: datetime
    ended_at: datetime | None = None
    touches: list[Touch] = field(default_factory=list)
    budget: int | None = None
    timeframe: str | None = None
    closed_because: str | None = None
    account: str | None = None
    contact: str | None = None
    deal: str | None = None
    before: str | None = None
    """The status until the last working day, where it changed then."""

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"

    @property
    def last_contact(self) -> datetime | None:
        return max((each.at for each in self.touches if each.kind != "note"), default=None)


@dataclass(frozen=True)
class ContactLife:
    """A person at a customer."""

    key: str
    first_name: str
    last_name: str
    title: str
    created_at: datetime
    source: str | None = None


@dataclass
class Customer:
    """An account with its people."""

    key: str
    firm: Firm
    owner: Member
    type: str
    created_at: datetime
    contacts: list[ContactLife] = field(default_factory=list)


@dataclass
class Deal:
    """An opportunity in any stage."""

    key: str
    name: str
    customer: Customer
    contact: ContactLife
    owner: Member
    product: Product
    amount: int
    stage: str
    created_at: datetime
    close_date: date
    type: str
    source: str | None = None
    next_step: str | None = None
    lost_reason: str | None = None
    touches: list[Touch] = field(default_factory=list)
    before: str | None = None
    """The stage until the last working day, where it changed then."""


@dataclass(frozen=True)
class Task:
    """A follow-up on a lead or a deal."""

    due: date
    note: str
    owner: Member
    lead: LeadLife | None = None
    deal: Deal | None = None
    done: bool = False
