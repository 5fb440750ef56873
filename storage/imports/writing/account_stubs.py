"""Accounts that exist only because deals and contacts name them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.database.bulk_writes import Inserter, reserve_ids
from storage.imports.understanding.column_content import EMAIL
from storage.imports.understanding.sheet_plan import Plan
from storage.imports.writing.references import DOMAIN
from storage.imports.writing.waiting_references import settle_references
from storage.imports.writing.word_index import WordIndex
from storage.names.normalise import make_company_key, normalise_name
from storage.tables import Account, ImportedRow, NameWord

Wanted = tuple[tuple[str, ...], str]
KINDS_NAMING_ACCOUNTS = frozenset(["opportunity", "contact"])


def makes_account_stub(plan: Plan, kind: str, targets: tuple[str, ...], words: str) -> bool:
    """Say whether a row of this kind makes an account of a name that it gives and no account has."""
    if targets != ("account",) or kind not in KINDS_NAMING_ACCOUNTS or "account" in plan.code_fields:
        return False
    # An id, a domain or an address is no name to show: such references wait for their account instead.
    return not EMAIL.search(words) and not DOMAIN.fullmatch(words) and bool(normalise_name(words))


def create_account_stubs(
    session: Session, workspace_id: int, plan: Plan, kind: str, missing: set[Wanted]
) -> dict[Wanted, tuple[str, int]]:
    """Create accounts for names that deals and contacts give and no account has: (targets, words) -> (kind, id).

    An account file that comes later fills them in.
    """
    names: dict[str, list[Wanted]] = {}
    for targets, words in missing:
        if makes_account_stub(plan, kind, targets, words):
            names.setdefault(normalise_name(words), []).append((targets, words))
    if not names:
        return {}
    ids = reserve_ids(session, Account, len(names))
    row_ids = reserve_ids(session, ImportedRow, len(names))
    accounts: list[dict[str, Any]] = []
    rows: list[dict[str, Any]] = []
    made: dict[Wanted, tuple[str, int]] = {}
    now = plan.around.now
    for number, row_id, (key, wanted) in zip(ids, row_ids, sorted(names.items()), strict=True):
        name = sorted(words for _, words in wanted)[0][:500]
        accounts.append(
            {
                "id": number,
                "workspace_id": workspace_id,
                "name": name,
                "name_key": make_company_key(name)[:500],
                "created_at": now,
                "updated_at": now,
                "version": 1,
            }
        )
        rows.append(
            {
                "id": row_id,
                "workspace_id": workspace_id,
                "kind": "account",
                "key": f"name:{key}"[:290],
                "record_id": number,
                "cells": {"name": name},
            }
        )
        made.update(dict.fromkeys(wanted, ("account", number)))
    connection = session.connection()
    Inserter(connection, Account).insert_rows(accounts)
    Inserter(connection, NameWord).insert_tuples(WordIndex(workspace_id).build_rows("account", accounts))
    taken = set(
        session.scalars(
            select(ImportedRow.key).where(
                ImportedRow.workspace_id == workspace_id,
                ImportedRow.kind == "account",
                ImportedRow.key.in_([row["key"] for row in rows]),
            )
        )
    )
    Inserter(connection, ImportedRow).insert_rows(row for row in rows if row["key"] not in taken)
    settle_references(session, workspace_id, "account", [(each["id"], each) for each in accounts], now=now)
    return made
