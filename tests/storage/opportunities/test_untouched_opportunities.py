"""Untouched deals are those that neither they nor the people who take part in them were touched since."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from storage.database.doors import Database, Session
from storage.opportunities.opportunities import OpportunityFilter, list_opportunities
from storage.people.visibility import Scope
from storage.tables import Contact, Opportunity, OpportunityContact, Rep
from storage.workspaces.workspace_vocabulary import create_workspace, load_vocabulary

NOW = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)
BEFORE = NOW - timedelta(days=30)
DAYS = st.none() | st.integers(0, 60)
"""How many days ago something was touched, none for never."""
DEALS = st.lists(
    st.fixed_dictionaries(
        {
            "created": st.integers(0, 60),
            "touched": DAYS,
            "contact": st.none() | st.integers(0, 2),
            "others": st.sets(st.integers(0, 2)),
        }
    ),
    min_size=1,
    max_size=8,
)


def ago(days: int | None) -> datetime | None:
    return None if days is None else NOW - timedelta(days=days)


def make_deals(session: Session, people: list[int | None], deals: list[dict[str, Any]]) -> tuple[int, int]:
    """Make the deals, all of one person; return the workspace and that person."""
    session.execute(delete(Opportunity))
    workspace = create_workspace(session, name="Quiet", now=NOW).id
    words = load_vocabulary(session, workspace)
    assert words is not None
    common: dict[str, Any] = {"workspace_id": workspace, "version": 1, "created_at": NOW}
    owner = Rep(**common, name="Ada")
    contacts = [
        Contact(**common, name=f"C{n}", updated_at=NOW, last_touch_at=ago(days)) for n, days in enumerate(people)
    ]
    session.add_all([owner, *contacts])
    session.flush()
    for number, each in enumerate(deals):
        deal = Opportunity(
            **(common | {"created_at": ago(each["created"])}),
            name=str(number),
            updated_at=NOW,
            currency="USD",
            probability=10,
            stage_id=words.stages[0].id,
            state="open",
            owner_id=owner.id,
            last_touch_at=ago(each["touched"]),
            contact_id=None if each["contact"] is None else contacts[each["contact"]].id,
        )
        session.add(deal)
        session.flush()
        for other in each["others"]:
            session.add(
                OpportunityContact(workspace_id=workspace, opportunity_id=deal.id, contact_id=contacts[other].id)
            )
    session.flush()
    return workspace, owner.id


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(people=st.lists(DAYS, min_size=3, max_size=3), deals=DEALS)
def test_everyones_and_ones_own_untouched_deals_are_found_alike(
    database: Database, people: list[int | None], deals: list[dict[str, Any]]
) -> None:
    def was_touched_after(each: dict[str, Any]) -> bool:
        taking_part = {*each["others"], *({each["contact"]} - {None})}
        touches = [days for days in (each["touched"], *(people[n] for n in taking_part)) if days is not None]
        last = ago(min(touches, default=each["created"]))
        return last is not None and last >= BEFORE

    with database.begin_write() as session:
        workspace, owner = make_deals(session, people, deals)
        wanted = OpportunityFilter(untouched_before=BEFORE)
        scopes = (Scope(session, workspace, None, ()), Scope(session, workspace, (owner,), (owner,)))
        found = [{int(line.name) for line in list_opportunities(scope, wanted, "amount", limit=50)} for scope in scopes]
        session.rollback()

    expected = {number for number, each in enumerate(deals) if not was_touched_after(each)}
    assert found == [expected, expected]
