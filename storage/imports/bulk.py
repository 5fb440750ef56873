"""Many rows at once, by the driver's own executemany: types are processed here, once a column."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

Processor = Callable[[Any], Any]
PARAMETERS = 5000
"""How many values one IN list gets."""


class Inserter:
    """Inserts dictionaries into one table; a column that a row does not name is null."""

    def __init__(self, connection: Connection, table: Any) -> None:
        self.connection = connection
        self.table = table.__table__
        columns = list(self.table.columns)
        self.names = [column.name for column in columns]
        dialect = connection.dialect
        mark = "?" if dialect.paramstyle == "qmark" else "%s"
        quoted = ", ".join(dialect.identifier_preparer.quote(name) for name in self.names)
        self.sql = f"INSERT INTO {self.table.name} ({quoted}) VALUES ({', '.join([mark] * len(columns))})"
        self.defaults = {
            column.name: column.default.arg
            for column in columns
            if column.default is not None and column.default.is_scalar
        }
        self.processors: list[tuple[int, Processor]] = []
        for place, column in enumerate(columns):
            processor = column.type.dialect_impl(dialect).bind_processor(dialect)
            if processor is not None:
                self.processors.append((place, processor))

    def insert(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Insert the rows, if there are any."""
        names, processors, defaults = self.names, self.processors, self.defaults
        values = []
        for row in rows:
            get = ({**defaults, **row} if defaults else row).get
            cells = [get(name) for name in names]
            for place, process in processors:
                value = cells[place]
                if value is not None:
                    cells[place] = process(value)
            values.append(tuple(cells))
        self.insert_tuples(values)

    def insert_tuples(self, values: Sequence[tuple[Any, ...]]) -> None:
        """Insert values in the order of the table's columns, as the driver takes them."""
        if values:
            self.connection.exec_driver_sql(self.sql, list(values))


def next_ids(session: Session, table: Any, count: int) -> Sequence[int]:
    """Numbers for so many new rows of a table. Valid within this transaction."""
    name = table.__table__.name
    if session.get_bind().dialect.name == "sqlite":
        last = session.scalar(text("SELECT seq FROM sqlite_sequence WHERE name = :name"), {"name": name}) or 0
        return range(last + 1, last + 1 + count)
    found = session.scalars(
        text("SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :count)"),
        {"name": name, "count": count},
    )
    return list(found)


def portions(values: Iterable[Any], size: int = PARAMETERS) -> Iterable[list[Any]]:
    """The values in lists short enough for one statement."""
    every = list(values)
    return (every[start : start + size] for start in range(0, len(every), size))


def update_many(session: Session, table: Any, changes: Sequence[tuple[int, Mapping[str, Any]]]) -> None:
    """Set columns of rows by number: (id, {column: value}). Rows with the same columns go together."""
    from sqlalchemy import bindparam, update

    groups: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for number, values in changes:
        if values:
            groups.setdefault(tuple(values), []).append({"row_id": number, **{f"to_{k}": v for k, v in values.items()}})
    for columns, rows in groups.items():
        model = table.__table__
        statement = update(model).where(model.c.id == bindparam("row_id"))
        values = {column: bindparam(f"to_{column}", type_=model.c[column].type) for column in columns}
        if "version" in model.c:
            values["version"] = model.c.version + 1
        session.connection().execute(statement.values(values), rows)
