"""What a lead may become part of: accounts, contacts and open opportunities, each with why it matches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from rapidfuzz import fuzz, process
from sqlalchemy import or_, select

from storage.names import name_index
from storage.names.normalise import company_key, domain_of, folded, key_of, words_of
from storage.people.visibility import Scope
from storage.tables import Account, Contact, Lead, Opportunity

R = TypeVar("R", Account, Contact, Opportunity)

SIMILAR_NAME = 88
"""How alike company names are (rapidfuzz, 0 to 100) to be shown as perhaps the same."""
SIMILAR_PERSON = 90
MISTYPED = 80
MOST_SIMILAR = 5
MOST_CONTACTS = 2000
MOST_OPEN = 10


@dataclass(frozen=True)
class Candidate(Generic[R]):
    """A visible record that fits, and why. `sure` counts the certain reasons; 0 is a likeness only."""

    record: R
    why: str
    sure: int


def accounts(scope: Scope, lead: Lead) -> list[Candidate[Account]]:
    """Accounts that may be the lead's company, the surest first (DOMAIN.md section 2, preview)."""
    key = company_key(lead.company or "")
    domains = {domain for domain in (domain_of(lead.email), domain_of(lead.website)) if domain}
    exact = scope.limit(select(Account), Account).where(or_(Account.name_key == key, Account.domain.in_(domains)))
    found = {each.id: _account(each, key, domains) for each in scope.session.scalars(exact.order_by(Account.id))}
    for contact in _with_email(scope, lead):
        account = _visible(scope, Account, contact.account_id)
        if account is not None and account.id not in found:
            found[account.id] = Candidate(account, f"{contact.name} there has the same email address", 1)
    for account in _similar(scope, key):
        found.setdefault(account.id, Candidate(account, "similar name", 0))
    return sorted(found.values(), key=lambda each: (-each.sure, each.record.id))


def contacts(scope: Scope, lead: Lead, account: Account | None) -> list[Candidate[Contact]]:
    """Contacts that may be the lead's person, the surest first.

    The same name at the account is certain too, unless both have an email address and these differ.
    """
    found = {each.id: Candidate(each, "same email address", 2) for each in _with_email(scope, lead)}
    if account is not None:
        query = scope.limit(select(Contact), Contact).where(Contact.account_id == account.id)
        for each in scope.session.scalars(query.order_by(Contact.id).limit(MOST_CONTACTS)):
            candidate = _person(each, lead, account)
            if candidate is not None:
                found.setdefault(each.id, candidate)
    return sorted(found.values(), key=lambda each: (-each.sure, _elsewhere(each.record, account), each.record.id))


def open_opportunities(scope: Scope, lead: Lead, account: Account) -> list[Candidate[Opportunity]]:
    """The account's open opportunities, those about what the lead is interested in first, then by close date."""
    query = scope.limit(select(Opportunity), Opportunity).where(
        Opportunity.account_id == account.id, Opportunity.state == "open"
    )
    soonest = query.order_by(Opportunity.close_date.nulls_last(), Opportunity.id).limit(MOST_OPEN)
    interest = set(words_of(lead.product_interest))
    found = []
    for each in scope.session.scalars(soonest):
        about = interest and interest <= {*words_of(each.name), *words_of(each.product)}
        found.append(Candidate(each, f"open at {account.name}{', same product' if about else ''}", 2 if about else 1))
    return sorted(found, key=lambda each: -each.sure)


def _account(account: Account, key: str, domains: set[str]) -> Candidate[Account]:
    why = []
    if account.domain in domains:
        why.append(f"same domain {account.domain}")
    if account.name_key == key:
        why.append("same name")
    return Candidate(account, " and ".join(why), len(why))


def _person(contact: Contact, lead: Lead, account: Account) -> Candidate[Contact] | None:
    if key_of(contact.name) == key_of(lead.name):
        differ = bool(contact.email and lead.email and contact.email != lead.email)
        return Candidate(
            contact, f"same name at {account.name}{', another email' if differ else ''}", 0 if differ else 1
        )
    if fuzz.ratio(key_of(contact.name), key_of(lead.name)) >= SIMILAR_PERSON:
        return Candidate(contact, f"similar name at {account.name}", 0)
    return None


def _with_email(scope: Scope, lead: Lead) -> list[Contact]:
    if not lead.email:
        return []
    query = scope.limit(select(Contact), Contact).where(Contact.email == lead.email.lower())
    return list(scope.session.scalars(query.order_by(Contact.id).limit(MOST_SIMILAR)))


def _elsewhere(contact: Contact, account: Account | None) -> bool:
    return account is None or contact.account_id != account.id


def _similar(scope: Scope, key: str) -> list[Account]:
    """Accounts whose name shares a word with the key, or nearly, and is alike as a whole."""
    words = set(key.split())
    for word in key.split():
        known = name_index.vocabulary_of(scope, ("account",), word[:1])
        words |= {near[0] for near in process.extract(word, known, scorer=fuzz.ratio, score_cutoff=MISTYPED, limit=3)}
    hits = name_index.load(scope, list(name_index.hits(scope, words, ("account",))))
    alike = {each.id: _likeness(company_key(each.name), key) for each in hits}
    best = sorted((number for number, score in alike.items() if score >= SIMILAR_NAME), key=lambda n: (-alike[n], n))
    found = (_visible(scope, Account, number) for number in best[:MOST_SIMILAR])
    return [account for account in found if account is not None]


def _likeness(one: str, other: str) -> float:
    return max(fuzz.ratio(one, other), fuzz.token_set_ratio(one, other), fuzz.ratio(_joined(one), _joined(other)))


def _joined(name: str) -> str:
    return folded(name).replace(" ", "")


def _visible(scope: Scope, table: Any, number: int | None) -> Any:
    return scope.session.scalar(scope.limit(select(table), table).where(table.id == number)) if number else None
