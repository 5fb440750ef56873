"""Leads, accounts, contacts and opportunities."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Date, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from storage.tables.base import Base, InWorkspace, Numbered
from storage.tables.column_types import Key, Money, UnknownFirst, UtcDateTime, Word


class Owned(Numbered, InWorkspace):
    """What all four kinds of record share."""

    external_id: Mapped[str | None] = mapped_column(String(255))
    owner_id: Mapped[int | None] = mapped_column(Key, ForeignKey("rep.id", ondelete="SET NULL"))
    name: Mapped[str] = mapped_column(String(500))
    description: Mapped[str | None] = mapped_column(Text)
    custom: Mapped[dict[str, Any] | None] = mapped_column()
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer, default=1)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        # SQLAlchemy raises it with every change, and refuses to write a row that somebody else has changed since it was
        # read.
        return {"version_id_col": cls.version}


class AddressMixin:
    """A postal address. `state` is the part of the country, as exports of CRMs call it."""

    street: Mapped[str | None] = mapped_column(String(500))
    city: Mapped[str | None] = mapped_column(String(255))
    state: Mapped[str | None] = mapped_column(String(255))
    postal_code: Mapped[str | None] = mapped_column(String(60))
    country: Mapped[str | None] = mapped_column(String(255))


class CompanyMixin:
    """What is known of an organisation."""

    website: Mapped[str | None] = mapped_column(String(500))
    industry: Mapped[str | None] = mapped_column(String(255))
    employees: Mapped[int | None] = mapped_column(Integer)
    annual_revenue: Mapped[Decimal | None] = mapped_column(Money)


class PersonMixin:
    """What is known of a person. The email address is stored in lower case."""

    salutation: Mapped[str | None] = mapped_column(String(60))
    first_name: Mapped[str | None] = mapped_column(String(255))
    last_name: Mapped[str | None] = mapped_column(String(255))
    title: Mapped[str | None] = mapped_column(String(255))
    email: Mapped[str | None] = mapped_column(String(320))
    phone: Mapped[str | None] = mapped_column(String(120))
    mobile: Mapped[str | None] = mapped_column(String(120))


def _index_reference(table: str, column: str) -> Index:
    """Index a rare reference, so that it can be followed backwards."""
    # Without it, undoing a conversion reads all leads. The migration limits the index to rows that have the reference;
    # said here too, that would load both dialects of SQLAlchemy at every start.
    return Index(f"ix_{table}_{column}", column)


class Lead(Owned, AddressMixin, CompanyMixin, PersonMixin, Base):
    """An unqualified prospect. `lifecycle` is open, closed (by its status class) or converted."""

    __tablename__ = "lead"
    __table_args__ = (
        Index("uq_lead_workspace_id_external_id", "workspace_id", "external_id", unique=True),
        Index("ix_lead_workspace_id_owner_id_lifecycle", "workspace_id", "owner_id", "lifecycle", "score"),
        # The columns behind the score let everyone's leads be filtered and counted from the index alone.
        Index(
            "ix_lead_workspace_id_lifecycle_score",
            *("workspace_id", "lifecycle", UnknownFirst("score"), "band", "status_id", "source"),
            *("last_touch_at", "created_at"),
        ),
        # The narrow ones count faster, and give what is best by band or movement without sorting everyone's.
        Index(
            "ix_lead_workspace_id_lifecycle_band",
            *("workspace_id", "lifecycle", "band", UnknownFirst("score")),
        ),
        Index(
            "ix_lead_workspace_id_lifecycle_movement",
            *("workspace_id", "lifecycle", UnknownFirst("movement"), UnknownFirst("score")),
        ),
        Index("ix_lead_workspace_id_email", "workspace_id", "email"),
        Index("ix_lead_workspace_id_created_at", "workspace_id", "created_at", "lifecycle"),
        Index("ix_lead_workspace_id_source", "workspace_id", "source", "lifecycle", "created_at"),
        Index("ix_lead_workspace_id_status_id", "workspace_id", "status_id", "lifecycle", "created_at"),
        Index("ix_lead_workspace_id_industry", "workspace_id", "industry", "lifecycle", "created_at"),
        _index_reference("lead", "converted_account_id"),
        _index_reference("lead", "converted_contact_id"),
        _index_reference("lead", "converted_opportunity_id"),
        {"sqlite_autoincrement": True},
    )

    company: Mapped[str | None] = mapped_column(String(500))
    status_id: Mapped[int] = mapped_column(Key, ForeignKey("status.id"))
    lifecycle: Mapped[str] = mapped_column(String(10), default="open")
    source: Mapped[str | None] = mapped_column(String(255))
    rating: Mapped[str | None] = mapped_column(String(60))
    product_interest: Mapped[str | None] = mapped_column(String(500))
    budget: Mapped[str | None] = mapped_column(String(500))
    timeframe: Mapped[str | None] = mapped_column(String(500))
    evidence: Mapped[dict[str, Any] | None] = mapped_column()
    last_touch_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    close_reason: Mapped[str | None] = mapped_column(String(500))
    snoozed_until: Mapped[date | None] = mapped_column(Date)
    # These three repeat the newest shown row of lead_score, so that lists need no join and can be read from an index.
    score: Mapped[int | None] = mapped_column(Integer)
    band: Mapped[str | None] = mapped_column(String(10))
    movement: Mapped[int | None] = mapped_column(Integer)
    converted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    converted_by_id: Mapped[int | None] = mapped_column(Key, ForeignKey("rep.id", ondelete="SET NULL"))
    converted_account_id: Mapped[int | None] = mapped_column(Key, ForeignKey("account.id"))
    converted_contact_id: Mapped[int | None] = mapped_column(Key, ForeignKey("contact.id"))
    converted_opportunity_id: Mapped[int | None] = mapped_column(Key, ForeignKey("opportunity.id"))

    @property
    def is_converted(self) -> bool:
        """Whether it is converted. Not every file says when: `converted_at` may be empty all the same."""
        return self.lifecycle == "converted"


class Account(Owned, AddressMixin, CompanyMixin, Base):
    """An organisation. `name_key` is its name, folded and without legal form, `domain` its mail and web domain."""

    __tablename__ = "account"
    __table_args__ = (
        Index("uq_account_workspace_id_external_id", "workspace_id", "external_id", unique=True),
        Index("ix_account_workspace_id_owner_id", "workspace_id", "owner_id"),
        Index("ix_account_workspace_id_name_key", "workspace_id", "name_key"),
        Index("ix_account_workspace_id_domain", "workspace_id", "domain"),
        {"sqlite_autoincrement": True},
    )

    name_key: Mapped[str] = mapped_column(String(500))
    domain: Mapped[str | None] = mapped_column(String(255))
    phone: Mapped[str | None] = mapped_column(String(120))
    type: Mapped[str | None] = mapped_column(String(255))
    parent_id: Mapped[int | None] = mapped_column(Key, ForeignKey("account.id", ondelete="SET NULL"))


class Contact(Owned, AddressMixin, PersonMixin, Base):
    """A person worth doing business with, at an account."""

    __tablename__ = "contact"
    __table_args__ = (
        Index("uq_contact_workspace_id_external_id", "workspace_id", "external_id", unique=True),
        Index("ix_contact_workspace_id_owner_id", "workspace_id", "owner_id"),
        Index("ix_contact_workspace_id_email", "workspace_id", "email"),
        Index("ix_contact_workspace_id_account_id", "workspace_id", "account_id"),
        Index("ix_contact_workspace_id_last_touch_at", "workspace_id", "last_touch_at"),
        {"sqlite_autoincrement": True},
    )

    account_id: Mapped[int | None] = mapped_column(Key, ForeignKey("account.id", ondelete="SET NULL"))
    source: Mapped[str | None] = mapped_column(String(255))
    last_touch_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


# Sums of opportunities are read from an index alone. All three indexes have these columns: without statistics SQLite
# would else prefer one that has them to the one that finds the fewest rows.
SUMMED = ("state", "close_date", "currency", "stage_id", "amount", "probability", "source", "product", "created_at")


# Everyone's untouched deals are found, put in order and summed from an index alone. It does not say whose they are, so
# that nobody's own are looked for in it.
UNTOUCHED = ("created_at", "contact_id", "amount", "close_date", "currency", "probability")


class Opportunity(Owned, Base):
    """A possible or closed sale. `state` (open, won, lost) follows from the stage."""

    __tablename__ = "opportunity"
    __table_args__ = (
        Index("uq_opportunity_workspace_id_external_id", "workspace_id", "external_id", unique=True),
        Index("ix_opportunity_workspace_id_owner_id_state", "workspace_id", "owner_id", *SUMMED, "account_id"),
        Index("ix_opportunity_workspace_id_state_close_date", "workspace_id", *SUMMED, "owner_id", "account_id"),
        Index("ix_opportunity_workspace_id_account_id", "workspace_id", "account_id", *SUMMED, "owner_id"),
        Index("ix_opportunity_workspace_id_contact_id", "workspace_id", "contact_id"),
        Index("ix_opportunity_workspace_id_state_last_touch_at", "workspace_id", "state", "last_touch_at", *UNTOUCHED),
        {"sqlite_autoincrement": True},
    )

    account_id: Mapped[int | None] = mapped_column(Key, ForeignKey("account.id", ondelete="SET NULL"))
    contact_id: Mapped[int | None] = mapped_column(Key, ForeignKey("contact.id", ondelete="SET NULL"))
    amount: Mapped[Decimal | None] = mapped_column(Money)
    currency: Mapped[str] = mapped_column(String(3))
    stage_id: Mapped[int] = mapped_column(Key, ForeignKey("stage.id"))
    state: Mapped[str] = mapped_column(String(10), default="open")
    # Percent. The opportunity keeps its own when the stage's default changes.
    probability: Mapped[int] = mapped_column(Integer)
    close_date: Mapped[date | None] = mapped_column(Date)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    source: Mapped[str | None] = mapped_column(String(255))
    next_step: Mapped[str | None] = mapped_column(String(1000))
    lost_reason: Mapped[str | None] = mapped_column(String(500))
    type: Mapped[str | None] = mapped_column(String(255))
    product: Mapped[str | None] = mapped_column(String(255))
    last_touch_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class OpportunityContact(InWorkspace, Base):
    """A person who takes part in an opportunity besides its primary contact."""

    __tablename__ = "opportunity_contact"
    __table_args__ = (Index("ix_opportunity_contact_contact_id", "contact_id"),)

    opportunity_id: Mapped[int] = mapped_column(Key, ForeignKey("opportunity.id", ondelete="CASCADE"), primary_key=True)
    contact_id: Mapped[int] = mapped_column(Key, ForeignKey("contact.id", ondelete="CASCADE"), primary_key=True)


class NameWord(Base):
    """One word of a record's or a person's name. `owner_id` is 0 for people and for records without an owner."""

    __tablename__ = "name_word"
    __table_args__ = (
        Index("ix_name_word_record", "kind", "record_id"),
        # For words that only begin alike, of which the key would find everybody's.
        Index("ix_name_word_workspace_id_owner_id_word", "workspace_id", "owner_id", "word", "kind"),
        {"sqlite_with_rowid": False},
    )

    # The owner comes right after the word in the key: a rep's look-up does not get slower with the records of others.
    workspace_id: Mapped[int] = mapped_column(Key, ForeignKey("workspace.id", ondelete="CASCADE"), primary_key=True)
    word: Mapped[str] = mapped_column(Word, primary_key=True)
    owner_id: Mapped[int] = mapped_column(Key, primary_key=True)
    kind: Mapped[str] = mapped_column(String(12), primary_key=True)
    record_id: Mapped[int] = mapped_column(Key, primary_key=True)
