"""Erasing a person: from records, texts, talk, queues and the audit log, so that no cell names them any more.

What stays, and why, stands in docs/security.md, "Erasing a person".
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String, Table, Text, and_, cast, delete, false, func, or_, select, text, update
from sqlalchemy.orm import Session

from storage.audit.audit_log import build_entry
from storage.names.name_index import format_ref, parse_ref
from storage.names.normalise import normalise_name
from storage.people.visibility import Asker
from storage.tables import (
    Activity,
    AuditEntry,
    Base,
    Change,
    Confirmation,
    Contact,
    Focus,
    FollowUp,
    ImportedRow,
    Lead,
    LeadScore,
    NameWord,
    PendingReference,
    Rep,
    ScoreFeedback,
    Turn,
)

ERASED = "Erased person"
PEOPLE: dict[str, Any] = {"lead": Lead, "contact": Contact}
# Of a lead or a contact these say nothing of who it was, and figures are counted from them.
IMPERSONAL = frozenset(
    "id workspace_id owner_id created_at updated_at version status_id lifecycle source rating last_touch_at closed_at"
    " snoozed_until score band movement converted_at converted_by_id converted_account_id converted_contact_id"
    " converted_opportunity_id account_id industry".split()
)
# Of a touch these stay: that there was one, of which kind, when and whose.
TOUCH = {"subject": None, "text": None, "outcome": None, "custom": None, "external_id": None}
TALK = (Turn, Confirmation, Focus)
APPEND_ONLY = ("audit_entry", "change")
# A number with fewer digits is no phone number, and would be found in others.
FEWEST_DIGITS = 6
BETWEEN_DIGITS = r"[\s().\-/]*"


@dataclass(frozen=True)
class Person:
    """One person as leads and contacts (kind, number), with what they are called and reached by."""

    records: tuple[tuple[str, int], ...]
    names: tuple[str, ...]
    emails: tuple[str, ...]
    phones: tuple[str, ...]
    namesakes: int
    """How many others are called so: then a name alone says nothing of this person, and stays in texts."""

    @property
    def refs(self) -> tuple[str, ...]:
        return tuple(format_ref(kind, number) for kind, number in self.records)

    def list_numbers(self, kind: str) -> list[int]:
        """List the numbers of the records of a kind."""
        return [number for each, number in self.records if each == kind]


def find_person(session: Session, workspace_id: int, words: str) -> Person | None:
    """Find the person of an email address or of a record's id (`#L12`), in all their records; None for nobody.

    Records belong to one person by the same address, and by a conversion.
    """
    parsed = parse_ref(words)
    found: dict[tuple[str, int], Any] = {}
    emails = {words.strip().lower()} if "@" in words else set[str]()
    if parsed is not None and "@" not in words:
        for kind in PEOPLE if parsed[0] is None else [parsed[0]] if parsed[0] in PEOPLE else []:
            row = session.get(PEOPLE[kind], parsed[1])
            if row is not None and row.workspace_id == workspace_id:
                found[kind, row.id] = row
        if parsed[0] is None and len(found) > 1:
            return None
    while True:
        emails |= {row.email.lower() for row in found.values() if row.email}
        more = [
            *_find_rows(session, workspace_id, Lead, func.lower(Lead.email).in_(emails)),
            *_find_rows(session, workspace_id, Contact, func.lower(Contact.email).in_(emails)),
        ]
        contacts = [number for kind, number in found if kind == "contact"]
        more += _find_rows(session, workspace_id, Lead, Lead.converted_contact_id.in_(contacts))
        became = [row.converted_contact_id for row in found.values() if isinstance(row, Lead)]
        more += _find_rows(session, workspace_id, Contact, Contact.id.in_([each for each in became if each]))
        new = {(_kind_of(row), row.id): row for row in more} | found
        if len(new) == len(found):
            break
        found = new
    if not found:
        return None
    names = {row.name for row in found.values() if len(normalise_name(row.name).split()) > 1 and row.name != ERASED}
    phones = {each for row in found.values() for each in (row.phone, row.mobile) if each}
    return Person(
        tuple(sorted(found)), tuple(sorted(names)), tuple(sorted(emails)), tuple(sorted(phones)),
        _count_namesakes(session, workspace_id, names, found),
    )  # fmt: skip


def _find_rows(session: Session, workspace_id: int, table: Any, condition: Any) -> list[Any]:
    return list(session.scalars(select(table).where(table.workspace_id == workspace_id, condition)))


def _kind_of(row: Any) -> str:
    return next(kind for kind, table in PEOPLE.items() if isinstance(row, table))


def _count_namesakes(session: Session, workspace_id: int, names: set[str], own: Any) -> int:
    keys = {normalise_name(name) for name in names}
    others = 0
    for kind, table in (*PEOPLE.items(), ("user", Rep)):
        query = select(table.id, table.name).where(table.workspace_id == workspace_id)
        first_words = [name.split()[-1] for name in names]
        query = query.where(or_(false(), *(func.lower(table.name).contains(each.lower()) for each in first_words)))
        others += sum(normalise_name(row.name) in keys and (kind, row.id) not in own for row in session.execute(query))
    return others


def erase_person(session: Session, person: Person, asker: Asker, now: datetime) -> Counter[str]:
    """Erase a person and note in the log that it was done, and by whose number; return what was changed, in counts.

    The audit log refuses to be rewritten; the owner of its tables sets that aside for this one transaction.
    """
    done = Counter[str]()
    workspace_id = asker.workspace_id
    leads, contacts = person.list_numbers("lead"), person.list_numbers("contact")
    session.expire_all()
    for kind, table in PEOPLE.items():
        numbers = person.list_numbers(kind)
        blank: dict[str, Any] = {
            each.name: None for each in table.__table__.columns if each.name not in IMPERSONAL and each.nullable
        }
        values = {**blank, "name": ERASED, "updated_at": now, "version": table.version + 1}
        session.execute(update(table).where(table.id.in_(numbers)).values(values), execution_options=UNSYNCED)
        done[f"{kind} record"] += len(numbers)
        words = delete(NameWord).where(NameWord.kind == kind, NameWord.record_id.in_(numbers))
        session.execute(words, execution_options=UNSYNCED)
        kept = delete(ImportedRow).where(
            ImportedRow.workspace_id == workspace_id, ImportedRow.kind == kind, ImportedRow.record_id.in_(numbers)
        )
        done["remembered row of an import"] += _run(session, kept)
        waiting = delete(PendingReference).where(
            PendingReference.workspace_id == workspace_id,
            PendingReference.kind == kind,
            PendingReference.record_id.in_(numbers),
        )
        _run(session, waiting)
    done["touch emptied"] += _run(session, update(Activity).where(_is_about(Activity, leads, contacts)).values(**TOUCH))
    done["follow-up"] += _run(session, delete(FollowUp).where(_is_about(FollowUp, leads, contacts)))
    done["score without its reasons"] += _run(
        session, update(LeadScore).where(LeadScore.lead_id.in_(leads)).values(reasons=None)
    )
    done["comment on a score"] += _run(session, delete(ScoreFeedback).where(ScoreFeedback.lead_id.in_(leads)))
    with _rewrite_log(session):
        done["change in the log"] += _empty_changes(session, workspace_id, person)
        pattern = _compile_marks(person)
        for table in Base.metadata.sorted_tables:
            if table.name not in LEFT_ALONE:
                done[_name_text(table.name)] += _clean_table(session, table, workspace_id, person, pattern)
    session.add(build_entry(_without_name(asker), now, "shell", "erase", {"records": list(person.refs)}))
    session.flush()
    return done


UNSYNCED = {"synchronize_session": False}
# Colleagues, and words of the workspace's own: a person outside is in none of them.
LEFT_ALONE = frozenset("workspace rep status stage source installation oauth_state name_word model_usage".split())


def _run(session: Session, statement: Any) -> int:
    result: Any = session.execute(statement, execution_options=UNSYNCED)
    return int(result.rowcount)


def _is_about(table: Any, leads: Sequence[int], contacts: Sequence[int]) -> Any:
    return or_(table.lead_id.in_(leads), table.contact_id.in_(contacts))


def _without_name(asker: Asker) -> Asker:
    name = f"#{format_ref('user', asker.id)}" if asker.id else "console"
    return Asker(asker.id, asker.workspace_id, name, asker.role)


def _empty_changes(session: Session, workspace_id: int, person: Person) -> int:
    """Empty what the log holds of this person's fields; which field was changed, when and by whom stays."""
    own = and_(
        Change.workspace_id == workspace_id,
        or_(*(and_(Change.kind == kind, Change.record_id == number) for kind, number in person.records)),
    )
    entries = select(Change.entry_id).where(own)
    others = select(Change.entry_id).where(Change.entry_id.in_(entries), ~own)
    _run(
        session,
        update(AuditEntry)
        .where(AuditEntry.id.in_(entries), AuditEntry.id.not_in(others))
        .values(arguments={"name": person.refs[0]}),
    )
    emptied = {"before": None, "after": None, "raw_before": None, "raw_after": None}
    count = _run(session, update(Change).where(own, Change.column.not_in(IMPERSONAL)).values(**emptied))
    _run(session, update(Change).where(own).values(name=ERASED))
    return count


