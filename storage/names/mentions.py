"""Finding the visible records and people whose names have words of a sentence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import and_, bindparam, null, or_, select, true

from storage.names.name_index import MOST_HITS, format_ref
from storage.people.visibility import Scope
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


# Columns of the tables themselves: through the mapped classes a statement of each sentence takes a third longer.
WORDS = NameWord.__table__.c


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
    query = select(WORDS.word, WORDS.kind, WORDS.record_id).where(
        WORDS.workspace_id == bindparam("workspace"), WORDS.word.in_(bindparam("words", expanding=True))
    )
    return (query if everyone else query.where(_match_visible())).limit(MOST_HITS)


def _match_visible() -> Any:
    people = and_(WORDS.owner_id == 0, WORDS.kind == "user")
    return or_(WORDS.owner_id.in_(bindparam("visible", expanding=True)), people)


def list_words_by_start(scope: Scope, starts: Collection[str]) -> set[str]:
    """List words of visible names with one of these beginnings, to correct typos by; at most MOST_HITS."""
    if not starts:
        return set()
    values = {"workspace": scope.workspace_id, "visible": scope.visible or ()}
    for number, start in enumerate(sorted(starts)):
        values |= {f"from{number}": start, f"to{number}": start + "\uffff"}
    return set(scope.session.scalars(_select_by_start(len(starts), scope.visible is None), values))


@lru_cache(maxsize=64)
def _select_by_start(starts: int, everyone: bool) -> Any:
    begins = (
        and_(WORDS.word >= bindparam(f"from{number}"), WORDS.word < bindparam(f"to{number}"))
        for number in range(starts)
    )
    query = select(WORDS.word).distinct().where(WORDS.workspace_id == bindparam("workspace"), or_(*begins))
    return (query if everyone else query.where(_match_visible())).limit(MOST_HITS)


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
    lead, contact, account, opportunity, rep = (each.__table__.c for each in (Lead, Contact, Account, Opportunity, Rep))
    query: Any
    match kind:
        case "lead":
            table = lead
            query = select(
                lead.id, lead.name, lead.company, lead.lifecycle != "open", lead.product_interest, lead.owner_id
            )
        case "contact":
            table = contact
            query = select(contact.id, contact.name, account.name)
            # Of a contact's account nobody hears the name who may not see it.
            seen: Any = true() if everyone else account.owner_id.in_(bindparam("visible", expanding=True))
            query = query.outerjoin(Account.__table__, and_(account.id == contact.account_id, seen))
        case "account":
            table = account
            query = select(account.id, account.name, account.name)
        case "opportunity":
            table = opportunity
            over = opportunity.state != "open"
            query = select(
                opportunity.id, opportunity.name, account.name, over, opportunity.product, opportunity.owner_id
            ).outerjoin(Account.__table__, account.id == opportunity.account_id)
        case _:
            table = rep
            query = select(rep.id, rep.name, null(), ~rep.active)
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
