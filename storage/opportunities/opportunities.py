"""Queries on opportunities, and the rules that follow from an opportunity's stage."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import aliased

from storage.database.expressions import latest, match_none_of, skip_index
from storage.database.matching import match_range
from storage.ledger.change_ledger import ChangeLedger
from storage.names.normalise import normalise_name
from storage.names.text_matching import match_place
from storage.people.visibility import Scope, match_ids
from storage.records.record_line import Line
from storage.tables import Account, Contact, FollowUp, Opportunity, OpportunityContact, Stage
from storage.workspaces.workspace_vocabulary import StageDefinition

MOST_PRODUCTS = 5000
Sort = Literal["amount", "close_date", "stage", "untouched"]
Missing = Literal["amount", "next_step", "owner", "contact", "follow_up", "account"]
# First and last date of a period, both inclusive; None is open.
Days = tuple[date | None, date | None]


@dataclass(frozen=True)
class OpportunityFilter:
    """What to look for. Dates are inclusive, the moment is aware. None: no condition."""

    states: tuple[str, ...] | None = ("open",)
    stage_ids: tuple[int, ...] | None = None
    owners: tuple[int, ...] | None = None
    account_id: int | None = None
    products: tuple[str, ...] | None = None
    min_amount: Decimal | None = None
    max_amount: Decimal | None = None
    # The close date lies in any of these periods.
    closing: tuple[Days, ...] | None = None
    closing_before: date | None = None
    # An opportunity without a close date matches too: it may still come.
    closing_from: date | None = None
    untouched_before: datetime | None = None
    # City, state or country of their account, in full.
    place: str | None = None
    missing: tuple[Missing, ...] = ()


def find_opportunity(scope: Scope, number: int) -> Opportunity | None:
    """Find the visible opportunity with this number, to be read or changed within the transaction."""
    return scope.find_record(Opportunity, number)


def find_matching(scope: Scope, wanted: OpportunityFilter, *, limit: int) -> list[Opportunity]:
    """Find the opportunities that match, the largest first, to be read or changed within the transaction."""
    query = apply_filter(scope, select(Opportunity), wanted)
    return list(scope.session.scalars(query.order_by(*_sort_columns("amount")).limit(limit)))


def list_opportunities(scope: Scope, wanted: OpportunityFilter, sort: Sort, *, limit: int) -> tuple[Line, ...]:
    """List the first opportunities that match, in the asked order."""
    query = apply_filter(scope, select(Opportunity.id), wanted)
    if sort == "stage":
        query = query.join(Stage, Stage.id == Opportunity.stage_id)
    return load_lines(scope, list(scope.session.scalars(query.order_by(*_sort_columns(sort)).limit(limit))))


def load_lines(scope: Scope, numbers: list[int]) -> tuple[Line, ...]:
    """Load these opportunities as lines, in this order; those that are not visible are left out."""
    if not numbers:
        return ()
    rows = scope.session.execute(scope.filter_visible_ids(SELECT_LINES, Opportunity, numbers))
    # The database gives rows found by ids in an order of its own.
    found = {row.id: _line_from_row(row) for row in rows}
    return tuple(found[number] for number in numbers if number in found)


def build_line(scope: Scope, opportunity: Opportunity) -> Line:
    """Build the line of a loaded opportunity."""
    return load_lines(scope, [opportunity.id])[0]


def apply_filter(scope: Scope, query: Any, wanted: OpportunityFilter) -> Any:
    """Limit a query on opportunities to those that match and that the asker may see."""
    conditions: list[Any] = []
    # Naming all three states lets an index on owner, state and close date be used for them all.
    state = Opportunity.state if wanted.account_id is None else skip_index(Opportunity.state)
    conditions.append(_match_any(state, wanted.states or ("open", "won", "lost")))
    if wanted.stage_ids is not None:
        conditions.append(match_ids(Opportunity.stage_id, wanted.stage_ids))
    if wanted.owners is not None:
        conditions.append(match_ids(Opportunity.owner_id, wanted.owners))
    if wanted.account_id is not None:
        conditions.append(Opportunity.account_id == wanted.account_id)
    if wanted.products is not None:
        conditions.append(_match_any(Opportunity.product, wanted.products))
    conditions += match_range(Opportunity.amount, wanted.min_amount, wanted.max_amount)
    if wanted.place is not None:
        lies_there = match_place(Account, wanted.place)
        conditions.append(select(Account.id).where(Account.id == Opportunity.account_id, lies_there).exists())
    conditions += [_match_missing(each) for each in wanted.missing]
    if wanted.closing is not None:
        conditions.append(or_(*(match_days(Opportunity.close_date, days) for days in wanted.closing)))
    if wanted.closing_before is not None:
        conditions.append(Opportunity.close_date < wanted.closing_before)
    if wanted.closing_from is not None:
        conditions.append(or_(Opportunity.close_date >= wanted.closing_from, Opportunity.close_date.is_(None)))
    if wanted.untouched_before is not None:
        conditions += _match_untouched(scope, wanted, wanted.untouched_before)
    return scope.filter_visible(query.select_from(Opportunity), Opportunity).where(*conditions)


def _match_untouched(scope: Scope, wanted: OpportunityFilter, before: datetime) -> list[Any]:
    """Match opportunities that were last touched before a moment: they, and the people who take part in them."""
    # Where it was touched itself since then, nobody has to be looked up.
    itself = or_(Opportunity.last_touch_at.is_(None), Opportunity.last_touch_at < before)
    untouched = touched_at < before
    if scope.visible is not None or wanted.owners is not None or wanted.account_id is not None:
        return [itself, untouched]
    # Of everyone's it is quicker to look for the people who were touched, than for those of each opportunity.
    lately = select(Contact.id).where(Contact.workspace_id == scope.workspace_id, Contact.last_touch_at >= before)
    theirs = select(OpportunityContact.opportunity_id).where(OpportunityContact.contact_id.in_(lately))
    return [
        itself,
        match_none_of(scope.session, Opportunity.contact_id, lately),
        match_none_of(scope.session, Opportunity.id, theirs),
        or_(Opportunity.created_at < before, untouched),
    ]


def _match_missing(what: Missing) -> Any:
    match what:
        case "amount":
            return Opportunity.amount.is_(None)
        case "next_step":
            return Opportunity.next_step.is_(None)
        case "owner":
            return Opportunity.owner_id.is_(None)
        case "account":
            return Opportunity.account_id.is_(None)
        case "contact":
            taking_part = select(OpportunityContact.contact_id).where(
                OpportunityContact.opportunity_id == Opportunity.id
            )
            return and_(Opportunity.contact_id.is_(None), ~taking_part.exists())
        case "follow_up":
            waiting = select(FollowUp.id).where(FollowUp.opportunity_id == Opportunity.id, FollowUp.done_at.is_(None))
            return ~waiting.exists()


def match_days(column: Any, days: Days) -> Any:
    """Match dates that lie in a period; one open at both ends matches every row."""
    start, end = days
    bounds = ([column >= start] if start else []) + ([column <= end] if end else [])
    return and_(True, *bounds)


def _match_any(column: Any, values: tuple[str, ...]) -> Any:
    return column == values[0] if len(values) == 1 else column.in_(values)


_itself = aliased(Opportunity)
# One list of people, not an OR: PostgreSQL would read all contacts for each opportunity.
_primary = (
    select(Contact.last_touch_at).where(Contact.id == Opportunity.contact_id).correlate(Opportunity).scalar_subquery()
)
_taking_part = (
    select(func.max(Contact.last_touch_at))
    .join(OpportunityContact, OpportunityContact.contact_id == Contact.id)
    .where(OpportunityContact.opportunity_id == Opportunity.id)
    .correlate(Opportunity)
    .scalar_subquery()
)
# A deal is touched by talking to the people who take part in it, too. One never touched counts from its creation.
touched_at = func.coalesce(latest(Opportunity.last_touch_at, _primary, _taking_part), Opportunity.created_at)

SELECT_LINES = select(
    Opportunity.id,
    Opportunity.external_id,
    Opportunity.name,
    Account.name.label("account"),
    Opportunity.stage_id,
    Opportunity.state,
    Opportunity.amount,
    Opportunity.currency,
    Opportunity.probability,
    Opportunity.close_date,
    Opportunity.owner_id,
    Opportunity.next_step,
    Opportunity.lost_reason,
    touched_at.label("touched_at"),
).outerjoin(Account, Account.id == Opportunity.account_id)
"""What the lines of a list show of each opportunity."""


def _sort_columns(sort: Sort) -> tuple[Any, ...]:
    match sort:
        case "close_date":
            return (Opportunity.close_date.nulls_last(), Opportunity.amount.desc().nulls_last(), Opportunity.id)
        case "stage":
            return (Stage.position, Opportunity.amount.desc().nulls_last(), Opportunity.id)
        case "untouched":
            return (touched_at, Opportunity.id)
        case _:
            return (Opportunity.amount.desc().nulls_last(), Opportunity.close_date.nulls_last(), Opportunity.id)


def _line_from_row(row: Any) -> Line:
    return Line(
        "opportunity",
        row.id,
        row.name,
        row.external_id,
        {
            "account": row.account,
            "stage_id": row.stage_id,
            "state": row.state,
            "amount": row.amount,
            "currency": row.currency,
            "probability": row.probability,
            "close_date": row.close_date,
            "owner_id": row.owner_id,
            "next_step": row.next_step,
            "lost_reason": row.lost_reason,
            "touched_at": row.touched_at,
        },
    )


def set_stage(
    ledger: ChangeLedger,
    opportunity: Opportunity,
    stage: StageDefinition,
    today: date,
    *,
    close_date: date | None = None,
    lost_reason: str | None = None,
) -> bool:
    """Move an opportunity to a stage; state, probability and the closing fields follow. Return whether it changed.

    `today` is the asker's local date: a won or lost opportunity closes on it, unless it closed on an earlier date.
    """
    values: dict[str, Any] = {"stage_id": stage.id, "state": stage.state}
    # Named again, the same stage leaves a probability alone that somebody set for this opportunity.
    if stage.id != opportunity.stage_id:
        values["probability"] = stage.probability
    closes = close_date or opportunity.close_date
    if stage.state == "open":
        values["closed_at"] = None
    else:
        closes = today if closes is None or closes > today else closes
        values["closed_at"] = opportunity.closed_at if opportunity.state == stage.state else ledger.now
    values["close_date"] = closes
    values["lost_reason"] = (lost_reason or opportunity.lost_reason) if stage.state == "lost" else None
    return ledger.set_columns(opportunity, **values)


def list_products(scope: Scope, limit: int = MOST_PRODUCTS) -> list[str]:
    """List the products of visible opportunities, in alphabetical order."""
    query = scope.filter_visible(select(Opportunity.product).distinct(), Opportunity).where(
        Opportunity.product.is_not(None)
    )
    return [name for name in scope.session.scalars(query.order_by(Opportunity.product).limit(limit)) if name]


def spell_product(scope: Scope, words: str) -> str:
    """Spell a product as visible opportunities write it (`gtx pro`: GTX Pro), one that none has as it was said."""
    wanted = normalise_name(words)
    same = (name for name in list_products(scope) if normalise_name(name) == wanted)
    return next(same, " ".join(words.split()))


def find_product_spellings(scope: Scope, words: str) -> tuple[str, ...]:
    """Find how visible opportunities write a product (`gtx pro`: GTX Pro, GTXPro), else products with these words."""
    existing = list_products(scope)
    wanted = normalise_name(words)
    same = [name for name in existing if normalise_name(name).replace(" ", "") == wanted.replace(" ", "")]
    return tuple(same or [name for name in existing if f" {wanted} " in f" {normalise_name(name)} "]) if wanted else ()
