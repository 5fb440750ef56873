"""Who may see what (docs/domain.md, "Who sees what"). Every query on records passes through `Scope`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Select, false, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from storage.database.expressions import skip_index
from storage.tables import Rep

S = TypeVar("S", bound=Select[*tuple[Any, ...]])

# The id of the administrator at the console, who is no rep and owns nothing.
CONSOLE = 0


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

    def filter_visible(self, query: S, table: Any) -> S:
        """Limit a query to this workspace's rows of a table, and there to the visible owners'."""
        query = query.where(table.workspace_id == self.workspace_id)
        return query if self.visible is None else query.where(match_ids(table.owner_id, self.visible))

    def filter_visible_ids(self, query: S, table: Any, numbers: Iterable[int]) -> S:
        """Limit a query to the visible rows among these ids, and find them by their ids alone.

        Without statistics SQLite would go through all rows of the workspace or of the owners instead.
        """
        query = query.where(table.id.in_([*numbers]), skip_index(table.workspace_id) == self.workspace_id)
        return query if self.visible is None else query.where(skip_index(table.owner_id).in_(self.visible))

    def may_see(self, owner_id: int | None) -> bool:
        """Say whether a record of this owner is visible. One without an owner is to those who see everything."""
        return self.visible is None or owner_id in self.visible


def match_ids(column: InstrumentedAttribute[Any], ids: tuple[int, ...]) -> Any:
    """Build `column IN (ids)`: an equality for one id, false for none, which both databases plan well."""
    if not ids:
        return false()
    return column == ids[0] if len(ids) == 1 else column.in_(ids)


def build_scope(session: Session, asker: Asker, visibility: str) -> Scope:
    """Build what a person may see under a visibility of own, team or workspace."""
    team = _find_team_ids(session, asker) if asker.role != "rep" else (asker.id,)
    visible: tuple[int, ...] | None
    if asker.is_admin or visibility == "workspace":
        visible = None
    elif visibility == "team" and asker.manager_id is not None:
        visible = tuple(
            sorted({*_find_report_ids(session, asker.workspace_id, asker.manager_id), asker.manager_id, *team})
        )
    else:
        visible = team
    return Scope(session, asker.workspace_id, visible, team)


def _find_team_ids(session: Session, asker: Asker) -> tuple[int, ...]:
    return (asker.id, *_find_report_ids(session, asker.workspace_id, asker.id))


def _find_report_ids(session: Session, workspace_id: int, manager_id: int) -> tuple[int, ...]:
    """Find everyone who reports to a manager, directly or further down; the manager left out."""
    first = select(Rep.id).where(Rep.workspace_id == workspace_id, Rep.manager_id == manager_id)
    tree = first.cte("tree", recursive=True)
    deeper = aliased(Rep)
    tree = tree.union(
        select(deeper.id).where(deeper.workspace_id == workspace_id).join(tree, deeper.manager_id == tree.c.id)
    )
    found = session.scalars(select(tree.c.id))
    return tuple(sorted(set(found) - {manager_id}))
