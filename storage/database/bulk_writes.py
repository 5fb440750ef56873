"""Many rows at once, by the driver's own executemany: types are processed here, once a column."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, text, update
from sqlalchemy.orm import Session

from storage.database.doors import Database
from storage.database.errors import translate_errors
from storage.tables.column_types import UtcDateTime

Processor = Callable[[Any], Any]
# Pages of 4 KiB in SQLite's log before they are copied back: 64 MiB while a bulk write runs, SQLite's default after it.
BULK_PAGES = 16_384
USUAL_PAGES = 1_000
# SQLite takes 32,766 parameters a statement and PostgreSQL 65,535; lists of this length leave room for the others.
PARAMETERS = 5000


class Inserter:
    """Inserts dictionaries into one table; a column that a row does not name is null."""

    def __init__(self, connection: Connection, table: Any) -> None:
        self.connection = connection
        self.table = table.__table__
        columns = list(self.table.columns)
        self.names = [column.name for column in columns]
        # Statements go to the driver as they are, so they carry its own mark for a parameter.
        self.mark = "?" if connection.dialect.paramstyle == "qmark" else "%s"
        dialect = connection.dialect
        self.defaults = {
            column.name: column.default.arg
            for column in columns
            if column.default is not None and column.default.is_scalar
        }
        self.processors: dict[str, Processor] = {}
        for column in columns:
            processor = column.type.dialect_impl(dialect).bind_processor(dialect)
            if dialect.name == "sqlite" and isinstance(column.type, UtcDateTime):
                processor = _format_moment
            if processor is not None:
                self.processors[column.name] = processor

    def insert_rows(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Insert the rows, if there are any."""
        rows = list(rows)
        # Columns that no row names are left to the database: fewer values to send for tables of many columns.
        used = set(self.defaults).union(*rows)
        names = [name for name in self.names if name in used]
        columns = [self._process_column(name, rows) for name in names]
        self._execute_insert(names, list(zip(*columns, strict=True)))

    def insert_tuples(self, values: Sequence[tuple[Any, ...]]) -> None:
        """Insert values in the order of the table's columns, as the driver takes them."""
        self._execute_insert(self.names, values)

    def _process_column(self, name: str, rows: Sequence[Mapping[str, Any]]) -> list[Any]:
        default = self.defaults.get(name)
        process = self.processors.get(name)
        if process is None:
            return [row.get(name, default) for row in rows]
        return [None if (value := row.get(name, default)) is None else process(value) for row in rows]

    def _execute_insert(self, names: Sequence[str], values: Sequence[tuple[Any, ...]]) -> None:
        if values:
            quote = self.connection.dialect.identifier_preparer.quote
            columns = ", ".join(map(quote, names))
            marks = ", ".join([self.mark] * len(names))
            self.connection.exec_driver_sql(f"INSERT INTO {self.table.name} ({columns}) VALUES ({marks})", list(values))


def _format_moment(moment: datetime) -> str:
    """Format a moment as SQLAlchemy writes it on SQLite, at a fifth of the time."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


@contextmanager
def pause_cycle_search() -> Iterator[None]:
    """Pause Python's search for reference cycles; callers free them with `free_cycles` after each batch."""
    # A batch makes hundreds of thousands of objects that live until it is written; each search would walk all of them.
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def free_cycles() -> None:
    """Free what the last batch left in reference cycles."""
    # Statements hold a batch's keys in cycles. They are young, and looking at all objects would cost more each time.
    gc.collect(0)


@contextmanager
def bulk_mode(database: Database) -> Iterator[None]:
    """Set SQLite up for writing many rows; the usual settings come back at the end. Does nothing on PostgreSQL."""
    # With the usual limit of the log each page of an index would be copied back to the file again and again.
    if database.engine.dialect.name != "sqlite":
        yield
        return
    with translate_errors(database.where):
        _run_pragma(database, f"wal_autocheckpoint={BULK_PAGES}")
        try:
            yield
        finally:
            _run_pragma(database, f"wal_autocheckpoint={USUAL_PAGES}")
            # Passive: it copies what it can and waits for no reader.
            _run_pragma(database, "wal_checkpoint(PASSIVE)")


def _run_pragma(database: Database, pragma: str) -> None:
    raw = database.engine.raw_connection()
    try:
        raw.cursor().execute(f"PRAGMA {pragma}").fetchall()
    finally:
        raw.close()


def reserve_ids(session: Session, table: Any, count: int) -> Sequence[int]:
    """Reserve ids for `count` new rows of a table. They are valid within this transaction only."""
    name = table.__table__.name
    if session.get_bind().dialect.name == "sqlite":
        # A writing transaction holds SQLite's only write lock, so nobody else can take the ids that follow.
        last = session.scalar(text("SELECT seq FROM sqlite_sequence WHERE name = :name"), {"name": name}) or 0
        return range(last + 1, last + 1 + count)
    found = session.scalars(
        text("SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :count)"),
        {"name": name, "count": count},
    )
    return list(found)


def split_portions(values: Iterable[Any], size: int = PARAMETERS) -> Iterable[list[Any]]:
    """Split values into lists short enough for one statement."""
    every = list(values)
    return (every[start : start + size] for start in range(0, len(every), size))


def update_many(
    session: Session, table: Any, changes: Sequence[tuple[int, Mapping[str, Any]]], *, versioned: bool = True
) -> None:
    """Set columns of rows, given as (id, {column: value}); `versioned` also raises each row's version.

    Pass versioned=False where the change only completes a row that the same batch has written.
    """
    # One statement for each set of columns, since executemany needs the same parameters for all its rows.
    groups: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for number, values in changes:
        if values:
            groups.setdefault(tuple(values), []).append({"row_id": number, **{f"to_{k}": v for k, v in values.items()}})
    for columns, rows in groups.items():
        model = table.__table__
        statement = update(model).where(model.c.id == bindparam("row_id"))
        values = {column: bindparam(f"to_{column}", type_=model.c[column].type) for column in columns}
        if versioned and "version" in model.c:
            values["version"] = model.c.version + 1
        session.connection().execute(statement.values(values), rows)
