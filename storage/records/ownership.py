"""Giving records another owner."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any, TypeVar

from sqlalchemy import or_, select

from storage.ledger.change_ledger import KIND_OF, ChangeLedger
from storage.names.name_index import TABLES
from storage.people.visibility import Scope, match_ids
from storage.records import follow_ups
from storage.tables import Account, Contact, FollowUp, Lead, Opportunity, Rep

Owned = TypeVar("Owned", Lead, Account, Contact, Opportunity)
# So many records are looked up by one query: a database takes only so many values in one.
PORTION = 1000


def give_records(ledger: ChangeLedger, records: Sequence[Owned], taker: Rep) -> list[Owned]:
    """Give records of one kind another owner. Return those that were not theirs already."""
    former = {record.id: record.owner_id for record in records}
    given = ledger.change_records(records, owner_id=taker.id)
    # What the former owner meant to do for a record goes along; what colleagues mean to do stays theirs.
    ledger.change_records(_list_waiting(ledger, given, former), owner_id=taker.id)
    return given


def _list_waiting(ledger: ChangeLedger, records: list[Owned], former: dict[int, int | None]) -> list[FollowUp]:
    """List the open follow-ups that the former owners of these records have with them."""
    if not records:
        return []
    link: Any = getattr(FollowUp, f"{KIND_OF[type(records[0])]}_id")
    numbers = [record.id for record in records]
    found: list[FollowUp] = []
    for start in range(0, len(numbers), PORTION):
        query = select(FollowUp).where(link.in_(numbers[start : start + PORTION]), FollowUp.done_at.is_(None))
        found += ledger.session.scalars(query.order_by(FollowUp.id))
    return [each for each in found if each.owner_id == former[getattr(each, link.key)]]


def give_desk(
    scope: Scope, ledger: ChangeLedger, owners: tuple[int, ...], taker: Rep, kinds: Collection[str], *, most: int
) -> Counter[str] | None:
    """Give all that is open of these owners to another person. Return how many of each kind, follow-ups among them.

    None where these are more than `most`: then the transaction has to be given up. Accounts and contacts count as open.
    """
    desk = {kind: _list_open(scope, kind, owners, most + 1) for kind in KINDS if kind in kinds}
    if sum(map(len, desk.values())) > most:
        return None
    for kind, records in desk.items():
        if kind == "follow_up":
            ledger.change_records(records, owner_id=taker.id)
        else:
            give_records(ledger, records, taker)
    # Follow-ups that go along with their records count too, also where they were not asked for by themselves.
    given = Counter(note.kind for note in ledger.noted if note.column == "owner_id")
    return given if given.total() <= most else None


def list_leavers(scope: Scope, *, limit: int, within: tuple[int, ...] | None = None) -> list[Rep]:
    """List people who left and still have something open that the asker sees, by name; `within` these people."""
    mine = [
        scope.filter_visible(select(table.id), table).where(table.owner_id == Rep.id, *OPEN.get(kind, ())).exists()
        for kind, table in TABLES.items()
    ]
    people = select(Rep).where(Rep.workspace_id == scope.workspace_id, Rep.active.is_(False), or_(*mine))
    people = people if within is None else people.where(match_ids(Rep.id, within))
    return list(scope.session.scalars(people.order_by(Rep.name).limit(limit)))


def _list_open(scope: Scope, kind: str, owners: tuple[int, ...], limit: int) -> list[Any]:
    if kind == "follow_up":
        return follow_ups.load_open(scope, owners, limit)
    table = TABLES[kind]
    query = scope.filter_visible(select(table), table).where(match_ids(table.owner_id, owners), *OPEN.get(kind, ()))
    return list(scope.session.scalars(query.order_by(table.id).limit(limit)))


OPEN: dict[str, tuple[Any, ...]] = {
    "lead": (Lead.lifecycle == "open",),
    "opportunity": (Opportunity.state == "open",),
}
KINDS = ("lead", "opportunity", "account", "contact", "follow_up")
