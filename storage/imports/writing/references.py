"""Finding the record that words point to: by id, email, domain or name."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage.database.bulk_writes import PARAMETERS, split_portions
from storage.imports.understanding.column_content import EMAIL
from storage.imports.understanding.fields import TABLES
from storage.imports.values.salesforce_ids import list_spellings, looks_like_id, shorten_id
from storage.imports.writing.imported_rows import find_imported_records
from storage.names.normalise import extract_domain, make_company_key, normalise_name, split_words
from storage.tables import Account, Lead, NameWord, Rep

DOMAIN = re.compile(r"(?:https?://)?[a-z0-9\-]+(?:\.[a-z0-9\-]+)+/?", re.IGNORECASE)
LONGEST_KEY = 300
MOST_REMEMBERED = 100_000

# Salesforce's WhoId may be a lead or a contact, its WhatId an account or an opportunity: which, is known only when the
# target arrives. Such references wait under one name.
ANY_KIND = "any"
GROUPS = {"lead": "who", "contact": "who", "account": "what", "opportunity": "what", "user": "user"}


# A touch names a person, who may be a lead, a contact, or after a conversion both: it belongs to whichever there is.
PERSON_PAIR = {"lead": "contact", "contact": "lead"}


def may_be_both(words: str) -> bool:
    """Say whether words may point to a lead and to a contact: any but Salesforce's ids, which are those of one."""
    return not looks_like_id(words)


def choose_waiting_kind(targets: tuple[str, ...]) -> str:
    """Choose the kind under which a reference waits for its target."""
    groups = {GROUPS[each] for each in targets}
    return targets[0] if len(targets) == 1 else groups.pop() if len(groups) == 1 else ANY_KIND


def make_reference_key(words: str) -> str:
    """Make the key by which a reference's words are compared with records that arrive."""
    email = EMAIL.search(words)
    if email:
        return email[0].strip("()[]'\".").lower()[:LONGEST_KEY]
    if looks_like_id(words):
        return shorten_id(words)
    return (normalise_name(words) or words.casefold())[:LONGEST_KEY]


def make_waiting_key(targets: tuple[str, ...], words: str) -> str:
    """Make the key under which a reference waits: `Acme Inc.` may arrive as `Acme`, and is then compared anew."""
    key = make_reference_key(words)
    return _drop_legal_form(key) if "account" in targets and not looks_like_id(words) else key


def _drop_legal_form(key: str) -> str:
    return key if "@" in key else make_company_key(key)[:LONGEST_KEY] or key


def list_arrival_keys(values: dict[str, Any]) -> set[str]:
    """List the keys under which references may have waited for this record."""
    keys = set()
    for column in ("external_id", "name", "domain"):
        if value := values.get(column):
            key = make_reference_key(value)
            keys |= {key} if looks_like_id(value) else {key, _drop_legal_form(key)}
    if email := values.get("email"):
        keys.add(email)
    return keys


class RepIndex:
    """All users of a workspace by external id, email and name. A name that several users have finds none of them."""

    def __init__(self, session: Session, workspace_id: int) -> None:
        self.by_key: dict[str, int | None] = {}
        rows = session.execute(
            select(Rep.id, Rep.external_id, Rep.email, Rep.name)
            .where(Rep.workspace_id == workspace_id)
            .order_by(Rep.active, Rep.id)
        ).all()
        for row in rows:
            key = make_reference_key(row.name)
            self.by_key[key] = None if self.by_key.get(key, row.id) != row.id else row.id
        for row in rows:
            if row.email:
                self.by_key[row.email.lower()] = row.id
            if row.external_id:
                self.by_key[make_reference_key(row.external_id)] = row.id

    def find_rep_id(self, words: str) -> int | None:
        return self.by_key.get(make_reference_key(words))


