"""Queries on accounts."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from storage.database.expressions import unindexed
from storage.people.visibility import Scope
from storage.tables import Account


def get(scope: Scope, number: int) -> Account | None:
    """The visible account with this number, to be read or changed within the transaction."""
    return scope.session.scalar(scope.limit(select(Account), Account).where(Account.id == number))


def names(scope: Scope, numbers: Iterable[int]) -> dict[int, str]:
    """The names of accounts by number, for showing them beside records that are visible themselves."""
    query = select(Account.id, Account.name).where(
        Account.id.in_([*numbers]), unindexed(Account.workspace_id) == scope.workspace_id
    )
    return {row.id: row.name for row in scope.session.execute(query)}
