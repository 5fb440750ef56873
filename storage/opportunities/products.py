"""The products that opportunities are about."""

from __future__ import annotations

from sqlalchemy import select

from storage.names.normalise import normalise_name
from storage.people.visibility import Scope
from storage.tables import Opportunity

MOST_PRODUCTS = 5000


def list_products(scope: Scope, limit: int = MOST_PRODUCTS) -> list[str]:
    """List the products of visible opportunities, in alphabetical order."""
    query = scope.filter_visible(select(Opportunity.product).distinct(), Opportunity).where(
        Opportunity.product.is_not(None)
    )
    return [name for name in scope.session.scalars(query.order_by(Opportunity.product).limit(limit)) if name]


def find_spellings(scope: Scope, words: str) -> tuple[str, ...]:
    """Find how visible opportunities write a product: `gtx pro` -> GTX Pro, GTXPro; else those that have the words."""
    existing = list_products(scope)
    wanted = normalise_name(words)
    same = [name for name in existing if normalise_name(name).replace(" ", "") == wanted.replace(" ", "")]
    return tuple(same or [name for name in existing if f" {wanted} " in f" {normalise_name(name)} "]) if wanted else ()
