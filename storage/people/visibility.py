"""Who may see what. Every query on records passes through `Scope`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Select, bindparam, false, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from storage.database.expressions import skip_index
from storage.tables import Rep

S = TypeVar("S", bound=Select[*tuple[Any, ...]])
R = TypeVar("R")

# The administrator at the console is no rep and owns nothing: no row has this id.
CONSOLE = 0
# In place of a person's number: the records that belong to nobody.
NOBODY = -1


@dataclass(frozen=True)
class Asker:
    """The person who asks, as the surface knows them: from a signed request or a shell option, never from arguments."""

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
    """What a query may read: one workspace, and in it the records of the `visible` owners (None: of everyone).

    `team` holds the asker and everyone below, whatever else is visible. With `locks` a record that is found is locked
    until the transaction ends.
    """

    session: Session
    workspace_id: int
    visible: tuple[int, ...] | None
    team: tuple[int, ...]
    locks: bool = False

    def find_record(self, table: type[R], number: int) -> R | None:
        """Find the visible record with this number, to be read or changed within the transaction."""
        values = {"workspace": self.workspace_id, "number": number, "visible": self.visible or ()}
        select_record: Any = _select_record
        query = select_record(table, everyone=self.visible is None, locks=self.locks)
        found: R | None = self.session.scalar(query, values)
        return found

    def filter_visible(self, query: S, table: Any) -> S:
        """Limit a query to this workspace's rows of a table, and there to the visible owners'."""
        query = query.where(table.workspace_id == self.workspace_id)
        return query if self.visible is None else query.where(match_ids(table.owner_id, self.visible))

    def filter_visible_ids(self, query: S, table: Any, numbers: Iterable[int]) -> S:
        """Limit a query to the visible rows among these ids."""
        # Found by their ids alone: without statistics SQLite would read all rows of the workspace or of the owners.
        query = query.where(table.id.in_([*numbers]), skip_index(table.workspace_id) == self.workspace_id)
        return query if self.visible is None else query.where(skip_index(table.owner_id).in_(self.visible))

    def may_see(self, owner_id: int | None) -> bool:
        """Say whether a record of this owner is visible; one without an owner only to those who see everything."""
        return self.visible is None or owner_id in self.visible


# Built once: nearly every card and every change asks it, and to build it takes longer than to ask it.
@cache
def _select_record(table: Any, *, everyone: bool, locks: bool) -> Any:
    query = select(table).where(table.workspace_id == bindparam("workspace"), table.id == bindparam("number"))
    if not everyone:
        query = query.where(skip_index(table.owner_id).in_(bindparam("visible", expanding=True)))
    # Rows that refer to the record may still be written. Who waited for the lock reads what the other one left.
    return lock_rows(query) if locks else query


def lock_rows(query: Any) -> Any:
    """Have a query wait for others who change its rows, and read them as these left them."""
    return query.with_for_update(key_share=True).execution_options(populate_existing=True)


def match_ids(column: InstrumentedAttribute[Any], ids: tuple[int, ...]) -> Any:
    """Build the condition that a column holds one of these ids."""
    # SQLAlchemy's empty IN is a subquery, and for one id an equality lets an index give the rows in order.
    if not ids:
        return false()
    if ids == (NOBODY,):
        return column.is_(None)
    return column == ids[0] if len(ids) == 1 else column.in_(ids)


def build_scope(session: Session, asker: Asker, visibility: str, *, locks: bool = False) -> Scope:
    """Build the scope of a person under the workspace's visibility: own, team or workspace."""
    team = _find_team_ids(session, asker) if asker.role != "rep" else (asker.id,)
    visible: tuple[int, ...] | None
    if asker.is_admin or visibility == "workspace":
        visible = None
    # Colleagues under the same manager see one another's records; who has no manager sees their own team's.
    elif visibility == "team" and asker.manager_id is not None:
        visible = tuple(
            sorted({*_find_report_ids(session, asker.workspace_id, asker.manager_id), asker.manager_id, *team})
        )
    else:
        visible = team
    return Scope(session, asker.workspace_id, visible, team, locks)


def _find_team_ids(session: Session, asker: Asker) -> tuple[int, ...]:
    return (asker.id, *_find_report_ids(session, asker.workspace_id, asker.id))


def _find_report_ids(session: Session, workspace_id: int, manager_id: int) -> tuple[int, ...]:
    """Find the ids of everyone who reports to a manager, directly or further down, without the manager."""
    found = session.scalars(_REPORTS, {"workspace": workspace_id, "manager": manager_id})
    return tuple(sorted(set(found) - {manager_id}))


def _select_reports() -> Select[int]:
    first = select(Rep.id).where(Rep.workspace_id == bindparam("workspace"), Rep.manager_id == bindparam("manager"))
    tree = first.cte("tree", recursive=True)
    deeper = aliased(Rep)
    # UNION, not UNION ALL: it drops whom it has found already, and so ends where managers form a circle.
    tree = tree.union(
        select(deeper.id)
        .where(deeper.workspace_id == bindparam("workspace"))
        .join(tree, deeper.manager_id == tree.c.id)
    )
    return select(tree.c.id)


# Put together once: nearly every request asks it, and to build it takes longer than to ask it.
_REPORTS = _select_reports()
