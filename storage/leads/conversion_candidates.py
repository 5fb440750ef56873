"""Accounts, contacts and open opportunities that a lead may become part of, each with why it matches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from rapidfuzz import fuzz, process
from sqlalchemy import or_, select

from storage.names import name_index
from storage.names.no_company import has_no_company
from storage.names.normalise import (
    extract_domain,
    fold_text,
    make_company_key,
    normalise_name,
    read_domain,
    split_words,
)
from storage.people.visibility import Scope
from storage.tables import Account, Contact, Lead, Opportunity

R = TypeVar("R", Account, Contact, Opportunity)

# How alike names must be (rapidfuzz, 0 to 100): a company's as a whole, a person's, and one word with a typo in it.
SIMILAR_NAME = 88
SIMILAR_PERSON = 90
MISTYPED = 80
MOST_SIMILAR = 5
MOST_CONTACTS = 2000
MOST_OPEN = 10


@dataclass(frozen=True)
class Candidate(Generic[R]):
    """A visible record that fits, and why. `sure` counts the certain reasons; 0 means that it is only similar."""

    record: R
    why: str
    sure: int


def find_matching_accounts(scope: Scope, lead: Lead) -> list[Candidate[Account]]:
    """Find accounts that may be the lead's company, the surest first.

    A person without a company has nothing but an own website or address in common with an account.
    """
    key = None if has_no_company(lead.company) else make_company_key(lead.company or "")
    said = (extract_domain(lead.email), extract_domain(lead.website), read_domain(lead.company))
    domains = {domain for domain in said if domain}
    exact = scope.filter_visible(select(Account), Account).where(
        or_(*([Account.name_key == key] if key else []), Account.domain.in_(domains))
    )
    found = {each.id: _rate_account(each, key, domains) for each in scope.session.scalars(exact.order_by(Account.id))}
    # The person may be known at an account whose name and domain are written quite differently.
    for contact in _find_contacts_by_email(scope, lead):
        account = _find_visible(scope, Account, contact.account_id)
        if account is not None and account.id not in found:
            sure = 0 if has_no_company(account.name) else 1
            found[account.id] = Candidate(account, f"{contact.name} there has the same email address", sure)
    for account in _find_similar_accounts(scope, key) if key else ():
        found.setdefault(account.id, Candidate(account, "similar name", 0))
    return sorted(found.values(), key=lambda each: (-each.sure, each.record.id))


def find_matching_contacts(scope: Scope, lead: Lead, account: Account | None) -> list[Candidate[Contact]]:
    """Find contacts that may be the lead's person, the surest first."""
    found = {each.id: Candidate(each, "same email address", 2) for each in _find_contacts_by_email(scope, lead)}
    if account is not None:
        query = scope.filter_visible(select(Contact), Contact).where(Contact.account_id == account.id)
        for each in scope.session.scalars(query.order_by(Contact.id).limit(MOST_CONTACTS)):
            candidate = _rate_contact(each, lead, account)
            if candidate is not None:
                found.setdefault(each.id, candidate)
    return sorted(found.values(), key=lambda each: (-each.sure, _is_elsewhere(each.record, account), each.record.id))


def list_open_opportunities(scope: Scope, account: Account, product: str | None) -> list[Candidate[Opportunity]]:
    """List the account's open opportunities: those about the product first, then by close date."""
    query = scope.filter_visible(select(Opportunity), Opportunity).where(
        Opportunity.account_id == account.id, Opportunity.state == "open"
    )
    soonest = query.order_by(Opportunity.close_date.nulls_last(), Opportunity.id).limit(MOST_OPEN)
    interest = set(split_words(product))
    found = []
    for each in scope.session.scalars(soonest):
        about = interest and interest <= {*split_words(each.name), *split_words(each.product)}
        found.append(Candidate(each, f"open at {account.name}{', same product' if about else ''}", 2 if about else 1))
    return sorted(found, key=lambda each: -each.sure)


def _rate_account(account: Account, key: str | None, domains: set[str]) -> Candidate[Account]:
    why = []
    if account.domain in domains:
        why.append(f"same domain {account.domain}")
    if account.name_key == key:
        why.append("same name")
    # Of somebody without a company an address may be that of a provider: it is offered, not taken.
    return Candidate(account, " and ".join(why), len(why) if key else 0)


def _rate_contact(contact: Contact, lead: Lead, account: Account) -> Candidate[Contact] | None:
    if normalise_name(contact.name) == normalise_name(lead.name):
        # Two people of one name may work at one company: different addresses make the match doubtful.
        differ = bool(contact.email and lead.email and contact.email != lead.email)
        return Candidate(
            contact, f"same name at {account.name}{', another email' if differ else ''}", 0 if differ else 1
        )
    if fuzz.ratio(normalise_name(contact.name), normalise_name(lead.name)) >= SIMILAR_PERSON:
        return Candidate(contact, f"similar name at {account.name}", 0)
    return None


def _find_contacts_by_email(scope: Scope, lead: Lead) -> list[Contact]:
    if not lead.email:
        return []
    query = scope.filter_visible(select(Contact), Contact).where(Contact.email == lead.email.lower())
    return list(scope.session.scalars(query.order_by(Contact.id).limit(MOST_SIMILAR)))


def _is_elsewhere(contact: Contact, account: Account | None) -> bool:
    return account is None or contact.account_id != account.id


def _find_similar_accounts(scope: Scope, key: str) -> list[Account]:
    """Find accounts whose name shares a word with the key, perhaps mistyped, and is similar as a whole."""
    words = set(key.split())
    for word in key.split():
        # Typos seldom change the first letter, and a letter's words are few enough to compare with all of them.
        known = name_index.list_words_from(scope, ("account",), word[:1])
        words |= {near[0] for near in process.extract(word, known, scorer=fuzz.ratio, score_cutoff=MISTYPED, limit=3)}
    hits = name_index.load_named(scope, list(name_index.find_hits(scope, words, ("account",))))
    alike = {each.id: _measure_likeness(make_company_key(each.name), key) for each in hits}
    best = sorted((number for number, score in alike.items() if score >= SIMILAR_NAME), key=lambda n: (-alike[n], n))
    found = (_find_visible(scope, Account, number) for number in best[:MOST_SIMILAR])
    return [account for account in found if account is not None]


def _measure_likeness(one: str, other: str) -> float:
    return max(
        # In any order of words (`Bank of Ohio`, `Ohio Bank`), and written as one word or two (`Sales Force`).
        fuzz.ratio(one, other),
        fuzz.token_set_ratio(one, other),
        fuzz.ratio(_join_letters(one), _join_letters(other)),
    )


def _join_letters(name: str) -> str:
    return fold_text(name).replace(" ", "")


def _find_visible(scope: Scope, table: Any, number: int | None) -> Any:
    return (
        scope.session.scalar(scope.filter_visible(select(table), table).where(table.id == number)) if number else None
    )
