"""Queries on accounts."""

from __future__ import annotations

from sqlalchemy import select

from storage.access import Scope
from storage.tables import Account


def get(scope: Scope, number: int) -> Account | None:
    """The visible account with this number, to be read or changed within the transaction."""
    return scope.session.scalar(scope.limit(select(Account), Account).where(Account.id == number))
