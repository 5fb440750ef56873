"""Finding the visible records and people whose names have words of a sentence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import and_, bindparam, null, or_, select

from storage.names.name_index import MOST_HITS, format_ref
from storage.people.visibility import Scope, match_ids
from storage.tables import Account, Contact, Lead, NameWord, Opportunity, OpportunityContact, Rep


@dataclass(frozen=True, slots=True)
class MentionedRecord:
    """A record that a sentence may mean. `company` is the lead's company or the account's name.

    `over` is true for a converted or closed lead, a won or lost opportunity, and a person who left.
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
        return format_ref(self.kind, self.id)


def find_by_words(scope: Scope, words: Collection[str]) -> dict[str, set[tuple[str, int]]]:
    """Find, for each word, the visible records and people with it in their names; at most MOST_HITS in all."""
    if not words:
        return {}
    values = {"workspace": scope.workspace_id, "words": sorted(words), "visible": scope.visible or ()}
    found: dict[str, set[tuple[str, int]]] = defaultdict(set)
    for word, kind, record_id in scope.session.execute(_select_by_words(scope.visible is None), values):
        found[word].add((kind, record_id))
    return found


# The statements are built once: building one takes longer than the database takes to answer it.
@cache
def _select_by_words(everyone: bool) -> Any:
    query = select(NameWord.word, NameWord.kind, NameWord.record_id).where(
        NameWord.workspace_id == bindparam("workspace"), NameWord.word.in_(bindparam("words", expanding=True))
    )
    return (query if everyone else query.where(_match_visible())).limit(MOST_HITS)


def _match_visible() -> Any:
    people = and_(NameWord.owner_id == 0, NameWord.kind == "user")
    return or_(NameWord.owner_id.in_(bindparam("visible", expanding=True)), people)


def list_words_by_start(scope: Scope, starts: Collection[str]) -> set[str]:
    """List words of visible names with one of these beginnings, to correct typos by; at most MOST_HITS."""
    if not starts:
        return set()
    begins = or_(*(and_(NameWord.word >= start, NameWord.word < start + "\uffff") for start in sorted(starts)))
    query = select(NameWord.word).distinct().where(NameWord.workspace_id == scope.workspace_id, begins)
    if scope.visible is not None:
        people = and_(NameWord.owner_id == 0, NameWord.kind == "user")
        query = query.where(or_(match_ids(NameWord.owner_id, scope.visible), people))
    return set(scope.session.scalars(query.limit(MOST_HITS)))


def load_mentioned(scope: Scope, wanted: Collection[tuple[str, int]]) -> dict[tuple[str, int], MentionedRecord]:
    """Load these records as far as a sentence needs them; those that are not visible are left out."""
    by_kind: dict[str, list[int]] = defaultdict(list)
    for kind, record_id in wanted:
        by_kind[kind].append(record_id)
    found = {}
    for kind, ids in by_kind.items():
        values = {"workspace": scope.workspace_id, "ids": ids, "visible": scope.visible or ()}
        for row in scope.session.execute(_select_mentioned(kind, scope.visible is None), values):
            found[kind, row[0]] = MentionedRecord(kind, *row)
    return found


@cache
def _select_mentioned(kind: str, everyone: bool) -> Any:
    table: Any = {"lead": Lead, "contact": Contact, "account": Account, "opportunity": Opportunity}.get(kind, Rep)
    query: Any
    match kind:
        case "lead":
            over = Lead.lifecycle != "open"
            query = select(Lead.id, Lead.name, Lead.company, over, Lead.product_interest, Lead.owner_id)
        case "contact":
            query = select(Contact.id, Contact.name, Account.name)
            query = query.outerjoin(Account, Account.id == Contact.account_id)
        case "account":
            query = select(Account.id, Account.name, Account.name)
        case "opportunity":
            over = Opportunity.state != "open"
            query = select(
                Opportunity.id, Opportunity.name, Account.name, over, Opportunity.product, Opportunity.owner_id
            ).outerjoin(Account, Account.id == Opportunity.account_id)
        case _:
            query = select(Rep.id, Rep.name, null(), ~Rep.active)
    query = query.where(table.workspace_id == bindparam("workspace"), table.id.in_(bindparam("ids", expanding=True)))
    if kind != "user" and not everyone:
        query = query.where(table.owner_id.in_(bindparam("visible", expanding=True)))
    return query


def find_deals_of_contacts(scope: Scope, contacts: Collection[int]) -> list[MentionedRecord]:
    """Find the visible open opportunities that these contacts are on: `Greta's deal`."""
    beside = select(OpportunityContact.opportunity_id).where(OpportunityContact.contact_id.in_(contacts))
    query = scope.filter_visible(select(Opportunity.id), Opportunity).where(
        Opportunity.state == "open", or_(Opportunity.contact_id.in_(contacts), Opportunity.id.in_(beside))
    )
    numbers = scope.session.scalars(query.order_by(Opportunity.id).limit(MOST_HITS))
    found = load_mentioned(scope, [("opportunity", number) for number in numbers])
    return list(found.values())


def find_close_date(scope: Scope, number: int) -> Any:
    """Find the close date of the visible opportunity with this id; None where there is none."""
    return scope.session.scalar(
        scope.filter_visible(select(Opportunity.close_date), Opportunity).where(Opportunity.id == number)
    )


def find_by_email(scope: Scope, addresses: Collection[str]) -> list[tuple[str, int]]:
    """Find the visible leads and contacts with one of these email addresses, whatever their case."""
    wanted = sorted({each.lower() for each in addresses})
    found: list[tuple[str, int]] = []
    for kind, table in (("lead", Lead), ("contact", Contact)):
        query = scope.filter_visible(select(table.id), table).where(table.email.in_(wanted)).order_by(table.id)
        found += [(kind, number) for number in scope.session.scalars(query.limit(MOST_HITS))] if wanted else []
    return found
