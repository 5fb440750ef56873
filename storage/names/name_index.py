"""The word index: finding records and people by words of their names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, delete, exists, func, insert, null, select
from sqlalchemy.orm import Session

from storage.database.expressions import skip_index
from storage.names.normalise import list_short_names, split_words
from storage.people.visibility import Scope, match_ids
from storage.tables import Account, Contact, Lead, NameWord, Opportunity, Rep
from storage.tables.column_types import is_record_number

TABLES: dict[str, Any] = {"lead": Lead, "contact": Contact, "account": Account, "opportunity": Opportunity}
KIND_OF = {table: kind for kind, table in TABLES.items()} | {Rep: "user"}
LETTERS = {"lead": "L", "contact": "C", "account": "A", "opportunity": "O", "user": "U", "follow_up": "F"}
KINDS = {letter: kind for kind, letter in LETTERS.items()}
# Put together once, and for the table: no session holds words as objects that would have to be kept in step.
_WORDS: Any = NameWord.__table__
_ADD_WORDS = insert(_WORDS)
_DELETE_WORDS = delete(_WORDS).where(
    _WORDS.c.kind == bindparam("of_kind"), _WORDS.c.record_id == bindparam("of_record")
)
# A word that more records have (`Bank`) says too little by itself to choose among them.
MOST_HITS = 2000
MOST_PAIRED, MOST_STEPPED = 3, 30_000
"""Of how many such words at the most records with two of them are looked for, and how many records one of them has."""


@dataclass(frozen=True)
class NamedRecord:
    """A record or a person found by name. `company` is a lead's company, or a contact's or opportunity's account."""

    kind: str
    id: int
    name: str
    external_id: str | None = None
    company: str | None = None
    owner_id: int | None = None
    email: str | None = None
    left: bool = False
    """A person who does not work here any more."""

    @property
    def ref(self) -> str:
        return format_ref(self.kind, self.id)


def format_ref(kind: str, number: int) -> str:
    """Format the id that people and other programs see: L17 is the lead with the id 17."""
    return f"{LETTERS[kind]}{number}"


def parse_ref(text: str) -> tuple[str | None, int] | None:
    """Parse an id that people see: `#L17` and `L17` are (lead, 17), `#17` is (None, 17), anything else None."""
    text = text.strip()
    marked, bare = text.startswith("#"), text.removeprefix("#")
    if bare[:1].upper() in KINDS and is_record_number(bare[1:]):
        return KINDS[bare[0].upper()], int(bare[1:])
    if marked and is_record_number(bare):
        return None, int(bare)
    return None


def list_index_words(name: str | None, company: str | None = None) -> set[str]:
    """List the words under which a record can be found: those of its name, and for a lead of its company."""
    words = {*split_words(f"{name} {company}" if company else name)}
    # Short names are those of scripts that part no words.
    if all(map(str.isascii, words)):
        return words
    return words | {*list_short_names(name), *list_short_names(company)}


def index_record(session: Session, record: Any) -> None:
    """Write the words of a record anew. Call this for a new record, and after its name or owner changed."""
    index_records(session, [record])


def index_records(session: Session, records: Sequence[Any]) -> None:
    """Write the words of records anew, all together."""
    former = [{"of_kind": KIND_OF[type(record)], "of_record": record.id} for record in records]
    rows = [
        {
            "workspace_id": record.workspace_id,
            "word": word,
            "owner_id": 0 if isinstance(record, Rep) else record.owner_id or 0,
            "kind": KIND_OF[type(record)],
            "record_id": record.id,
        }
        for record in records
        for word in sorted(list_index_words(record.name, getattr(record, "company", None)))
    ]
    if former:
        session.execute(_DELETE_WORDS, former)
    if rows:
        session.execute(_ADD_WORDS, rows)


def unindex_record(session: Session, kind: str, record_id: int) -> None:
    """Delete the words of a record."""
    session.execute(_DELETE_WORDS, {"of_kind": kind, "of_record": record_id})


