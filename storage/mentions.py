"""Which visible records and people have any of the words of a sentence in their names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, or_, select

from storage.access import Scope, among
from storage.names import MOST_HITS, ref
from storage.tables import Account, Contact, Lead, NameWord, Opportunity, Rep


@dataclass(frozen=True, slots=True)
class Mentioned:
    """A record that a sentence may mean. `company` is the lead's company or the account's name.

    `over` says that its life has ended: a converted or closed lead, a won or lost opportunity.
    """

    kind: str
    id: int
    name: str
    company: str | None = None
    over: bool = False
    product: str | None = None
    owner_id: int | None = None

    @property
    def ref(self) -> str:
        return ref(self.kind, self.id)


def having(scope: Scope, words: Collection[str]) -> dict[str, set[tuple[str, int]]]:
    """For each word the visible records and the people that have it in their names, at most MOST_HITS in all."""
    if not words:
        return {}
    query = select(NameWord.word, NameWord.kind, NameWord.record_id).where(
        NameWord.workspace_id == scope.workspace_id, NameWord.word.in_(sorted(words))
    )
    if scope.visible is not None:
        people = and_(NameWord.owner_id == 0, NameWord.kind == "user")
        query = query.where(or_(among(NameWord.owner_id, scope.visible), people))
    found: dict[str, set[tuple[str, int]]] = defaultdict(set)
    for word, kind, record_id in scope.session.execute(query.limit(MOST_HITS)):
        found[word].add((kind, record_id))
    return found


def beginning(scope: Scope, starts: Collection[str]) -> set[str]:
    """Words of visible names that begin with one of these letters, at most MOST_HITS, for mending typos."""
    if not starts:
        return set()
    begins = or_(*(and_(NameWord.word >= start, NameWord.word < start + "\uffff") for start in sorted(starts)))
    query = select(NameWord.word).distinct().where(NameWord.workspace_id == scope.workspace_id, begins)
    if scope.visible is not None:
        people = and_(NameWord.owner_id == 0, NameWord.kind == "user")
        query = query.where(or_(among(NameWord.owner_id, scope.visible), people))
    return set(scope.session.scalars(query.limit(MOST_HITS)))


def described(scope: Scope, wanted: Collection[tuple[str, int]]) -> dict[tuple[str, int], Mentioned]:
    """What a reader has to know of these records; those that are not visible are left out."""
    by_kind: dict[str, list[int]] = defaultdict(list)
    for kind, record_id in wanted:
        by_kind[kind].append(record_id)
    return {
        (kind, row[0]): Mentioned(kind, *row)
        for kind, ids in by_kind.items()
        for row in scope.session.execute(_query(scope, kind, ids))
    }


def _query(scope: Scope, kind: str, ids: Sequence[int]) -> Any:
    match kind:
        case "lead":
            over = Lead.lifecycle != "open"
            query = select(Lead.id, Lead.name, Lead.company, over, Lead.product_interest, Lead.owner_id)
            return scope.limit(query.where(Lead.id.in_(ids)), Lead)
        case "contact":
            query = select(Contact.id, Contact.name, Account.name)
            return scope.limit(query.outerjoin(Account, Account.id == Contact.account_id), Contact).where(
                Contact.id.in_(ids)
            )
        case "account":
            return scope.limit(select(Account.id, Account.name, Account.name).where(Account.id.in_(ids)), Account)
        case "opportunity":
            over = Opportunity.state != "open"
            query = select(
                Opportunity.id, Opportunity.name, Account.name, over, Opportunity.product, Opportunity.owner_id
            )
            return scope.limit(query.outerjoin(Account, Account.id == Opportunity.account_id), Opportunity).where(
                Opportunity.id.in_(ids)
            )
        case _:
            return select(Rep.id, Rep.name).where(
                Rep.workspace_id == scope.workspace_id, Rep.id.in_(ids), Rep.active.is_(True)
            )


def close_date_of(scope: Scope, number: int) -> Any:
    """The close date of the visible opportunity with this number, from which it may be pushed."""
    return scope.session.scalar(
        scope.limit(select(Opportunity.close_date), Opportunity).where(Opportunity.id == number)
    )
