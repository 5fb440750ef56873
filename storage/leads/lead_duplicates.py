"""Leads that may be the same person, and what a lead is called."""

from __future__ import annotations

from dataclasses import dataclass

from rapidfuzz import fuzz
from sqlalchemy import select

from storage.names import name_index
from storage.names.name_index import NamedRecord
from storage.names.no_company import has_no_company
from storage.names.normalise import extract_domain, make_company_key, normalise_name, split_words
from storage.people.visibility import Scope
from storage.tables import Contact, Lead

# How alike two names at one company must be (rapidfuzz, 0 to 100) to be perhaps the same person's.
SIMILAR = 85

MOST_DUPLICATES = 5
LONGEST_NAME = 500


@dataclass(frozen=True)
class Duplicate:
    """A visible lead or contact that may be the same person, and why it is thought so."""

    named: NamedRecord
    why: str


def compose_lead_name(
    first_name: str | None, last_name: str | None, company: str | None = None, email: str | None = None
) -> str:
    """Compose a lead's name: its person's name, else its company, else its email address."""
    person = " ".join(part for part in (first_name, last_name) if part)
    return (person or company or email or "")[:LONGEST_NAME]


def find_duplicates(
    scope: Scope, *, name: str, company: str | None, email: str | None, but: tuple[str, int] = ("", 0)
) -> list[Duplicate]:
    """Find visible leads and contacts that may be this person, the surest first; the record `but` is left out."""
    found: dict[tuple[str, int], Duplicate] = {}
    for named in _find_by_email(scope, email):
        found[named.kind, named.id] = Duplicate(named, "has the same email address")
    similar = []
    for named in _find_similar_names(scope, name, company):
        why = _explain_likeness(scope, named, name=name, company=company, email=email)
        if why:
            similar.append((why, named))
    for why, named in sorted(similar, key=lambda each: (each[0] != SAME, each[1].kind, each[1].id)):
        found.setdefault((named.kind, named.id), Duplicate(named, why))
    return [each for key, each in found.items() if key != but][:MOST_DUPLICATES]


def describe_same_email(scope: Scope, record: Lead | Contact) -> tuple[str, ...]:
    """Describe who else has the email address of this lead or contact, a sentence each."""
    found = (each for each in _find_by_email(scope, record.email))
    others = (each for each in found if (each.kind, each.id) != (name_index.KIND_OF[type(record)], record.id))
    return tuple(f"The {each.kind} {each.name} (#{each.ref}) has the same email address." for each in others)


SAME = "has the same name at the same company"


def _find_by_email(scope: Scope, email: str | None) -> list[NamedRecord]:
    if not email:
        return []
    wanted = []
    for kind, table in (("lead", Lead), ("contact", Contact)):
        query = scope.filter_visible(select(table.id), table).where(table.email == email).limit(MOST_DUPLICATES)
        wanted += [(kind, number) for number in scope.session.scalars(query)]
    return name_index.load_named(scope, wanted)


def _find_similar_names(scope: Scope, name: str, company: str | None) -> list[NamedRecord]:
    at = "" if has_no_company(company) else make_company_key(company or "")
    words = {*split_words(name), *split_words(at)}
    return name_index.load_named(scope, list(name_index.find_hits(scope, words, ("lead", "contact"))))


def _explain_likeness(
    scope: Scope, named: NamedRecord, *, name: str, company: str | None, email: str | None
) -> str | None:
    likeness = fuzz.ratio(normalise_name(named.name), normalise_name(name))
    if likeness < SIMILAR:
        return None
    if has_no_company(company) and has_no_company(named.company):
        # Two strangers may share a name, so a similar one says nothing.
        return "has the same name" if likeness == 100 else _explain_same_domain(scope, named, likeness, email)
    if company and named.company and make_company_key(company) == make_company_key(named.company):
        return SAME if likeness == 100 else "has a similar name at the same company"
    return _explain_same_domain(scope, named, likeness, email)


def _explain_same_domain(scope: Scope, named: NamedRecord, likeness: float, email: str | None) -> str | None:
    table = Lead if named.kind == "lead" else Contact
    domain = extract_domain(email)
    if domain and domain == extract_domain(scope.session.scalar(select(table.email).where(table.id == named.id))):
        return f"has {'the same' if likeness == 100 else 'a similar'} name and an address at {domain}"
    return None