def find_hits(scope: Scope, words: Iterable[str], kinds: Sequence[str]) -> dict[tuple[str, int], set[str]]:
    """Find visible records that have any of these words in their names: (kind, id) -> the words they have.

    People (`user`) are visible to everyone. At most MOST_HITS rows are read a word, and those that have another too.
    """
    found: dict[tuple[str, int], set[str]] = defaultdict(set)
    common: set[str] = set()
    record_kinds = [kind for kind in kinds if kind != "user"]
    for word in set(words):
        query = select(NameWord.kind, NameWord.record_id).where(
            NameWord.workspace_id == scope.workspace_id, NameWord.word == word
        )
        if record_kinds:
            visible = query.where(NameWord.kind.in_(record_kinds))
            if scope.visible is not None:
                visible = visible.where(match_ids(NameWord.owner_id, scope.visible))
            hits = scope.session.execute(visible.limit(MOST_HITS)).all()
            if len(hits) == MOST_HITS:
                common.add(word)
            for kind, record_id in hits:
                found[kind, record_id].add(word)
        if "user" in kinds:
            people = query.where(NameWord.owner_id == 0, NameWord.kind == "user")
            for kind, record_id in scope.session.execute(people.limit(MOST_HITS)):
                found[kind, record_id].add(word)
    rare = [key for key, has in found.items() if not has <= common]
    for word, kind, record_id in find_hits_of_common(scope, common, rare):
        if kind in kinds:
            found[kind, record_id].add(word)
    return found


def find_hits_of_common(
    scope: Scope, common: Collection[str], found: Collection[tuple[str, int]]
) -> Iterator[tuple[str, str, int]]:
    """Find where words stand that more than MOST_HITS records have: (word, kind, id).

    They are found in the records that other words have `found`, and in those that have two such words; of these one
    must not be every other company's, as “Group” is.
    """
    if not common:
        return
    by_kind: dict[str, list[int]] = defaultdict(list)
    for kind, record_id in found:
        by_kind[kind].append(record_id)
    for kind, ids in by_kind.items():
        for start in range(0, len(ids), MOST_HITS):
            values = {"kind": kind, "ids": ids[start : start + MOST_HITS], "common": sorted(common)}
            yield from scope.session.execute(_SELECT_COMMON, values | {"workspace": scope.workspace_id})
    if len(common) > MOST_PAIRED:
        return
    stepped = [word for word in sorted(common) if _has_at_most(scope, word, MOST_STEPPED)]
    for at, one in enumerate(stepped):
        for other in [*stepped[at + 1 :], *sorted({*common} - {*stepped})]:
            for kind, record_id in scope.session.execute(_select_with_both(scope, one, other)):
                yield from ((one, kind, record_id), (other, kind, record_id))


def _has_at_most(scope: Scope, word: str, most: int) -> bool:
    hits = select(_WORDS.c.record_id).where(_WORDS.c.workspace_id == scope.workspace_id, _WORDS.c.word == word)
    if scope.visible is not None:
        hits = hits.where(match_ids(_WORDS.c.owner_id, scope.visible))
    return (scope.session.scalar(select(func.count()).select_from(hits.limit(most + 1).subquery())) or 0) <= most


def _select_with_both(scope: Scope, one: str, other: str) -> Any:
    """Select the visible records that have two words, stepping through those that have the first."""
    first, second = _WORDS.c, _WORDS.alias("second").c
    both = exists().where(
        second.workspace_id == scope.workspace_id,
        second.word == other,
        second.owner_id == first.owner_id,
        second.kind == first.kind,
        second.record_id == first.record_id,
    )
    query = select(first.kind, first.record_id).where(first.workspace_id == scope.workspace_id, first.word == one, both)
    if scope.visible is not None:
        query = query.where(match_ids(first.owner_id, scope.visible))
    return query.limit(MOST_HITS)