class Finder:
    """Finds the targets of references, many at once, and remembers those found."""

    def __init__(self, workspace_id: int) -> None:
        self.workspace_id = workspace_id
        self.found: dict[tuple[str, str], int] = {}
        self.people: RepIndex | None = None

    def forget_reps(self) -> None:
        """Forget the users. Call this after some were added or changed."""
        self.people = None

    def expect_reps(self, session: Session, arriving: Iterable[dict[str, Any]]) -> None:
        """Take these users as known, though a dry run does not write them."""
        people = self._load_people(session)
        for values in arriving:
            for key in list_arrival_keys(values):
                people.by_key.setdefault(key, 0)

    def is_unknown_rep(self, session: Session, words: str) -> bool:
        """Say whether nobody in the workspace has this id, address or name."""
        return make_reference_key(words) not in self._load_people(session).by_key

    def find_targets(
        self, session: Session, wanted: Iterable[tuple[tuple[str, ...], str]]
    ) -> dict[tuple[tuple[str, ...], str], tuple[str, int]]:
        """Find the records that references point to: (targets, words) -> (kind, id). Those not found are left out."""
        wanted = set(wanted)
        missing: dict[str, set[str]] = defaultdict(set)
        for targets, words in wanted:
            for kind in targets:
                if (kind, words) not in self.found:
                    missing[kind].add(words)
        # Memory must not grow with the file.
        if len(self.found) > MOST_REMEMBERED:
            self.found.clear()
            missing = defaultdict(set)
            for targets, words in wanted:
                for kind in targets:
                    missing[kind].add(words)
        for kind, each in missing.items():
            self.found.update(
                {(kind, words): number for words, number in self.find_of_kind(session, kind, each).items()}
            )
        result = {}
        for targets, words in wanted:
            for kind in targets:
                number = self.found.get((kind, words))
                if number is not None:
                    result[targets, words] = (kind, number)
                    break
        return result

    def find_of_kind(self, session: Session, kind: str, words: set[str]) -> dict[str, int]:
        """Find the records of one kind that these words point to: words -> id. Those not found are left out."""
        if kind == "user":
            people = self._load_people(session)
            return {each: number for each in words if (number := people.find_rep_id(each)) is not None}
        found = self._find_by_external_id(session, kind, words)
        rest = words - found.keys()
        if kind == "account":
            found |= self._find_accounts(session, rest)
            return found
        if kind in {"lead", "contact"}:
            found |= self._find_by_email(session, kind, {each for each in rest if "@" in each})
        return found | self._find_by_name(session, kind, rest - found.keys())

    def _load_people(self, session: Session) -> RepIndex:
        if self.people is None:
            self.people = RepIndex(session, self.workspace_id)
        return self.people

    def _find_by_external_id(self, session: Session, kind: str, words: set[str]) -> dict[str, int]:
        table = TABLES[kind]
        said = {spelling: each for each in words for spelling in list_spellings(each)}
        found: dict[str, int] = {}
        for portion in split_portions(said):
            rows = session.execute(
                select(table.external_id, table.id).where(
                    table.workspace_id == self.workspace_id, table.external_id.in_(portion)
                )
            )
            for external_id, number in rows:
                found.setdefault(said[external_id], number)
        # Stored with an ending that cannot be computed, as in test data: an imported row's key has the first 15
        # characters.
        same_ids = {f"id:{shorten_id(each)}": each for each in words - found.keys() if looks_like_id(each)}
        records = find_imported_records(session, self.workspace_id, kind, same_ids)
        found.update({same_ids[key]: number for key, number in records.items()})
        same = {spelling: found[each] for each in found for spelling in list_spellings(each)}
        return {each: number for each in words if (number := same.get(each)) is not None} | found

    def _find_by_email(self, session: Session, kind: str, words: set[str]) -> dict[str, int]:
        table = TABLES[kind]
        said = defaultdict(set)
        for each in words:
            said[make_reference_key(each)].add(each)
        found: dict[str, int] = {}
        for portion in split_portions(said):
            query = select(table.email, table.id).where(
                table.workspace_id == self.workspace_id, table.email.in_(portion)
            )
            if kind == "lead":
                # Of a person's leads the open one is meant, else the latest.
                query = query.order_by(Lead.lifecycle != "open", Lead.id.desc())
            for email, number in session.execute(query):
                for each in said[email]:
                    found.setdefault(each, number)
        return found

    def _find_accounts(self, session: Session, words: set[str]) -> dict[str, int]:
        domains = {domain: each for each in words if DOMAIN.fullmatch(each) and (domain := extract_domain(each))}
        names = defaultdict(list)
        for each in words:
            names[make_company_key(each)].append(each)
        found: dict[str, int] = {}
        for portion in split_portions(domains):
            rows = session.execute(
                select(Account.domain, Account.id)
                .where(Account.workspace_id == self.workspace_id, Account.domain.in_(portion))
                .order_by(Account.id)
            )
            for domain, number in rows:
                found.setdefault(domains[str(domain)], number)
        candidates: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for portion in split_portions(key for key in names if key):
            rows = session.execute(
                select(Account.name_key, Account.name, Account.id)
                .where(Account.workspace_id == self.workspace_id, Account.name_key.in_(portion))
                .order_by(Account.id)
            )
            for row in rows:
                candidates[row.name_key].append((normalise_name(row.name), row.id))
        for name_key, options in candidates.items():
            for each in names[name_key]:
                exact = [number for name, number in options if name == normalise_name(each)]
                # Of several accounts that differ in their legal form alone, only the one written exactly so is meant.
                if exact or len(options) == 1:
                    found.setdefault(each, exact[0] if exact else options[0][1])
        return found

    def _find_by_name(self, session: Session, kind: str, words: Iterable[str]) -> dict[str, int]:
        """Find the ids of the only records with exactly these names; names of none or several are left out."""
        return {each: first for each, first, last in self._load_named(session, kind, words) if first == last}

    def find_shared_names(self, session: Session, words: Iterable[str]) -> set[str]:
        """Find which of these names several leads, contacts or opportunities have, so that none of them is meant."""
        words = set(words)
        return {
            each
            for kind in ("lead", "contact", "opportunity")
            for each, first, last in self._load_named(session, kind, words)
            if first != last
        }

    def _load_named(self, session: Session, kind: str, words: Iterable[str]) -> Iterator[tuple[str, int, int]]:
        """Load for each name that records have the lowest and the highest of their ids."""
        said: dict[str, list[str]] = defaultdict(list)
        for each in words:
            if len(split_words(each)) > 1 and "@" not in each:
                said[each.lower()].append(each)
        table = TABLES[kind]
        name: Any = func.lower(table.name)
        for portion in split_portions(said, PARAMETERS // 2):
            # The longest word of a name is usually the rarest, so the index gives the fewest rows.
            longest = {max(split_words(each), key=len) for lowered in portion for each in said[lowered]}
            rows = session.execute(
                select(name, func.min(table.id), func.max(table.id))
                .join(NameWord, (NameWord.record_id == table.id) & (NameWord.kind == kind))
                .where(NameWord.workspace_id == self.workspace_id, NameWord.word.in_(longest), name.in_(portion))
                .group_by(name)
            )
            yield from ((each, first, last) for lowered, first, last in rows for each in said[lowered])
