"""The common ground of all tables: naming of constraints and the columns that every row has."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, ForeignKey, MetaData
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from storage.tables.column_types import Key

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {dict[str, Any]: JSON, list[Any]: JSON}  # noqa: RUF012


class Numbered:
    """A row with a number of its own. Numbers are never used twice, also not after a row is gone."""

    id: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=True)


class InWorkspace:
    """A row that belongs to one workspace. Every query names it."""

    workspace_id: Mapped[int] = mapped_column(Key, ForeignKey("workspace.id", ondelete="CASCADE"))
