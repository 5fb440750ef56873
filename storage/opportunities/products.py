"""The products that opportunities are about."""

from __future__ import annotations

from sqlalchemy import select

from storage.names.normalise import key_of
from storage.people.visibility import Scope
from storage.tables import Opportunity

MOST_PRODUCTS = 5000


def names(scope: Scope, limit: int = MOST_PRODUCTS) -> list[str]:
    """The products of visible opportunities, in alphabetical order."""
    query = scope.limit(select(Opportunity.product).distinct(), Opportunity).where(Opportunity.product.is_not(None))
    return [name for name in scope.session.scalars(query.order_by(Opportunity.product).limit(limit)) if name]


def called(scope: Scope, words: str) -> tuple[str, ...]:
    """How visible opportunities write this product: `gtx pro` -> GTX Pro, GTXPro. Else those that have the words."""
    existing = names(scope)
    wanted = key_of(words)
    same = [name for name in existing if key_of(name).replace(" ", "") == wanted.replace(" ", "")]
    return tuple(same or [name for name in existing if f" {wanted} " in f" {key_of(name)} "]) if wanted else ()
