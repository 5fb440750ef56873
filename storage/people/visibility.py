"""Who may see what (DESIGN.md section 4, scope). Every query on records passes through `Scope`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Select, false, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from storage.database.expressions import unindexed
from storage.tables import Rep

S = TypeVar("S", bound=Select[*tuple[Any, ...]])

CONSOLE = 0
"""The id of the administrator at the console, who is no rep and owns nothing."""


@dataclass(frozen=True)
class Asker:
    """The person who asks. Comes from the surface (a signed request, a shell option), never from arguments."""

    id: int
    workspace_id: int
    name: str
    role: str
    email: str | None = None
    time_zone: str | None = None
    manager_id: int | None = None

    @property
    def is_admin(self) -> bool:
        return self.role == "admin"


@dataclass(frozen=True)
class Scope:
    """What a query may touch: one workspace, and the records of the visible owners (None: of everyone).

    `team` are the asker and everyone below, whatever else is visible.
    """

    session: Session
    workspace_id: int
    visible: tuple[int, ...] | None
    team: tuple[int, ...]

    def limit(self, query: S, table: Any) -> S:
        """The query, on this workspace's and the visible owners' rows of a table only."""
        query = query.where(table.workspace_id == self.workspace_id)
        return query if self.visible is None else query.where(among(table.owner_id, self.visible))

    def those(self, query: S, table: Any, numbers: Iterable[int]) -> S:
        """The query, on those of these rows that `limit` would let through, found by nothing but their numbers.

        Without statistics SQLite would go through all rows of the workspace or of the owners instead.
        """
        query = query.where(table.id.in_([*numbers]), unindexed(table.workspace_id) == self.workspace_id)
        return query if self.visible is None else query.where(unindexed(table.owner_id).in_(self.visible))

    def may_see(self, owner_id: int | None) -> bool:
        """Whether a record of this owner is visible. Without an owner: to those who see everything."""
        return self.visible is None or owner_id in self.visible


def among(column: InstrumentedAttribute[Any], ids: tuple[int, ...]) -> Any:
    """`column IN (ids)`, as an equality for one and as nothing for none, which both databases plan well."""
    if not ids:
        return false()
    return column == ids[0] if len(ids) == 1 else column.in_(ids)


def scope_of(session: Session, asker: Asker, visibility: str) -> Scope:
    """The reach of a person under a visibility of own, team or workspace."""
    team = _below(session, asker) if asker.role != "rep" else (asker.id,)
    visible: tuple[int, ...] | None
    if asker.is_admin or visibility == "workspace":
        visible = None
    elif visibility == "team" and asker.manager_id is not None:
        visible = tuple(sorted({*_under(session, asker.workspace_id, asker.manager_id), asker.manager_id, *team}))
    else:
        visible = team
    return Scope(session, asker.workspace_id, visible, team)


def _below(session: Session, asker: Asker) -> tuple[int, ...]:
    return (asker.id, *_under(session, asker.workspace_id, asker.id))


def _under(session: Session, workspace_id: int, manager_id: int) -> tuple[int, ...]:
    first = select(Rep.id).where(Rep.workspace_id == workspace_id, Rep.manager_id == manager_id)
    tree = first.cte("tree", recursive=True)
    deeper = aliased(Rep)
    tree = tree.union(
        select(deeper.id).where(deeper.workspace_id == workspace_id).join(tree, deeper.manager_id == tree.c.id)
    )
    found = session.scalars(select(tree.c.id))
    return tuple(sorted(set(found) - {manager_id}))
