"""Queries on accounts."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from storage.database.expressions import skip_index
from storage.names.normalise import make_company_key
from storage.people.visibility import Scope
from storage.tables import Account

MOST_SAME = 3


def find_account(scope: Scope, number: int) -> Account | None:
    """Find the visible account with this number, to be read or changed within the transaction."""
    return scope.find_record(Account, number)


def list_same_named(scope: Scope, name: str, *, but: int = 0) -> list[Account]:
    """List the visible accounts of this name, however it is written; account number `but` is left out."""
    query = scope.filter_visible(select(Account), Account).where(Account.name_key == make_company_key(name))
    return list(scope.session.scalars(query.where(Account.id != but).order_by(Account.id).limit(MOST_SAME)))


def is_within(scope: Scope, number: int | None, above: int) -> bool:
    """Tell whether an account is the account `above`, or below it by way of its parents."""
    seen: set[int] = set()
    while number is not None and number not in seen:
        if number == above:
            return True
        seen.add(number)
        number = scope.session.scalar(
            select(Account.parent_id).where(Account.id == number, Account.workspace_id == scope.workspace_id)
        )
    return False


def load_account_names(scope: Scope, numbers: Iterable[int]) -> dict[int, str]:
    """Load the names of accounts by id. Use it for accounts of records that are visible themselves."""
    query = select(Account.id, Account.name).where(
        Account.id.in_([*numbers]), skip_index(Account.workspace_id) == scope.workspace_id
    )
    return {row.id: row.name for row in scope.session.execute(query)}
