"""Column types that store the same on both databases, and refuse what would be stored wrongly."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, String, UnaryExpression
from sqlalchemy import column as sql_column
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import operators
from sqlalchemy.types import TypeDecorator

# SQLite numbers rows by itself only if the type is INTEGER, which holds 64 bits there anyway.
Key = BigInteger().with_variant(Integer, "sqlite")
# A longer number need not fit these 64 bits, and the database would refuse it with an error of its own.
MOST_DIGITS = 18

# Compared byte by byte on both databases, so that the words with one beginning are a range of the index.
Word = String(60).with_variant(String(60, collation="C"), "postgresql")


class UnknownFirst(UnaryExpression[Any]):
    """A column of an index that begins with what has no value there.

    Read backwards such an index gives the highest first and what has no value last, as lists want it. SQLite's indexes
    begin so by themselves, and have no words for it.
    """

    inherit_cache = True

    def __init__(self, name: str) -> None:
        super().__init__(sql_column(name), modifier=operators.nulls_first_op)


@compiles(UnknownFirst, "sqlite")
def _compile_plain_column(element: UnknownFirst, compiler: Any, **options: Any) -> str:
    return str(compiler.process(element.element, **options))


CENT = Decimal("0.01")
# Sums are made by the database in 64 bits: amounts in hundredths, times a percentage, over many rows must fit.
MOST_MONEY = Decimal("9999999999999.99")


def is_record_number(text: str) -> bool:
    """Say whether a text is written as the number of a record: plain digits, not so many that no column holds them."""
    return text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, stored in UTC. A naive value is refused with ValueError."""

    # By itself SQLAlchemy stores a moment on SQLite without its offset, and says nothing.
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
    """An amount in a currency's main unit, stored as whole hundredths."""

    # SQLite stores decimals as binary floats, whose sums are off by cents.
    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        return None if value is None else to_hundredths(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value) / 100


def to_hundredths(amount: Decimal) -> int:
    """Turn an amount into whole hundredths, rounding half to even. Raise ValueError if it cannot be stored."""
    if isinstance(amount, float):
        raise ValueError("an amount must not pass through a binary float")
    if not amount.is_finite() or abs(amount) > MOST_MONEY:
        raise ValueError(f"{amount} is not an amount that can be stored")
    return int(to_cents(amount) * 100)


def to_cents(amount: Decimal) -> Decimal:
    """Round an amount to the hundredths that are stored, half to even."""
    return amount.quantize(CENT, ROUND_HALF_EVEN)