_SELECT_COMMON = select(_WORDS.c.word, _WORDS.c.kind, _WORDS.c.record_id).where(
    skip_index(_WORDS.c.workspace_id) == bindparam("workspace"),
    _WORDS.c.kind == bindparam("kind"),
    _WORDS.c.record_id.in_(bindparam("ids", expanding=True)),
    skip_index(_WORDS.c.word).in_(bindparam("common", expanding=True)),
)


def load_named(scope: Scope, wanted: Iterable[tuple[str, int]]) -> list[NamedRecord]:
    """Load the visible ones of these records, those of a kind by their ids."""
    by_kind: dict[str, list[int]] = defaultdict(list)
    for kind, record_id in wanted:
        by_kind[kind].append(record_id)
    return [named for kind, ids in by_kind.items() for named in _load_kind(scope, kind, ids)]


def _load_kind(scope: Scope, kind: str, ids: list[int]) -> list[NamedRecord]:
    session = scope.session
    if kind == "user":
        people = select(Rep.id, Rep.name, Rep.external_id, Rep.active).where(
            Rep.workspace_id == scope.workspace_id, Rep.id.in_(ids)
        )
        return [
            NamedRecord("user", row.id, row.name, row.external_id, left=not row.active)
            for row in session.execute(people)
        ]
    visible = scope.filter_visible_ids(_select_named(kind), TABLES[kind], ids)
    return [NamedRecord(kind, *row) for row in session.execute(visible.order_by(TABLES[kind].id))]


def _select_named(kind: str) -> Any:
    match kind:
        case "lead":
            return select(Lead.id, Lead.name, Lead.external_id, Lead.company, Lead.owner_id, Lead.email)
        case "contact":
            return select(Contact.id, Contact.name, Contact.external_id, Account.name, Contact.owner_id).outerjoin(
                Account, Account.id == Contact.account_id
            )
        case "account":
            return select(Account.id, Account.name, Account.external_id, null(), Account.owner_id)
        case _:
            return select(
                Opportunity.id, Opportunity.name, Opportunity.external_id, Account.name, Opportunity.owner_id
            ).outerjoin(Account, Account.id == Opportunity.account_id)


def find_converted_contacts(scope: Scope, lead_ids: Iterable[int]) -> dict[int, int]:
    """Find the contacts that these leads became: lead id -> contact id. Leads that became none are left out."""
    query = scope.filter_visible_ids(select(Lead.id, Lead.converted_contact_id), Lead, lead_ids).where(
        Lead.lifecycle == "converted", Lead.converted_contact_id.is_not(None)
    )
    return {row.id: row.converted_contact_id for row in scope.session.execute(query)}


def find_named(scope: Scope, kind: str, record_id: int) -> NamedRecord | None:
    """Find the visible record of this kind and id."""
    found = load_named(scope, [(kind, record_id)])
    return found[0] if found else None


def find_by_external_id(scope: Scope, kinds: Sequence[str], external_id: str) -> list[NamedRecord]:
    """Find visible records that another system knows under this id; Salesforce's 15 and 18 characters are one."""
    wanted = {external_id, external_id[:15]} if len(external_id) == 18 else {external_id}
    found = []
    for kind in kinds:
        table = Rep if kind == "user" else TABLES[kind]
        query = select(table.id).where(table.workspace_id == scope.workspace_id, table.external_id.in_(wanted))
        found += [(kind, record_id) for record_id in scope.session.scalars(query)]
    return load_named(scope, found)


def list_words_from(scope: Scope, kinds: Sequence[str], start: str) -> set[str]:
    """List words of visible names that begin with `start`, to correct typos by; at most MOST_HITS."""
    query = (
        select(NameWord.word)
        .distinct()
        .where(
            NameWord.workspace_id == scope.workspace_id,
            NameWord.word >= start,
            NameWord.word < start + "\uffff",
            NameWord.kind.in_([*kinds]),
        )
    )
    if scope.visible is not None:
        query = query.where(match_ids(NameWord.owner_id, (*scope.visible, 0) if "user" in kinds else scope.visible))
    return set(scope.session.scalars(query.limit(MOST_HITS)))
