"""Managers: users made because others report to them, and roles that follow from who reports to whom."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.database.bulk_writes import Inserter, reserve_ids, update_many
from storage.imports.understanding.column_content import EMAIL
from storage.imports.understanding.sheet_plan import is_code
from storage.imports.writing.references import make_reference_key
from storage.imports.writing.waiting_references import settle_references
from storage.imports.writing.word_index import WordIndex
from storage.tables import PendingReference, Rep


def create_manager_stubs(session: Session, workspace_id: int, now: Any) -> list[str]:
    """Create users for the managers whom users name and no file brought. Return their names."""
    waiting = session.execute(
        select(PendingReference.words).where(
            PendingReference.workspace_id == workspace_id,
            PendingReference.kind == "user",
            PendingReference.field == "manager_id",
        )
    )
    people: dict[str, str] = {}
    # An address or a full name is enough to make a user of; an id or a single word is not.
    for (words,) in waiting:
        if EMAIL.fullmatch(words) or (" " in words and not is_code(words)):
            people.setdefault(make_reference_key(words), words)
    ids = reserve_ids(session, Rep, len(people))
    rows: list[dict[str, Any]] = []
    for number, (key, words) in zip(ids, sorted(people.items()), strict=True):
        email = key if "@" in key else None
        name = words.strip()[:255]
        first, _, last = name.rpartition(" ")
        rows.append(
            {
                "id": number,
                "workspace_id": workspace_id,
                "name": name,
                "first_name": None if email else first or None,
                "last_name": None if email else last,
                "email": email,
                "role": "manager",
                "role_given": False,
                "active": True,
                "digest_enabled": True,
                "created_at": now,
                "version": 1,
            }
        )
    Inserter(session.connection(), Rep).insert_rows(rows)
    WordIndex(workspace_id).insert_words(session, "user", rows)
    settle_references(session, workspace_id, "user", list(zip(ids, rows, strict=True)), now=now)
    return [row["name"] for row in rows]


def settle_roles(session: Session, workspace_id: int) -> None:
    """Set the role of every user whose file gave none: manager or admin by who reports to whom, else rep."""
    people = session.execute(
        select(Rep.id, Rep.manager_id, Rep.role, Rep.role_given).where(Rep.workspace_id == workspace_id)
    ).all()
    # Whoever has reports manages; whoever manages managers administers.
    managers = {row.manager_id for row in people if row.manager_id is not None and row.manager_id != row.id}
    above = {row.manager_id for row in people if row.id in managers and row.manager_id not in {None, row.id}}
    changes = []
    for row in people:
        role = "admin" if row.id in above else "manager" if row.id in managers else "rep"
        if not row.role_given and row.role != role:
            changes.append((row.id, {"role": role}))
    update_many(session, Rep, changes)
