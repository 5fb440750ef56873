"""What holds for every table."""

from __future__ import annotations

from sqlalchemy import DateTime, Float, Numeric, Table, inspect

from storage.database.doors import Database
from storage.tables import Base
from storage.tables.column_types import Money, UtcDateTime

TABLES: list[Table] = list(Base.metadata.sorted_tables)
AMOUNTS = {"amount", "annual_revenue"}
BEFORE_A_WORKSPACE = {"oauth_state"}
"""Belongs to nobody yet: an installation begins before its team, and so its workspace, is known."""


def test_every_row_belongs_to_a_workspace() -> None:
    strays = [
        table.name
        for table in TABLES
        if table.name not in {"workspace", *BEFORE_A_WORKSPACE}
        and ("workspace_id" not in table.c or table.c.workspace_id.nullable)
    ]

    assert strays == []


def test_every_moment_is_stored_as_aware_utc() -> None:
    naive = [
        str(column)
        for table in TABLES
        for column in table.columns
        if isinstance(column.type, DateTime) and not isinstance(column.type, UtcDateTime)
    ]

    assert naive == []


def test_amounts_are_whole_hundredths_and_nothing_else_is_a_fraction() -> None:
    columns = [column for table in TABLES for column in table.columns]

    assert all(isinstance(column.type, Money) for column in columns if column.name in AMOUNTS)
    assert [str(column) for column in columns if isinstance(column.type, Float)] == ["lead_score.probability"]
    assert [str(column) for column in columns if type(column.type) is Numeric] == []


def test_every_constraint_and_index_has_a_name(database: Database) -> None:
    unnamed = []
    catalogue = inspect(database.engine)
    for table in TABLES:
        found = [
            {"name": table.primary_key.name},
            *catalogue.get_foreign_keys(table.name),
            *catalogue.get_unique_constraints(table.name),
            *catalogue.get_check_constraints(table.name),
            *catalogue.get_indexes(table.name),
        ]
        unnamed += [f"{table.name}: {each}" for each in found if not each["name"]]

    assert unnamed == []


def test_every_reference_can_be_followed_backwards_by_an_index() -> None:
    """Taking a record away, or looking up from the other side, would else read the whole table."""
    rarely_asked = {"status_id", "stage_id", "converted_by_id", "workspace_id", "manager_id", "owner_id", "parent_id"}
    slow = []
    for table in TABLES:
        keys = [table.primary_key.columns.keys(), *(index.columns.keys() for index in table.indexes)]
        leading = {names[1] if names[0] == "workspace_id" and len(names) > 1 else names[0] for names in keys}
        slow += [
            f"{table.name}.{column.name}"
            for column in table.columns
            if column.foreign_keys and column.name not in leading | rarely_asked
        ]

    assert slow == []


def test_a_record_that_people_change_has_a_version() -> None:
    for name in ("lead", "contact", "account", "opportunity", "activity", "follow_up", "rep", "workspace"):
        assert "version" in Base.metadata.tables[name].c
