"""Where the tables of a database differ from those that the program expects, in plain words, and how to mend it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from alembic.autogenerate import produce_migrations
from alembic.migration import MigrationContext
from alembic.operations import Operations, ops
from sqlalchemy import Connection

from storage.tables import Base


@dataclass(frozen=True)
class SchemaDifference:
    """One difference, in words.

    `is_mendable` where adding what is missing cannot fail on the rows that are there; `is_harmless` where the program
    works all the same, as with an index that somebody added.
    """

    words: str
    operation: ops.MigrateOperation
    is_mendable: bool = False
    is_harmless: bool = False


def list_differences(connection: Connection) -> list[SchemaDifference]:
    """List the differences between the tables of this database and those of the program."""
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    upgrade = produce_migrations(context, Base.metadata).upgrade_ops
    operations = [*_flatten_operations(upgrade.ops if upgrade else ())]
    missing = {each.table_name for each in operations if isinstance(each, ops.CreateTableOp)}
    return [_describe_operation(each, missing) for each in operations]


def add_missing(connection: Connection) -> list[str]:
    """Add what is missing and can be added whatever rows there are; return it in words."""
    found = [each for each in list_differences(connection) if each.is_mendable]
    operations = Operations(MigrationContext.configure(connection))
    # Columns first: a missing index may be one on a missing column.
    for each in sorted(found, key=lambda each: isinstance(each.operation, ops.CreateIndexOp)):
        operations.invoke(each.operation)
    return [each.words for each in found]


def _flatten_operations(found: Iterable[ops.MigrateOperation]) -> Iterator[ops.MigrateOperation]:
    for each in found:
        if isinstance(each, ops.ModifyTableOps):
            yield from _flatten_operations(each.ops)
        else:
            yield each


def _describe_operation(operation: ops.MigrateOperation, missing_tables: Collection[str]) -> SchemaDifference:
    """Describe the difference that this operation would take away."""
    match operation:
        case ops.CreateTableOp():
            return SchemaDifference(f"the table {operation.table_name} is missing", operation, is_mendable=True)
        case ops.DropTableOp():
            words = f"the table {operation.table_name} is not Leadlight's"
            return SchemaDifference(words, operation, is_harmless=True)
        case ops.AddColumnOp():
            column = operation.column
            return SchemaDifference(
                f"the column {operation.table_name}.{column.name} is missing",
                operation,
                is_mendable=bool(column.nullable) or column.server_default is not None,
            )
        case ops.DropColumnOp():
            # A column that has to be filled breaks every new row, since the program does not know it.
            extra = operation.to_column()
            return SchemaDifference(
                f"the column {operation.table_name}.{operation.column_name} is not Leadlight's",
                operation,
                is_harmless=bool(extra.nullable) or extra.server_default is not None,
            )
        case ops.CreateIndexOp():
            words = f"the index {operation.index_name} of {operation.table_name} is missing"
            # Rows that are there may hold the same value twice.
            is_mendable = not operation.unique or operation.table_name in missing_tables
            return SchemaDifference(words, operation, is_mendable=is_mendable)
        case ops.DropIndexOp():
            words = f"the index {operation.index_name} of {operation.table_name} is not Leadlight's"
            return SchemaDifference(words, operation, is_harmless=not operation.to_index().unique)
        case ops.AlterColumnOp():
            words = f"the column {operation.table_name}.{operation.column_name} is of another form"
            return SchemaDifference(words, operation)
        case ops.AddConstraintOp():
            table = getattr(operation, "table_name", None) or getattr(operation, "source_table", "")
            return SchemaDifference(f"a rule of the table {table} is missing", operation)
        case ops.DropConstraintOp():
            return SchemaDifference(f"a rule of the table {operation.table_name} is not Leadlight's", operation)
        case _:
            return SchemaDifference(str(operation.to_diff_tuple()), operation)
