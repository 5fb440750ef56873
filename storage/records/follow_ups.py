"""Queries on follow-ups: what its owner means to do, with which record, by when."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, or_, select

from storage.database.expressions import skip_index
from storage.database.matching import match_range
from storage.ledger.change_ledger import ChangeLedger
from storage.names.name_index import TABLES, NamedRecord
from storage.names.normalise import split_words
from storage.people.visibility import Scope, match_ids
from storage.records.record_line import Line, Page
from storage.tables import Account, Contact, FollowUp, Lead, Opportunity

# A follow-up may belong to several records. It is shown with the first of these kinds.
KINDS = ("lead", "opportunity", "contact", "account")

COUNT = (func.count(),)
NUMBER = (FollowUp.id,)
SHOWN = (
    FollowUp.id,
    FollowUp.external_id,
    FollowUp.due,
    FollowUp.note,
    FollowUp.owner_id,
    FollowUp.done_at,
    FollowUp.lead_id,
    FollowUp.opportunity_id,
    FollowUp.contact_id,
    FollowUp.account_id,
    Lead.name.label("lead_name"),
    Lead.company.label("lead_company"),
    Opportunity.name.label("opportunity_name"),
    Contact.name.label("contact_name"),
    Account.name.label("account_name"),
)


@dataclass(frozen=True)
class DueFilter:
    """Which open follow-ups: of these owners, due between two days (inclusive), with a record (kind and number)."""

    owners: tuple[int, ...] | None = None
    due_from: date | None = None
    due_to: date | None = None
    about: tuple[str, int] | None = None


def list_follow_ups(scope: Scope, wanted: DueFilter, *, limit: int) -> Page:
    """List open follow-ups on visible records, earliest first."""
    count = scope.session.scalar(_select_open(scope, COUNT, wanted)) or 0
    first = (FollowUp.due, FollowUp.id)
    query = _select_open(scope, SHOWN, wanted)
    if scope.visible is None:
        # Everyone's are chosen before their records are looked up: PostgreSQL would look up those of all of them.
        numbers = scope.session.scalars(_select_open(scope, NUMBER, wanted).order_by(*first).limit(limit)).all()
        query = _select_visible(scope, *SHOWN, few=True).where(FollowUp.id.in_(numbers))
    rows = scope.session.execute(query.order_by(*first).limit(limit)).all()
    return Page(tuple(_line_from_row(row) for row in rows), count)


def count_due_before(scope: Scope, wanted: DueFilter, day: date) -> int:
    """Count the open follow-ups that were due before a day."""
    return scope.session.scalar(_select_open(scope, COUNT, replace(wanted, due_to=day - timedelta(days=1)))) or 0


def find_follow_up(scope: Scope, number: int) -> FollowUp | None:
    """Find the follow-up with this number, where its record is visible."""
    found: FollowUp | None = scope.session.scalar(_select_visible(scope, FollowUp).where(FollowUp.id == number))
    return found


def find_next_open(scope: Scope, kind: str, number: int, *, first_of: int) -> tuple[FollowUp | None, int]:
    """Find a visible record's next open follow-up, those of the owner `first_of` before others, and count them all."""
    its_open = (_link_column(kind) == number, FollowUp.done_at.is_(None))
    count = scope.session.scalar(_select_visible(scope, *COUNT, few=True).where(*its_open)) or 0
    query = _select_visible(scope, FollowUp, few=True).where(*its_open)
    own_first = (func.coalesce(FollowUp.owner_id, 0) == first_of).desc()
    return scope.session.scalar(query.order_by(own_first, FollowUp.due, FollowUp.id).limit(1)), count


def find_next_of_leads(scope: Scope, numbers: list[int]) -> dict[int, tuple[date, str | None]]:
    """Find the due date and note of each visible lead's first open follow-up."""
    if not numbers:
        return {}
    query = select(FollowUp.lead_id, FollowUp.due, FollowUp.note).where(
        skip_index(FollowUp.workspace_id) == scope.workspace_id,
        match_ids(FollowUp.lead_id, tuple(numbers)),
        FollowUp.done_at.is_(None),
    )
    found: dict[int, tuple[date, str | None]] = {}
    for number, due, note in scope.session.execute(query.order_by(FollowUp.due, FollowUp.id)):
        if number is not None:
            found.setdefault(number, (due, note))
    return found


def find_by_note(scope: Scope, words: str, limit: int = 20) -> list[NamedRecord]:
    """Find visible open follow-ups whose note has all of these words, earliest first."""
    wanted = split_words(words)
    if not wanted:
        return []
    query = _select_open(scope, SHOWN, DueFilter(scope.visible))
    for word in wanted:
        query = query.where(func.lower(FollowUp.note).contains(word, autoescape=True))
    return [
        _named_from_row(row) for row in scope.session.execute(query.order_by(FollowUp.due, FollowUp.id).limit(limit))
    ]


