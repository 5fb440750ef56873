"""Matching rows to records that exist already, though no import brought them under the row's key."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.database.bulk_writes import split_portions
from storage.imports.rows.built_records import Entry
from storage.imports.understanding.fields import TABLES
from storage.imports.values.salesforce_ids import list_spellings
from storage.names.normalise import normalise_name
from storage.tables import Account, Opportunity

NATURAL_KEYS = {"user": "email", "contact": "email", "lead": "email", "account": "name_key"}


def has_external_ids(session: Session, workspace_id: int, kind: str) -> bool:
    """Say whether any record of a kind has an id of an exporting program."""
    table = TABLES[kind]
    if not hasattr(table, "external_id"):
        return False
    query = select(table.id).where(table.workspace_id == workspace_id, table.external_id.is_not(None)).limit(1)
    return session.scalar(query) is not None


def match_existing_records(
    session: Session, workspace_id: int, kind: str, fresh: Sequence[Entry], *, by_external_id: bool = True
) -> dict[str, tuple[int, bool]]:
    """Match rows to existing records: entry key -> (record id, whether the row may overwrite it).

    A record is matched once at most. Pass by_external_id=False where no record had such an id when the run began.
    """
    # By the exporting program's id, where an earlier import's memory is gone. Else by email or name, but only among
    # records without such an id, which people or references made: these may be filled in, not overwritten.
    table = TABLES[kind]
    found: dict[str, tuple[int, bool]] = {}
    taken: set[int] = set()
    if not fresh or not hasattr(table, "external_id"):
        return {}
    said: dict[str, str] = {}
    for entry in fresh if by_external_id else ():
        external_id = entry.built.values.get("external_id")
        if external_id:
            said.update(dict.fromkeys(list_spellings(external_id), entry.key))
    for portion in split_portions(said):
        rows = session.execute(
            select(table.id, table.external_id).where(
                table.workspace_id == workspace_id, table.external_id.in_(portion)
            )
        )
        for number, external_id in rows:
            if number not in taken and said[external_id] not in found:
                found[said[external_id]] = (number, True)
                taken.add(number)
    if kind == "user" or _has_records_without_id(session, workspace_id, table):
        rest = [entry for entry in fresh if entry.key not in found and entry.first_key]
        for entry, number in _match_natural_keys(session, workspace_id, kind, rest):
            if number not in taken and entry.key not in found:
                found[entry.key] = (number, False)
                taken.add(number)
    return found


def _has_records_without_id(session: Session, workspace_id: int, table: Any) -> bool:
    query = select(table.id).where(table.workspace_id == workspace_id, table.external_id.is_(None)).limit(1)
    return session.scalar(query) is not None


def _match_natural_keys(
    session: Session, workspace_id: int, kind: str, rest: Sequence[Entry]
) -> list[tuple[Entry, int]]:
    table = TABLES[kind]
    pairs: list[tuple[Entry, int]] = []
    column = NATURAL_KEYS.get(kind)
    if column is not None:
        by_value: dict[str, list[Entry]] = defaultdict(list)
        for entry in rest:
            if value := entry.built.values.get(column):
                by_value[value].append(entry)
        for portion in split_portions(by_value):
            rows = session.execute(
                select(table.id, getattr(table, column), table.name)
                .where(
                    table.workspace_id == workspace_id,
                    getattr(table, column).in_(portion),
                    _lacks_external_id(table, kind),
                )
                .order_by(table.id)
            )
            for number, value, name in rows:
                pairs += [
                    (entry, number)
                    for entry in by_value[value]
                    # The key leaves out the legal form, and `Acme Inc.` and `Acme GmbH` may be two companies.
                    if table is not Account or normalise_name(name) == normalise_name(entry.built.values["name"])
                ]
    if kind == "user":
        pairs += _match_names(session, workspace_id, table, rest)
    if kind == "opportunity":
        pairs += _match_names(
            session, workspace_id, Opportunity, [entry for entry in rest if not entry.built.values.get("external_id")]
        )
    return pairs


def _lacks_external_id(table: Any, kind: str) -> Any:
    # An address belongs to one user only, whoever brought it.
    return table.id.is_not(None) if kind == "user" else table.external_id.is_(None)


def _match_names(session: Session, workspace_id: int, table: Any, rest: Sequence[Entry]) -> list[tuple[Entry, int]]:
    by_name = {entry.built.values["name"]: entry for entry in rest}
    pairs = []
    for portion in split_portions(by_name):
        rows = session.execute(
            select(table.id, table.name, *([table.email] if hasattr(table, "email") else []))
            .where(table.workspace_id == workspace_id, table.external_id.is_(None), table.name.in_(portion))
            .order_by(table.id)
        ).all()
        for row in rows:
            entry = by_name[row.name]
            email = getattr(row, "email", None)
            if email is None or email == entry.built.values.get("email") or not entry.built.values.get("email"):
                pairs.append((entry, row.id))
    return pairs
