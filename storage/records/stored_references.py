"""Finds the visible record whose id a stored call carries."""

from __future__ import annotations

from storage.names import name_index
from storage.names.name_index import NamedRecord
from storage.people.visibility import Scope
from storage.records import follow_ups


def find_by_reference(scope: Scope, reference: str) -> NamedRecord | None:
    """Find the visible record whose id (`L17`) a stored call carries; None where it is not to be seen."""
    # By number alone: an account that is called “L17” must not be taken for the lead a button was made for.
    match name_index.parse_ref(reference):
        case ("follow_up", number):
            found = follow_ups.load_named(scope, [number])
        case (str() as kind, number):
            found = name_index.load_named(scope, [(kind, number)])
        case _:
            return None
    return found[0] if found else None
