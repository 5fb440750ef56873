"""A person's digest as plain data, the same for every surface and for the sender.

See docs/domain.md, "What the digest says".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from commands.contract.reply import Button


@dataclass(frozen=True)
class Urgency:
    """Why a lead stands higher or lower today: the name of the weight, its points, and the reason in words."""

    name: str
    points: int
    text: str


@dataclass(frozen=True)
class FirstLead:
    """A lead to work on. `movement` are points since the last digest; a score of None counts 50.

    `done` says what was done with it since the digest was sent.
    """

    id: str
    external_id: str | None
    name: str
    title: str | None
    company: str | None
    status: str
    score: int | None
    band: str | None
    movement: int | None
    priority: int
    urgency: tuple[Urgency, ...]
    reason: str | None
    next_step: str
    buttons: tuple[Button, ...]
    done: str | None = None
    converted: bool = False
    """Whether nothing is left to do with it as a lead."""


@dataclass(frozen=True)
class ClosingDeal:
    """An open opportunity that closes within seven days, or should have. `done` says what became of it since."""

    id: str
    external_id: str | None
    name: str
    account: str | None
    stage: str
    amount: Decimal | None
    currency: str
    close_date: date
    overdue: bool
    done: str | None = None


@dataclass(frozen=True)
class News:
    """Something that happened since the last digest. `what` is new, score, won or changed; `text` is one line.

    A line that counts those who are not named belongs to no record.
    """

    what: str
    id: str | None
    external_id: str | None
    name: str | None
    text: str


@dataclass(frozen=True)
class TeamRow:
    """How a colleague stands: leads untouched for seven days, hot ones for three, opportunities that changed stage."""

    rep: str
    untouched: int
    hot_waiting: int
    moved: int
    moved_amount: dict[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True)
class Digest:
    """One person's digest. `silent` says that there is nothing to say."""

    rep_id: int
    rep: str
    local_date: date
    since: datetime
    summary: str
    silent: bool
    first: tuple[FirstLead, ...]
    closing: tuple[ClosingDeal, ...]
    news: tuple[News, ...]
    team: tuple[TeamRow, ...]
    open: int
    """How many open leads the first ones were chosen from; snoozed ones are left out."""

    def to_json(self) -> dict[str, Any]:
        """Return the object that `digest --json` prints, without whether it was sent."""
        found: dict[str, Any] = {
            "rep": self.rep,
            "local_date": self.local_date.isoformat(),
            "summary": self.summary,
            "silent": self.silent,
            "first": [_lead_to_json(each) for each in self.first],
            "closing": [_deal_to_json(each) for each in self.closing],
            "since": [
                {
                    "what": each.what,
                    "id": each.id,
                    "external_id": each.external_id,
                    "name": each.name,
                    "text": each.text,
                }
                for each in self.news
            ],
        }
        if self.team:
            found["team"] = [team_row_to_json(each) for each in self.team]
        return found


def store_digest(digest: Digest) -> dict[str, Any]:
    """Return all of a digest as JSON values, to make its message again from."""
    found: dict[str, Any] = _stored_form().dump_python(digest, mode="json")
    return found


def read_stored_digest(stored: dict[str, Any]) -> Digest:
    """Read a digest from what `store_digest` made of it."""
    return _stored_form().validate_python(stored)


@cache
def _stored_form() -> TypeAdapter[Digest]:
    return TypeAdapter(Digest)


def _lead_to_json(lead: FirstLead) -> dict[str, Any]:
    urgency = [{"name": each.name, "points": each.points, "text": each.text} for each in lead.urgency]
    found = {
        "id": lead.id,
        "external_id": lead.external_id,
        "name": lead.name,
        "title": lead.title,
        "company": lead.company,
        "status": lead.status,
        "score": lead.score,
        "band": lead.band,
        "movement": lead.movement,
        "priority": lead.priority,
        "urgency": urgency,
        "reason": lead.reason,
        "next_step": lead.next_step,
    }
    return found | ({"not_scored": True} if lead.score is None else {})


def _deal_to_json(deal: ClosingDeal) -> dict[str, Any]:
    return {
        "id": deal.id,
        "external_id": deal.external_id,
        "name": deal.name,
        "account": deal.account,
        "stage": deal.stage,
        "amount": None if deal.amount is None else float(deal.amount),
        "currency": deal.currency,
        "close_date": deal.close_date.isoformat(),
        "overdue": deal.overdue,
    }


def team_row_to_json(row: TeamRow) -> dict[str, Any]:
    """Return a colleague's row as JSON values."""
    # Several currencies are never added, so there is one amount only where all of it is in one currency.
    found: dict[str, Any] = {
        "rep": row.rep,
        "untouched": row.untouched,
        "hot_waiting": row.hot_waiting,
        "pipeline_moved": row.moved,
    }
    if len(row.moved_amount) == 1:
        found["pipeline_moved_amount"] = float(next(iter(row.moved_amount.values())))
    elif row.moved_amount:
        found["by_currency"] = {currency: float(amount) for currency, amount in row.moved_amount.items()}
    return found
