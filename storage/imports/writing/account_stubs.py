"""Accounts that exist only because deals and contacts name them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy.orm import Session

from storage.database.bulk_writes import Inserter, reserve_ids
from storage.imports.rows.row_reader import Cells
from storage.imports.understanding.column_content import EMAIL
from storage.imports.understanding.sheet_plan import Plan
from storage.imports.writing.imported_rows import find_imported_records, save_imported_rows
from storage.imports.writing.references import DOMAIN
from storage.imports.writing.waiting_references import settle_references
from storage.imports.writing.word_index import WordIndex
from storage.names.normalise import make_company_key, normalise_name
from storage.tables import Account

Wanted = tuple[tuple[str, ...], str]
KINDS_NAMING_ACCOUNTS = frozenset(["opportunity", "contact"])


def makes_account_stub(plan: Plan, kind: str, targets: tuple[str, ...], words: str) -> bool:
    """Say whether a row of this kind makes an account of a name that it gives and no account has."""
    if targets != ("account",) or kind not in KINDS_NAMING_ACCOUNTS or "account" in plan.code_fields:
        return False
    # An id, a domain or an address is no name to show: such references wait for their account instead.
    return not EMAIL.search(words) and not DOMAIN.fullmatch(words) and bool(normalise_name(words))


def create_account_stubs(
    session: Session, workspace_id: int, plan: Plan, kind: str, missing: Iterable[Wanted]
) -> dict[Wanted, tuple[str, int]]:
    """Create accounts for names that deals and contacts give and no account has: (targets, words) -> (kind, id).

    Note how many. An account file that comes later fills them in.
    """
    names: dict[str, list[Wanted]] = {}
    for targets, words in missing:
        if makes_account_stub(plan, kind, targets, words):
            names.setdefault(normalise_name(words), []).append((targets, words))
    if not names:
        return {}
    ids = reserve_ids(session, Account, len(names))
    accounts: list[dict[str, Any]] = []
    rows: list[tuple[str, int, Cells]] = []
    made: dict[Wanted, tuple[str, int]] = {}
    now = plan.around.now
    for number, (key, wanted) in zip(ids, sorted(names.items()), strict=True):
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
        rows.append((f"name:{key}"[:290], number, {"name": name}))
        made.update(dict.fromkeys(wanted, ("account", number)))
    Inserter(session.connection(), Account).insert_rows(accounts)
    WordIndex(workspace_id).insert_words(session, "account", accounts)
    taken = find_imported_records(session, workspace_id, "account", [key for key, *_ in rows])
    save_imported_rows(session, workspace_id, "account", [row for row in rows if row[0] not in taken])
    settle_references(session, workspace_id, "account", [(each["id"], each) for each in accounts], now=now)
    plan.notes.muted = False
    plan.notes.add_total(
        len(names), "1 account was made from its name alone", "{} accounts were made from their names alone"
    )
    return made
