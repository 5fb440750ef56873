"""Queries on contacts."""

from __future__ import annotations

from storage.people.visibility import Scope
from storage.tables import Contact


def find_contact(scope: Scope, number: int) -> Contact | None:
    """Find the visible contact with this number, to be read or changed within the transaction."""
    return scope.find_record(Contact, number)
