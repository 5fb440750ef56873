"""Resolves what the rows of a batch refer to: to records that are here, or made of a name; the others wait."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.database.bulk_writes import split_portions
from storage.imports.rows.built_records import COMPANY, BuiltRecord, Reference
from storage.imports.understanding.sheet_plan import Plan
from storage.imports.writing.account_stubs import Wanted, create_account_stubs
from storage.imports.writing.references import PERSON_PAIR, Finder, may_be_both
from storage.tables import Account

Unresolved = tuple[int, str, Reference]
"""The position of a row, its column and what this refers to."""


def resolve_references(
    session: Session, finder: Finder, plan: Plan, kind: str, rows: Sequence[BuiltRecord]
) -> list[Unresolved]:
    """Fill in the references that are found or can be made, and return the others."""
    wanted = {reference for built in rows for reference in built.references.values()}
    if not wanted:
        return []
    found = finder.find_targets(session, wanted)
    if missing := wanted - found.keys():
        found |= create_account_stubs(session, finder.workspace_id, plan, kind, missing)
    names = _load_company_names(session, rows, found)
    waiting: list[Unresolved] = []
    for place, built in enumerate(rows):
        for column, reference in built.references.items():
            target = found.get(reference)
            if target is None:
                waiting.append((place, column, reference))
            elif column == COMPANY:
                built.values[column] = names[target[1]]
            elif len(reference.targets) == 1:
                built.values[column] = target[1]
            else:
                built.values[f"{target[0]}_id"] = target[1]
                other = PERSON_PAIR.get(target[0])
                if other in reference.targets and may_be_both(reference.words):
                    number = finder.found.get((other, reference.words))
                    if number is None:
                        waiting.append((place, column, Reference((other,), reference.words)))
                    else:
                        built.values.setdefault(f"{other}_id", number)
    return waiting


def _load_company_names(
    session: Session, rows: Sequence[BuiltRecord], found: Mapping[Wanted, tuple[str, int]]
) -> dict[int, str]:
    """Load the names of the accounts that leads call by their web address."""
    said = {each for built in rows if (each := built.references.get(COMPANY))}
    names: dict[int, str] = {}
    for portion in split_portions({found[each][1] for each in said & found.keys()}):
        accounts = session.execute(select(Account.id, Account.name).where(Account.id.in_(portion)))
        names.update((row.id, row.name) for row in accounts)
    return names