def _compile_marks(person: Person) -> re.Pattern[str]:
    """Compile what finds this person in a text: addresses and numbers however written, full names unless others'."""
    marks = [rf"(?<![\w.+-]){re.escape(each)}(?![\w-])" for each in person.emails]
    for phone in person.phones:
        digits = re.findall(r"\d", phone)
        if len(digits) >= FEWEST_DIGITS:
            marks.append(rf"(?<!\d)\+?{BETWEEN_DIGITS.join(digits)}(?!\d)")
    if not person.namesakes:
        for name in person.names:
            words = name.split()
            folded = normalise_name(name).split()
            for each in (words, folded, [words[-1] + ",", *words[:-1]]):
                marks.append(_spell(each))
    return re.compile("|".join(marks) or r"(?!)", re.IGNORECASE)


def _spell(words: Sequence[str]) -> str:
    between = r"[\s_.\-]{1,3}"
    return rf"(?<!\w){between.join(map(re.escape, words))}(?!\w)"


def _clean_table(session: Session, table: Table, workspace_id: int, person: Person, pattern: re.Pattern[str]) -> int:
    """Put `Erased person` for what names the person in any text of a table. Talk that does is deleted whole."""
    texts = [each for each in table.columns if isinstance(each.type, JSON | String) and not each.foreign_keys]
    if not texts:
        return 0
    keys = list(table.primary_key.columns)
    own = [table.c.workspace_id == workspace_id] if "workspace_id" in table.c else []
    is_talk = table.name in {each.__tablename__ for each in TALK}
    query = select(*keys, *texts).where(*own)
    if not is_talk:
        query = query.where(or_(*(_may_name(each, person) for each in texts)))
    count = 0
    for row in session.execute(query).all():
        same = and_(*(key == row._mapping[key] for key in keys))
        values = {each.name: row._mapping[each] for each in texts if each not in keys}
        if is_talk:
            if pattern.search(_dump(values)) or _shows_records(values, person.refs):
                count += _run(session, delete(table).where(same))
            continue
        new = {name: _clean_value(value, pattern) for name, value in values.items()}
        changed = {name: value for name, value in new.items() if value != values[name]}
        if changed:
            if "name_key" in values and "name" in changed:
                changed["name_key"] = normalise_name(str(changed["name"]))
            count += _run(session, update(table).where(same).values(changed))
    return count