def list_notes(scope: Scope, owner_id: int, limit: int) -> list[NamedRecord]:
    """List a person's open follow-ups on visible records as names: their note, and whom they are with."""
    # In no order: an index on days or numbers would have everybody's be gone through for one person's.
    query = _select_visible(scope, *SHOWN).where(FollowUp.owner_id == owner_id, FollowUp.done_at.is_(None))
    return sorted((_named_from_row(row) for row in scope.session.execute(query.limit(limit))), key=lambda each: each.id)


def load_named(scope: Scope, numbers: list[int]) -> list[NamedRecord]:
    """Load these follow-ups as names, those whose record is visible."""
    query = _select_visible(scope, *SHOWN).where(FollowUp.id.in_(numbers))
    return [_named_from_row(row) for row in scope.session.execute(query)]


def load_open(scope: Scope, owners: tuple[int, ...], limit: int) -> list[FollowUp]:
    """Load the open follow-ups of these owners on visible records, to be changed within the transaction."""
    query = _select_open(scope, (FollowUp,), DueFilter(owners)).order_by(FollowUp.id)
    return list(scope.session.scalars(query.limit(limit)))


def build_line(scope: Scope, follow_up: FollowUp) -> Line:
    """Build the line of a loaded follow-up."""
    return _line_from_row(
        scope.session.execute(_select_visible(scope, *SHOWN).where(FollowUp.id == follow_up.id)).one()
    )


def add_follow_up(ledger: ChangeLedger, record: Any, *, due: date, note: str | None, owner_id: int | None) -> FollowUp:
    """Add a follow-up to a record of whatever kind."""
    kind = next(kind for kind, table in TABLES.items() if isinstance(record, table))
    follow_up = FollowUp(
        workspace_id=record.workspace_id,
        due=due,
        note=note,
        owner_id=owner_id,
        created_at=ledger.now,
        **{f"{kind}_id": record.id},
    )
    ledger.add_record(follow_up)
    return follow_up


def complete_follow_up(ledger: ChangeLedger, follow_up: FollowUp, at: datetime) -> bool:
    """Mark a follow-up as done. Return False if it was done already."""
    return follow_up.done_at is None and ledger.set_columns(follow_up, done_at=at)


def _link_column(kind: str) -> Any:
    return getattr(FollowUp, f"{kind}_id")


def _select_visible(scope: Scope, *columns: Any, few: bool = False) -> Any:
    """Select follow-ups joined with those of their records that may be seen; `few`: they are found by their record."""
    workspace_id = skip_index(FollowUp.workspace_id) if few else FollowUp.workspace_id
    query = select(*columns).select_from(FollowUp).where(workspace_id == scope.workspace_id)
    # Everyone's are counted and chosen without the joins, which neither add nor remove a row.
    if scope.visible is None and len(columns) == 1 and columns[0] in {COUNT[0], NUMBER[0]}:
        return query
    for kind in KINDS:
        table = TABLES[kind]
        joined = table.id == _link_column(kind)
        if scope.visible is not None:
            joined = and_(joined, match_ids(table.owner_id, scope.visible))
        query = query.outerjoin(table, joined)
    if scope.visible is None:
        return query
    # A follow-up whose records are all hidden is hidden too; one that belongs to no record is its owner's.
    seen = [TABLES[kind].id.is_not(None) for kind in KINDS]
    nothing = and_(*(_link_column(kind).is_(None) for kind in KINDS))
    return query.where(or_(*seen, and_(nothing, match_ids(FollowUp.owner_id, scope.visible))))


def _select_open(scope: Scope, columns: Any, wanted: DueFilter) -> Any:
    query = _select_visible(scope, *columns, few=wanted.about is not None).where(FollowUp.done_at.is_(None))
    if wanted.owners is not None:
        owner_id = FollowUp.owner_id if wanted.about is None else skip_index(FollowUp.owner_id)
        query = query.where(match_ids(owner_id, wanted.owners))
    if wanted.about is not None:
        kind, number = wanted.about
        query = query.where(_link_column(kind) == number)
    return query.where(*match_range(FollowUp.due, wanted.due_from, wanted.due_to))


def _line_from_row(row: Any) -> Line:
    kind, name = _find_shown_record(row)
    fields: dict[str, Any] = {"due": row.due, "note": row.note, "owner_id": row.owner_id, "done_at": row.done_at}
    if kind is not None:
        fields |= {"about": kind, "about_id": getattr(row, f"{kind}_id")}
    if kind == "lead":
        fields["company"] = row.lead_company
    return Line("follow_up", row.id, name or row.note or "Follow-up", row.external_id, fields)


def _named_from_row(row: Any) -> NamedRecord:
    return NamedRecord(
        "follow_up", row.id, row.note or "Follow-up", row.external_id, _find_shown_record(row)[1], row.owner_id
    )


def _find_shown_record(row: Any) -> tuple[str | None, str | None]:
    for kind in KINDS:
        name = getattr(row, f"{kind}_name")
        if name is not None:
            return kind, name
    return None, None
