"""Queries on opportunities, and the rules that follow from an opportunity's stage."""

from __future__ import annotations

from sqlalchemy import select

from storage.access import Scope
from storage.tables import Opportunity


def get(scope: Scope, number: int) -> Opportunity | None:
    """The visible opportunity with this number, to be read or changed within the transaction."""
    return scope.session.scalar(scope.limit(select(Opportunity), Opportunity).where(Opportunity.id == number))
