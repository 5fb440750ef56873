"""The people of a workspace."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.orm import Session

from storage.database.expressions import skip_index
from storage.people.visibility import CONSOLE, Asker
from storage.tables import Rep
from storage.tables.column_types import is_record_number


def make_console_asker(workspace_id: int) -> Asker:
    """Make the asker for the administrator at the console."""
    return Asker(CONSOLE, workspace_id, "console", "admin")


def make_asker(rep: Rep) -> Asker:
    """Make the asker for this person of the workspace."""
    return Asker(
        rep.id, rep.workspace_id, rep.name, rep.role, rep.email, rep.time_zone or rep.slack_time_zone, rep.manager_id
    )


def find_rep(session: Session, workspace_id: int, rep_id: int) -> Rep | None:
    """Find the person with this number, active or not."""
    found: Rep | None = session.scalar(SELECT_REP, {"workspace": workspace_id, "rep": rep_id})
    return found


# Built once, as every request asks it.
SELECT_REP = select(Rep).where(Rep.workspace_id == bindparam("workspace"), Rep.id == bindparam("rep"))


def load_reps(session: Session, workspace_id: int, numbers: Iterable[int]) -> dict[int, Rep]:
    """Load the people with these numbers, in one statement."""
    people = session.scalars(select(Rep).where(Rep.workspace_id == workspace_id, Rep.id.in_([*numbers])))
    return {each.id: each for each in people}


def list_active_reps(session: Session, workspace_id: int) -> list[Rep]:
    """List the active people of the workspace, by name."""
    people = select(Rep).where(Rep.workspace_id == workspace_id, Rep.active.is_(True)).order_by(Rep.name)
    return list(session.scalars(people))


def list_administrators_in_slack(session: Session, workspace_id: int) -> list[Rep]:
    """List the active administrators whose Slack account is known."""
    query = select(Rep).where(
        Rep.workspace_id == workspace_id,
        Rep.active.is_(True),
        Rep.role == "admin",
        Rep.slack_user_id.is_not(None),
    )
    return list(session.scalars(query))


def find_matching_reps(session: Session, workspace_id: int, words: str, *, also_left: bool = False) -> list[Rep]:
    """Find active people by email or id, else by full name, else by first name.

    With `also_left` it finds people who left where these words fit nobody who is still here.
    """
    people = select(Rep).where(Rep.workspace_id == workspace_id).order_by(Rep.name)
    if not also_left:
        people = people.where(Rep.active.is_(True))
    said = words.strip()
    # `U7`, `#U7` and `7` all mean the person with the id 7.
    number = said.removeprefix("#").upper().removeprefix("U")
    exact = [func.lower(Rep.email) == said.lower(), Rep.external_id == said]
    if is_record_number(number):
        exact.append(Rep.id == int(number))
    for condition in (
        or_(*exact),
        func.lower(Rep.name) == said.lower(),
        func.lower(Rep.first_name) == said.lower(),
    ):
        found = list(session.scalars(people.where(condition)))
        if found:
            return [each for each in found if each.active] or found
    return []


def load_rep_names(session: Session, workspace_id: int, ids: Iterable[int | None]) -> dict[int, str]:
    """Load the names of these people by id."""
    wanted = {each for each in ids if each}
    if not wanted:
        return {}
    # A few ids are looked up by themselves; SQLite would else read all people of the workspace.
    query = select(Rep.id, Rep.name).where(Rep.id.in_(wanted), skip_index(Rep.workspace_id) == workspace_id)
    rows = session.execute(query)
    return {row.id: row.name for row in rows}


@dataclass(frozen=True)
class RepTeam:
    """The ids of people who work together, the manager among them. It bears the name of the manager or of the team."""

    name: str
    members: frozenset[int]


def list_teams(session: Session, workspace_id: int) -> list[RepTeam]:
    """List one team for every manager, with everyone below, and one for every team name that people have."""
    people = session.execute(
        select(Rep.id, Rep.name, Rep.manager_id, Rep.team).where(Rep.workspace_id == workspace_id).order_by(Rep.name)
    ).all()
    below: dict[int, set[int]] = defaultdict(set)
    offices: dict[str, set[int]] = defaultdict(set)
    for person in people:
        if person.manager_id is not None:
            below[person.manager_id].add(person.id)
        if person.team:
            offices[person.team].add(person.id)
    found = [RepTeam(each.name, frozenset(_collect_reports(each.id, below))) for each in people if each.id in below]
    return found + [RepTeam(name, frozenset(members)) for name, members in sorted(offices.items())]


def _collect_reports(top: int, below: dict[int, set[int]]) -> set[int]:
    found, waiting = {top}, [top]
    while waiting:
        # Files may say that two people report to each other: whoever was found is not looked at again.
        deeper = below.get(waiting.pop(), set()) - found
        found |= deeper
        waiting += deeper
    return found
