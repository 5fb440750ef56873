"""Erasing a person: from records, texts, talk, queues and the audit log, so that no cell names them any more.

What stays, and why, stands in docs/security.md, "Erasing a person".
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String, Table, Text, and_, cast, delete, or_, select, text, true, update
from sqlalchemy.orm import Session

from storage.audit.audit_log import build_entry
from storage.database.bulk_writes import split_portions
from storage.names.name_index import TABLES, format_ref, index_records
from storage.names.normalise import make_company_key
from storage.people.visibility import Asker
from storage.tables import (
    Activity,
    AuditEntry,
    Base,
    Change,
    Confirmation,
    Focus,
    FollowUp,
    ImportedRow,
    LeadScore,
    NameWord,
    PendingReference,
    ScoreFeedback,
    Turn,
)
from storage.upkeep.person_marks import compile_marks, may_hold_marks
from storage.upkeep.person_records import ERASED, PEOPLE, Person

# Of a lead, a contact or what was done about them these say nothing of who it was, and figures are counted from them.
IMPERSONAL = frozenset(
    "id workspace_id owner_id created_at updated_at version status_id lifecycle source rating last_touch_at closed_at"
    " snoozed_until score band movement converted_at converted_by_id converted_account_id converted_contact_id"
    " converted_opportunity_id account_id industry kind at due done_at".split()
)
# Others' own, whatever is in them.
OTHERS_OWN = {
    each.__tablename__: frozenset("name first_name last_name email phone mobile".split()) for each in PEOPLE.values()
}
# Of a touch these stay: that there was one, of which kind, when and whose.
TOUCH = {"subject": None, "text": None, "outcome": None, "custom": None, "external_id": None}
ABOUT: dict[str, Any] = {"activity": Activity, "follow_up": FollowUp, "score_feedback": ScoreFeedback}
LINKS = {"lead_id": "lead", "contact_id": "contact", "converted_contact_id": "contact"}
EMPTY = {"before": None, "after": None, "raw_before": None, "raw_after": None}
TALK = (Turn, Confirmation, Focus)
APPEND_ONLY = ("audit_entry", "change")
# Rows that are held in memory at once while a table is gone through.
PORTION = 1_000
UNSYNCED = {"synchronize_session": False}
# Colleagues, and words of the workspace's own: a person outside is in none of them.
LEFT_ALONE = frozenset("workspace rep status stage source installation oauth_state name_word model_usage".split())


def erase_person(session: Session, person: Person, asker: Asker, now: datetime) -> Counter[str]:
    """Erase a person and note in the log that it was done, and by whose number; return what was changed, in counts.

    The audit log refuses to be rewritten; the owner of its tables sets that aside for this one transaction.
    """
    done = Counter[str]()
    workspace_id = asker.workspace_id
    session.expire_all()
    with _rewrite_log(session):
        about = {kind: _find_about(session, workspace_id, person, kind) for kind in ABOUT}
        own = {kind: person.list_numbers(kind) for kind in PEOPLE} | about
        done["change in the log"] += _empty_changes(session, workspace_id, person, own)
        for kind, numbers in own.items():
            done["remembered row of an import"] += _delete_of_records(session, ImportedRow, workspace_id, kind, numbers)
            _delete_of_records(session, PendingReference, workspace_id, kind, numbers)
        for kind, table in PEOPLE.items():
            done[f"{kind} record"] += _empty_records(session, table, own[kind], now)
            _delete_of_records(session, NameWord, workspace_id, kind, own[kind])
        done["touch emptied"] += _run_in_portions(session, update(Activity).values(TOUCH), Activity.id, own["activity"])
        done["follow-up"] += _run_in_portions(session, delete(FollowUp), FollowUp.id, own["follow_up"])
        done["score without its reasons"] += _run_in_portions(
            session, update(LeadScore).values(reasons=None), LeadScore.lead_id, own["lead"]
        )
        done["comment on a score"] += _run_in_portions(
            session, delete(ScoreFeedback), ScoreFeedback.id, own["score_feedback"]
        )
        for table in Base.metadata.sorted_tables:
            if table.name not in LEFT_ALONE:
                done[f"other text in {table.name.replace('_', ' ')}"] += _clean_table(
                    session, table, workspace_id, person
                )
        session.add(build_entry(_without_name(asker), now, "shell", "erase", {"records": list(person.refs)}))
        session.flush()
    return done


def _run(session: Session, statement: Any) -> int:
    result: Any = session.execute(statement, execution_options=UNSYNCED)
    return int(result.rowcount)


def _run_in_portions(session: Session, statement: Any, column: Any, numbers: Sequence[int]) -> int:
    return sum(_run(session, statement.where(column.in_(portion))) for portion in split_portions(numbers))


def _delete_of_records(session: Session, table: Any, workspace_id: int, kind: str, numbers: Sequence[int]) -> int:
    statement = delete(table).where(table.workspace_id == workspace_id, table.kind == kind)
    return _run_in_portions(session, statement, table.record_id, numbers)


def _without_name(asker: Asker) -> Asker:
    name = f"#{format_ref('user', asker.id)}" if asker.id else "console"
    return Asker(asker.id, asker.workspace_id, name, asker.role)


def _find_about(session: Session, workspace_id: int, person: Person, kind: str) -> list[int]:
    """Find what was done or said about a person, also what is deleted by now and only in the log still."""
    leads, contacts = person.list_numbers("lead"), person.list_numbers("contact")
    table = ABOUT[kind]
    found = {*session.scalars(select(table.id).where(_is_about(table, leads, contacts)))}
    for raw in (Change.raw_before, Change.raw_after):
        rows = select(Change.record_id).where(
            Change.workspace_id == workspace_id,
            Change.kind == kind,
            Change.column == "record",
            or_(raw["lead_id"].as_integer().in_(leads), raw["contact_id"].as_integer().in_(contacts)),
        )
        found |= {*session.scalars(rows)}
    return sorted(found)


def _is_about(table: Any, leads: Sequence[int], contacts: Sequence[int]) -> Any:
    of_lead = table.lead_id.in_(leads)
    return or_(of_lead, table.contact_id.in_(contacts)) if "contact_id" in table.__table__.c else of_lead


def _empty_records(session: Session, table: Any, numbers: Sequence[int], now: datetime) -> int:
    blank: dict[str, Any] = {
        each.name: None for each in table.__table__.columns if each.name not in IMPERSONAL and each.nullable
    }
    values = {**blank, "name": ERASED, "updated_at": now, "version": table.version + 1}
    return _run(session, update(table).where(table.id.in_(numbers)).values(values))


def _empty_changes(session: Session, workspace_id: int, person: Person, own: dict[str, list[int]]) -> int:
    """Empty what the log holds of these records; which field was changed, when and by whom stays."""
    entries: set[int] = set()
    said: set[int] = set()
    emptied = 0
    for kind, numbers in own.items():
        for portion in split_portions(numbers):
            changes = and_(Change.workspace_id == workspace_id, Change.kind == kind, Change.record_id.in_(portion))
            (entries if kind in PEOPLE else said).update(session.scalars(select(Change.entry_id).where(changes)))
            emptied += _run(session, update(Change).where(changes, Change.column.not_in(IMPERSONAL)).values(EMPTY))
            _run(session, update(Change).where(changes).values(name=ERASED))
    # One entry may be of many people, as a whole desk that was given away: its arguments are the others' too.
    for portion in split_portions(entries - said):
        others = select(Change.entry_id).where(
            Change.entry_id.in_(portion), *(~_is_own(kind, own[kind]) for kind in PEOPLE), Change.kind.in_([*PEOPLE])
        )
        said |= {*portion} - {*session.scalars(others)}
    plain = {"name": person.refs[0]}
    _run_in_portions(session, update(AuditEntry).values(arguments=plain), AuditEntry.id, sorted(said))
    _empty_links(session, workspace_id, own)
    return emptied


def _is_own(kind: str, numbers: Sequence[int]) -> Any:
    return and_(Change.kind == kind, Change.record_id.in_(numbers))


def _empty_links(session: Session, workspace_id: int, own: dict[str, list[int]]) -> None:
    """Take the name out of changes of other records that once referred to a person, such as a deal's contact."""
    for column, kind in LINKS.items():
        linked = (Change.workspace_id == workspace_id, Change.column == column)
        for raw, shown in (("raw_before", "before"), ("raw_after", "after")):
            is_own = cast(getattr(Change, raw), Text).in_([str(number) for number in own[kind]])
            _run(session, update(Change).where(*linked, is_own).values({shown: ERASED}))
    taking_part = (Change.workspace_id == workspace_id, Change.kind == "opportunity_contact")
    for row in (Change.raw_before, Change.raw_after):
        is_own = row["contact_id"].as_integer().in_(own["contact"])
        named = {"name": ERASED, "before": None, "after": None}
        _run(session, update(Change).where(*taking_part, is_own).values(named))


