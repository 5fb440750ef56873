"""Column types that refuse what would be stored wrongly."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, String
from sqlalchemy.types import TypeDecorator

# A row's own number. SQLite numbers rows by itself only where the type is INTEGER.
Key = BigInteger().with_variant(Integer, "sqlite")

# Text compared and sorted byte by byte on both databases, so that a range of it can use an index.
Word = String(60).with_variant(String(60, collation="C"), "postgresql")

CENT = Decimal("0.01")
# The largest amount accepted. A hundred thousand such rows times a percentage still fit 64 bits.
MOST_MONEY = Decimal("9999999999999.99")


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, stored in UTC. A naive value is refused: SQLite would drop its offset silently."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be stored")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Money(TypeDecorator[Decimal]):
    """An amount in a currency's main unit, kept as whole hundredths, so that sums are exact."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        return None if value is None else to_hundredths(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value) / 100


def to_hundredths(amount: Decimal) -> int:
    """Turn an amount into whole hundredths, half to even. ValueError where it is no storable amount."""
    if isinstance(amount, float):
        raise ValueError("an amount must not pass through a binary float")
    if not amount.is_finite() or abs(amount) > MOST_MONEY:
        raise ValueError(f"{amount} is not an amount that can be stored")
    return int(to_cents(amount) * 100)


def to_cents(amount: Decimal) -> Decimal:
    """Round an amount to the hundredths that are kept, half to even."""
    return amount.quantize(CENT, ROUND_HALF_EVEN)
