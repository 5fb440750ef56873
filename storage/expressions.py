"""Small pieces of SQL that the two databases write differently."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Integer, case, extract
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction


class days_between(GenericFunction[int]):
    """Whole days from the UTC date of a moment to a date: `days_between(created_at, close_date)`."""

    type = Integer()
    inherit_cache = True


@compiles(days_between, "sqlite")
def _days_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    moment, day = (compiler.process(clause, **options) for clause in element.clauses)
    return f"CAST(julianday({day}) - julianday(date({moment})) AS INTEGER)"


@compiles(days_between, "postgresql")
def _days_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    moment, day = (compiler.process(clause, **options) for clause in element.clauses)
    return f"({day} - ({moment} AT TIME ZONE 'UTC')::date)"


def month_number(day: Any) -> ColumnElement[int]:
    """The month of a date counted from the year 0, so that months follow one another: 2026-11 -> 24322."""
    return extract("year", day) * 12 + extract("month", day) - 1


def month_name(number: int) -> str:
    """`2026-11` for a month counted from the year 0."""
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


def later(first: Any, second: Any) -> ColumnElement[Any]:
    """The later of two moments, the other where one is missing."""
    return case((first.is_(None), second), (second > first, second), else_=first)
