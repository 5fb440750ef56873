"""Queries on accounts."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from storage.database.expressions import skip_index
from storage.people.visibility import Scope
from storage.tables import Account


def find_account(scope: Scope, number: int) -> Account | None:
    """Find the visible account with this number, to be read or changed within the transaction."""
    return scope.session.scalar(scope.filter_visible(select(Account), Account).where(Account.id == number))


def load_account_names(scope: Scope, numbers: Iterable[int]) -> dict[int, str]:
    """Load the names of accounts by id. Use it for accounts of records that are visible themselves."""
    query = select(Account.id, Account.name).where(
        Account.id.in_([*numbers]), skip_index(Account.workspace_id) == scope.workspace_id
    )
    return {row.id: row.name for row in scope.session.execute(query)}
