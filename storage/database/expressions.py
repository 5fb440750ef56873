"""Small pieces of SQL that the two databases write differently."""

from __future__ import annotations

from datetime import datetime
from importlib import import_module
from typing import Any

from sqlalchemy import ColumnElement, Integer, cast, extract, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.functions import GenericFunction

from storage.tables.column_types import UtcDateTime


def insert_into(session: Session, table: Any) -> Any:
    """Begin an INSERT that can say what becomes of a row whose key is there already (`on_conflict_do_…`)."""
    return begin_insert(session.get_bind().dialect.name, table)


def begin_insert(dialect: str, table: Any) -> Any:
    """Begin the same INSERT for a database by its name, for statements that are built once."""
    # Who looks for a row first and then adds it may find it added by another transaction in between.
    # A program that has SQLite need not load what the other takes to load.
    return import_module(f"sqlalchemy.dialects.{dialect}").insert(table)


class days_between(GenericFunction[int]):
    """Counts the whole days from the UTC date of a moment to a date: `days_between(created_at, close_date)`."""

    type = Integer()
    # Without this SQLAlchemy would compile every statement with the function anew.
    inherit_cache = True


@compiles(days_between, "sqlite")
def _compile_days_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    moment, day = (compiler.process(clause, **options) for clause in element.clauses)
    return f"CAST(julianday({day}) - julianday(date({moment})) AS INTEGER)"


@compiles(days_between, "postgresql")
def _compile_days_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    moment, day = (compiler.process(clause, **options) for clause in element.clauses)
    return f"({day} - ({moment} AT TIME ZONE 'UTC')::date)"


def month_number(day: Any) -> ColumnElement[int]:
    """Number the month of a date from the year 0, so that months follow one another: 2026-11 -> 24322."""
    return cast(extract("year", day) * 12 + extract("month", day) - 1, Integer)


def month_name(number: int) -> str:
    """Name a month numbered from the year 0: 24322 -> `2026-11`."""
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


class latest(GenericFunction[datetime]):
    """Picks the latest of some moments; those that are null do not count, unless all are."""

    type = UtcDateTime()
    inherit_cache = True


@compiles(latest, "sqlite")
def _compile_latest_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    # SQLite's max() of several values is null as soon as one of them is; PostgreSQL's greatest() skips nulls.
    known = ", ".join(f"coalesce({compiler.process(clause, **options)}, '')" for clause in element.clauses)
    return f"nullif(max({known}), '')"


@compiles(latest, "postgresql")
def _compile_latest_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    return f"greatest({compiler.process(element.clauses, **options)})"


class as_it_is(GenericFunction[Any]):
    inherit_cache = True


@compiles(as_it_is)
def _compile_unchanged(element: Any, compiler: Any, **options: Any) -> str:
    return str(compiler.process(element.clauses, **options))


@compiles(as_it_is, "sqlite")
def _compile_with_plus(element: Any, compiler: Any, **options: Any) -> str:
    # To SQLite `+column` is an expression, for which it has no index; the value stays the same.
    return f"+{compiler.process(element.clauses, **options)}"


def match_none_of(session: Session, column: Any, chosen: Any) -> Any:
    """Match rows whose column holds none of the values that a statement chooses; null is none of them."""
    # SQLite makes the list once and looks each row up in it. PostgreSQL does that with a short list only, and would go
    # through a long one for each row: it joins.
    if session.get_bind().dialect.name == "sqlite":
        return or_(column.is_(None), column.not_in(chosen))
    values = chosen.subquery()
    return ~select(values).where(next(iter(values.c)) == column).exists()


def skip_index(column: Any) -> Any:
    """Return the column as an expression for which SQLite uses no index; PostgreSQL sees the plain column."""
    # Without statistics SQLite takes the wrong index for the best one. PostgreSQL has statistics and chooses well.
    return as_it_is(column, type_=column.type)
