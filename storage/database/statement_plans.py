"""What a database is asked, how long each statement takes, and how it finds the rows."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, event

from storage.database.doors import Database

# Of a long list of columns only these characters are shown.
MOST_COLUMNS = 60


@dataclass(frozen=True)
class TimedStatement:
    """A statement as it was sent, and the seconds until the database had its first rows."""

    sql: str
    parameters: Any
    seconds: float

    @property
    def line(self) -> str:
        """The statement on one line, a long list of columns cut short."""
        line = " ".join(self.sql.split())
        columns = re.match(r"SELECT (.*?) FROM ", line)
        if columns is None or len(columns[1]) <= MOST_COLUMNS:
            return line
        return f"SELECT {columns[1][:MOST_COLUMNS].rsplit(' ', 1)[0]} … {line[columns.end(1) + 1 :]}"


@contextmanager
def hear_statements() -> Iterator[list[TimedStatement]]:
    """Yield a list that gets every query of this process while the block runs."""
    heard: list[TimedStatement] = []

    def begin(*values: Any) -> None:
        values[4].began = time.perf_counter()

    def end(_connection: Any, _cursor: Any, sql: str, parameters: Any, context: Any, _many: bool) -> None:
        if re.match(r"\s*(SELECT|WITH)\b", sql):
            heard.append(TimedStatement(sql, parameters, time.perf_counter() - context.began))

    event.listen(Engine, "before_cursor_execute", begin)
    event.listen(Engine, "after_cursor_execute", end)
    try:
        yield heard
    finally:
        event.remove(Engine, "before_cursor_execute", begin)
        event.remove(Engine, "after_cursor_execute", end)


def explain_statement(database: Database, statement: TimedStatement) -> list[str]:
    """List the steps by which the database answers a statement; PostgreSQL carries it out and counts the rows."""
    with database.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement.sql}", statement.parameters).all()
            depth = {0: -1}
            for number, parent, *_ in rows:
                depth[number] = depth[parent] + 1
            return [f"{'  ' * depth[row[0]]}{row[3]}" for row in rows]
        how = "ANALYZE, COSTS OFF, TIMING OFF, BUFFERS OFF, SUMMARY OFF"
        return [row[0] for row in connection.exec_driver_sql(f"EXPLAIN ({how}) {statement.sql}", statement.parameters)]