def _may_name(column: Any, person: Person) -> Any:
    """Make the condition that picks the cells worth a closer look, so that a large database is not read whole."""
    said = func.lower(cast(column, Text))
    pieces = {_longest_plain(each) for each in (*person.emails, *(() if person.namesakes else person.names))}
    pieces |= {"".join(re.findall(r"\d", each))[-2:] for each in person.phones}
    return or_(false(), *(said.contains(each, autoescape=True) for each in pieces if each))


def _longest_plain(words: str) -> str:
    """Find the longest run of plain letters: other letters stand as escapes in JSON, and have no lower case there."""
    return max(re.findall(r"[a-z0-9]+", words.lower()), key=len, default="")


def _clean_value(value: Any, pattern: re.Pattern[str]) -> Any:
    match value:
        case str():
            return pattern.sub(ERASED, value)
        case list():
            return [_clean_value(each, pattern) for each in value]
        case dict():
            return {pattern.sub(ERASED, str(key)): _clean_value(each, pattern) for key, each in value.items()}
        case _:
            return value


def _dump(values: Any) -> str:
    return json.dumps(values, ensure_ascii=False, default=str)


def _shows_records(values: Any, refs: Sequence[str]) -> bool:
    said = _dump(values)
    return any(re.search(rf"\b{each}\b", said) for each in refs)


def _name_text(table: str) -> str:
    return f"other text in {table.replace('_', ' ')}"


@contextmanager
def _rewrite_log(session: Session) -> Iterator[None]:
    """Let the log be rewritten within this transaction, as only the owner of its tables can."""
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        kept = connection.execute(
            text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN ('audit_entry', 'change')")
        ).all()
        for trigger in kept:
            connection.exec_driver_sql(f"DROP TRIGGER {trigger.name}")
        yield
        for trigger in kept:
            connection.exec_driver_sql(trigger.sql)
        return
    for table in APPEND_ONLY:
        connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER {table}_append_only")
    yield
    for table in APPEND_ONLY:
        connection.exec_driver_sql(f"ALTER TABLE {table} ENABLE TRIGGER {table}_append_only")
