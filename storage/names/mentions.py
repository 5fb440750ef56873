"""Finding the visible records and people whose names have words of a sentence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import and_, bindparam, func, null, or_, select, true

from storage.database.expressions import skip_index
from storage.names.name_index import MOST_HITS, find_hits_of_common, format_ref
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
    """Find, for each word, the visible records and people with it in their names.

    Of a word that more than MOST_HITS have, some are found, and those that have another of the words too.
    """
    found: dict[str, set[tuple[str, int]]] = defaultdict(set)
    if not words:
        return found
    for word, kind, record_id in _list_hits(scope, sorted(words)):
        found[word].add((kind, record_id))
    common = {word for word, keys in found.items() if len(keys) == MOST_HITS}
    rare = {key for word, keys in found.items() if word not in common for key in keys}
    for word, kind, record_id in find_hits_of_common(scope, common, rare):
        found[word].add((kind, record_id))
    return found


def _list_hits(scope: Scope, words: Sequence[str]) -> list[Any]:
    """List the hits of words, of each at most MOST_HITS."""
    values = {"workspace": scope.workspace_id, "words": words, "visible": scope.visible or ()}
    rows = list(scope.session.execute(_select_by_words(scope.visible is None), values))
    if len(rows) < MOST_HITS or len(words) == 1:
        return rows
    # One word may have taken all of the limit: the others are looked up without it.
    middle = len(words) // 2
    return _list_hits(scope, words[:middle]) + _list_hits(scope, words[middle:])


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


MOST_WORDS = 5000
"""How many words are compared with one that may have a typo, for each beginning that it may have."""


def list_words_by_start(scope: Scope, starts: Collection[str]) -> set[str]:
    """List words of visible names with one of these beginnings, to correct typos by; at most MOST_WORDS each."""
    select_words = _select_every_word() if scope.visible is None else _select_visible_words()
    values = {"workspace": scope.workspace_id, "visible": scope.visible or ()}
    return {
        word
        for start in sorted(starts)
        for word in scope.session.scalars(select_words, values | {"first": start, "end": start + "\uffff"})
    }


@cache
def _select_visible_words() -> Any:
    between = _match_between(WORDS.word >= bindparam("first"))
    return select(WORDS.word).distinct().where(between, _match_visible()).limit(MOST_WORDS)


@cache
def _select_every_word() -> Any:
    """Select each word once by stepping from one to the next: a common word stands in thousands of names."""
    first = select(func.min(WORDS.word).label("word")).where(_match_between(WORDS.word >= bindparam("first")))
    walk = first.cte("walk", recursive=True)
    # The one bound from below: with two of them SQLite would step through all that comes before.
    following = select(func.min(WORDS.word)).where(_match_between(WORDS.word > walk.c.word)).scalar_subquery()
    walk = walk.union_all(select(following).where(walk.c.word.is_not(None)))
    return select(walk.c.word).where(walk.c.word.is_not(None)).limit(MOST_WORDS)


def _match_between(after: Any) -> Any:
    return and_(WORDS.workspace_id == bindparam("workspace"), after, WORDS.word < bindparam("end"))


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
    query = query.where(
        skip_index(table.workspace_id) == bindparam("workspace"), table.id.in_(bindparam("ids", expanding=True))
    )
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
