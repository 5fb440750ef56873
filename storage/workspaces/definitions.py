"""Statuses, stages and sources as the rows that administrators add, rename, order and retire."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.names.normalise import normalise_name
from storage.tables import Source, Stage, Status

D = TypeVar("D", Status, Stage, Source)
LONGEST_NAME = 120


def make_name_key(name: str) -> str:
    """Make the key by which names are compared: names with the same key mean the same row."""
    # A name of signs alone (`???`) has no words to compare.
    return normalise_name(name)[:LONGEST_NAME] or name.casefold()[:LONGEST_NAME]


def list_definitions(session: Session, table: type[D], workspace_id: int) -> list[D]:
    """List the rows of a kind in the workspace's order, retired ones too."""
    query: Any = select(table).where(table.workspace_id == workspace_id).order_by(table.position, table.id)
    return list(session.scalars(query))


def find_by_name(session: Session, table: type[D], workspace_id: int, name: str) -> D | None:
    """Find the row of this name, whatever its case, retired or not."""
    query: Any = select(table).where(table.workspace_id == workspace_id, table.name_key == make_name_key(name))
    found: D | None = session.scalar(query)
    return found


def move_to_place(found: Sequence[D], row: D, place: int | None) -> list[D]:
    """Return all rows with this one at a place, counted from 1 among those in use; None or too large: at the end."""
    # People count what they see, so retired rows keep their places and do not count.
    others: list[D] = [each for each in found if each is not row]
    used: list[D] = [each for each in others if not each.retired]
    at: int = len(others) if place is None or place > len(used) else others.index(used[place - 1])
    others.insert(at, row)
    return others


def list_used_classes(session: Session, workspace_id: int) -> set[str]:
    """List the classes that statuses in use have."""
    query = select(Status.status_class).where(Status.workspace_id == workspace_id, Status.retired.is_(False))
    return set(session.scalars(query))


def list_used_states(session: Session, workspace_id: int) -> set[str]:
    """List the states that stages in use have: open, won, lost."""
    query = select(Stage.state).where(Stage.workspace_id == workspace_id, Stage.retired.is_(False))
    return set(session.scalars(query))


def list_retired_names(session: Session, table: type[D], workspace_id: int) -> list[str]:
    """List the names of retired rows, in the workspace's order."""
    query: Any = select(table.name).where(table.workspace_id == workspace_id, table.retired.is_(True))
    return list(session.scalars(query.order_by(table.position, table.id)))