def _clean_table(session: Session, table: Table, workspace_id: int, person: Person) -> int:
    """Put `Erased person` for what names the person in any text of a table. Talk that does is deleted whole."""
    kept = OTHERS_OWN.get(table.name, frozenset())
    texts = [
        each
        for each in table.columns
        if isinstance(each.type, JSON | String) and not each.foreign_keys and each.name not in kept
    ]
    if not texts:
        return 0
    marks = person.names if not person.namesakes else (), person.emails, person.phones
    pattern = compile_marks(*marks)
    keys = list(table.primary_key.columns)
    is_talk = table.name in {each.__tablename__ for each in TALK}
    query = select(*keys, *texts).where(
        table.c.workspace_id == workspace_id if "workspace_id" in table.c else true(),
        true() if is_talk else or_(*(may_hold_marks(each, *marks) for each in texts)),
    )
    named = []
    # Read to the end before anything is written: what a query still goes through must not change under it.
    for row in session.execute(query, execution_options={"yield_per": PORTION}):
        values = {each.name: row._mapping[each] for each in texts if each not in keys}
        if is_talk:
            changed = values if pattern.search(_dump(values)) or _shows_records(values, person.refs) else {}
        else:
            changed = {name: new for name, value in values.items() if (new := _clean_value(value, pattern)) != value}
        if changed:
            named.append((and_(*(key == row._mapping[key] for key in keys)), changed, row[0]))
    for same, changed, _ in named:
        if is_talk:
            _run(session, delete(table).where(same))
            continue
        if table.name == "account" and "name" in changed:
            changed["name_key"] = make_company_key(changed["name"])
        if "version" in table.c:
            changed["version"] = table.c.version + 1
        _run(session, update(table).where(same).values(changed))
    renamed = [number for _, changed, number in named if changed.keys() & {"name", "company"}]
    if table.name in TABLES:
        _index_anew(session, TABLES[table.name], renamed)
    return len(named)


def _index_anew(session: Session, table: Any, numbers: Sequence[int]) -> None:
    for portion in split_portions(numbers):
        index_records(session, session.scalars(select(table).where(table.id.in_(portion))).all())
        session.expire_all()


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


@contextmanager
def _rewrite_log(session: Session) -> Iterator[None]:
    """Let the log be rewritten within this transaction, as only the owner of its tables can."""
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        # Not every SQLite writes zeros over what is deleted by itself: it would stay until its place is needed.
        connection.exec_driver_sql("PRAGMA secure_delete=ON")
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
