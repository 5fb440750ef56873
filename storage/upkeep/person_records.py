"""The records that are one person, and what of them says so little that it has to stay in the texts of others."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage.names.name_index import format_ref, parse_ref
from storage.names.normalise import normalise_name, split_words
from storage.tables import Account, Contact, Lead, NameWord, Rep
from storage.upkeep.person_marks import is_same_phone, match_digits

ERASED = "Erased person"
PEOPLE: dict[str, Any] = {"lead": Lead, "contact": Contact}
PHONES = ((Lead, "phone"), (Lead, "mobile"), (Contact, "phone"), (Contact, "mobile"), (Account, "phone"))
Key = tuple[str, int]


class SeveralPeople(Exception):
    """The records with one address are called differently: which person is meant has to be said by id."""

    def __init__(self, refs: Sequence[str]) -> None:
        super().__init__(", ".join(refs))
        self.refs = tuple(refs)


@dataclass(frozen=True)
class Person:
    """One person as leads and contacts (kind, number), with the names, addresses and numbers that are theirs alone."""

    records: tuple[Key, ...]
    names: tuple[str, ...]
    emails: tuple[str, ...]
    phones: tuple[str, ...]
    namesakes: int
    """How many others are called so: then a name alone says nothing of this person, and stays in texts."""
    shared: int
    """How many addresses and numbers others have too: they stay in texts."""

    @property
    def refs(self) -> tuple[str, ...]:
        return tuple(format_ref(kind, number) for kind, number in self.records)

    def list_numbers(self, kind: str) -> list[int]:
        """List the numbers of the records of a kind."""
        return [number for each, number in self.records if each == kind]


def find_person(session: Session, workspace_id: int, words: str) -> Person | None:
    """Find the person of an email address or of a record's id (`#L12`); None for nobody.

    A lead and the contact that it became are one person, and so are those with the address whose names are the same.
    Raises SeveralPeople where the names of those with the address differ.
    """
    rows = _find_by_address(session, workspace_id, words) if "@" in words else _find_by_id(session, workspace_id, words)
    if not rows:
        return None
    found = _follow_conversions(session, workspace_id, rows[:1])
    names = {normalise_name(row.name) for row in found.values()}
    if any(_key_of(row) not in found and normalise_name(row.name) not in names for row in rows):
        raise SeveralPeople(sorted(format_ref(*_key_of(row)) for row in rows))
    return _describe_person(session, workspace_id, _follow_conversions(session, workspace_id, rows))


def _find_by_address(session: Session, workspace_id: int, words: str) -> list[Any]:
    address = words.strip().lower()
    return [
        row
        for table in PEOPLE.values()
        for row in _find_rows(session, workspace_id, table, _has_email([address], table))
    ]


def _find_by_id(session: Session, workspace_id: int, words: str) -> list[Any]:
    kind, number = parse_ref(words) or ("", 0)
    kinds = PEOPLE if kind is None else PEOPLE.keys() & {kind}
    rows = [row for each in kinds for row in _find_rows(session, workspace_id, PEOPLE[each], PEOPLE[each].id == number)]
    # A number alone may be a lead's and a contact's.
    return rows if len(rows) == 1 else []


def _follow_conversions(session: Session, workspace_id: int, rows: Sequence[Any]) -> dict[Key, Any]:
    found = {_key_of(row): row for row in rows}
    while True:
        contacts = [number for kind, number in found if kind == "contact"]
        became = [
            row.converted_contact_id for row in found.values() if isinstance(row, Lead) and row.converted_contact_id
        ]
        more = [
            *_find_rows(session, workspace_id, Lead, Lead.converted_contact_id.in_(contacts)),
            *_find_rows(session, workspace_id, Contact, Contact.id.in_(became)),
        ]
        new = found | {_key_of(row): row for row in more}
        if len(new) == len(found):
            return found
        found = new


def _describe_person(session: Session, workspace_id: int, found: dict[Key, Any]) -> Person:
    rows = found.values()
    names = {row.name for row in rows if len(split_words(row.name)) > 1 and row.name != ERASED}
    emails = {row.email.lower() for row in rows if row.email}
    phones = {each for row in rows for each in (row.phone, row.mobile) if each}
    kept_emails = {each for each in emails if _others_have_email(session, workspace_id, each, found)}
    kept_phones = {each for each in phones if _others_have_phone(session, workspace_id, each, found)}
    return Person(
        tuple(sorted(found)),
        tuple(sorted(names)),
        tuple(sorted(emails - kept_emails)),
        tuple(sorted(phones - kept_phones)),
        len(set().union(*(_find_namesakes(session, workspace_id, name, found) for name in names))),
        len(kept_emails) + len(kept_phones),
    )


def _find_rows(session: Session, workspace_id: int, table: Any, condition: Any) -> list[Any]:
    return list(session.scalars(select(table).where(table.workspace_id == workspace_id, condition).order_by(table.id)))


def _key_of(row: Any) -> Key:
    return next(kind for kind, table in PEOPLE.items() if isinstance(row, table)), row.id


def _has_email(emails: Sequence[str], table: Any) -> Any:
    return func.lower(table.email).in_(emails)


def _others_have_email(session: Session, workspace_id: int, email: str, own: Collection[Key]) -> bool:
    for kind, table in (*PEOPLE.items(), ("user", Rep)):
        query = select(table.id).where(table.workspace_id == workspace_id, _has_email([email], table))
        if any((kind, number) not in own for number in session.scalars(query)):
            return True
    return False


def _others_have_phone(session: Session, workspace_id: int, phone: str, own: Collection[Key]) -> bool:
    for table, name in PHONES:
        column = getattr(table, name)
        query = select(table.id, column).where(table.workspace_id == workspace_id, match_digits(column, phone))
        for number, other in session.execute(query):
            if (table.__tablename__, number) not in own and is_same_phone(phone, other):
                return True
    return False


def _find_namesakes(session: Session, workspace_id: int, name: str, own: Collection[Key]) -> set[Key]:
    """Find who else has this name, also within a longer one: in a text, `Mary Ann Lee` says `Ann Lee` too."""
    words = split_words(name)
    query = (
        select(NameWord.kind, NameWord.record_id)
        .where(NameWord.workspace_id == workspace_id, NameWord.word.in_(words))
        .where(NameWord.kind.in_([*PEOPLE, "user"]))
        .group_by(NameWord.kind, NameWord.record_id)
        .having(func.count() >= len({*words}))
    )
    found = {(kind, number) for kind, number in session.execute(query)} - {*own}
    namesakes = set()
    for kind, table in (*PEOPLE.items(), ("user", Rep)):
        numbers = [number for each, number in found if each == kind]
        for row in session.execute(select(table.id, table.name).where(table.id.in_(numbers))):
            # A lead's words are its company's too.
            if f" {normalise_name(name)} " in f" {normalise_name(row.name)} ":
                namesakes.add((kind, row.id))
    return namesakes
