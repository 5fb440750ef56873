"""Handing over the whole desk of a colleague, as managers and administrators do it when somebody leaves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from sqlalchemy import func, select, update

from commands.contract.reply import ReplyState
from commands.wording.change_words import list_changes
from storage.names.name_index import TABLES
from storage.records.ownership import KINDS, OPEN
from storage.tables import Account, FollowUp, Lead, Opportunity, Rep, Workspace
from tests.company import Company
from tests.database_rows import records
from tests.desk import Desk

Desks = Callable[..., Desk]


@pytest.fixture(autouse=True)
def tom_left(company: Company) -> None:
    with company.database.begin_write() as session:
        session.execute(update(Rep).where(Rep.first_name == "Tom").values(active=False))


def open_of(company: Company, who: str) -> Counter[str]:
    """How many open records of each kind a person has, counted in the tables."""
    found: Counter[str] = Counter()
    with company.database.begin_read() as session:
        for kind in KINDS:
            table = TABLES.get(kind, FollowUp)
            conditions = (FollowUp.done_at.is_(None),) if kind == "follow_up" else OPEN.get(kind, ())
            query = select(func.count()).select_from(table).where(table.owner_id == company.person(who), *conditions)
            found[kind] = session.scalar(query) or 0
    return found


def test_all_that_is_open_of_one_who_left_goes_to_a_colleague_and_comes_back_as_one(
    desk: Desks, company: Company
) -> None:
    helen, before, theirs = desk("helen"), records(company.database), open_of(company, "tom")

    card = helen.types("hand_over tom becker to=dana")
    assert card.head == (
        "Hand over 4 leads, 1 opportunity, 1 account, 1 contact and 1 follow-up of Tom Becker to Dana Whitfield?"
    )
    assert card.figures["count"] == theirs.total() == 8
    assert records(company.database) == before

    hers = open_of(company, "dana")
    done = helen.confirm(card)
    assert done.state is ReplyState.DONE
    assert open_of(company, "tom").total() == 0
    assert open_of(company, "dana") == hers + theirs

    undone = helen.presses(done.buttons[-1])
    assert undone.head == ("Undone: handing over 4 leads, 1 opportunity, 1 account, 1 contact and 1 follow-up.")
    assert records(company.database) == before


def test_what_is_over_stays_with_whom_it_was(desk: Desks, company: Company) -> None:
    helen = desk("helen")
    helen.confirm(helen.types("hand_over tom to=dana"))

    with company.database.begin_read() as session:
        tom = company.person("tom")
        assert session.scalars(select(Lead.lifecycle).where(Lead.owner_id == tom)).all().count("open") == 0
        assert set(session.scalars(select(Opportunity.state).where(Opportunity.owner_id == tom))) == {"won"}


def test_only_the_kinds_that_are_named_go(desk: Desks, company: Company) -> None:
    helen, theirs = desk("helen"), open_of(company, "tom")

    done = helen.confirm(helen.types("hand_over tom to=dana kinds=accounts,follow_ups"))

    assert done.head == "1 account and 1 follow-up of Tom Becker are now Dana Whitfield's."
    assert open_of(company, "tom") == theirs - Counter(account=1, follow_up=1)


@pytest.mark.parametrize(
    ("who", "form", "said"),
    [
        ("nora", "hand_over nora to=dana", "Only a manager or an administrator can hand over everything of Nora"),
        ("nora", "hand_over tom to=dana", "You can see your own records only"),
        ("victor", "hand_over tom to=grace", "You can see your own records only"),
        ("helen", "hand_over team to=dana", "one person at a time"),
        ("helen", "hand_over unassigned to=dana", "Only administrators see records that have no owner"),
        ("priya", "hand_over nora to=tom", "Tom Becker has left"),
        ("priya", "hand_over nora to=everyone", "A record has one owner"),
    ],
)
def test_a_desk_is_handed_over_by_whom_it_concerns_and_to_somebody_who_is_here(
    desk: Desks, company: Company, who: str, form: str, said: str
) -> None:
    before = records(company.database)

    refused = desk(who).types(form)

    assert refused.state is ReplyState.REFUSED
    assert said in refused.head
    assert records(company.database) == before


def test_a_manager_who_sees_everything_hands_over_the_own_team_only(desk: Desks, company: Company) -> None:
    with company.database.begin_write() as session:
        session.execute(update(Workspace).values(visibility="workspace"))

    assert desk("victor").types("hand_over nora to=grace").state is ReplyState.REFUSED
    assert desk("victor").types("hand_over ruth to=grace").state is ReplyState.CONFIRM


def test_an_administrator_gives_away_what_has_no_owner(desk: Desks, company: Company) -> None:
    with company.database.begin_write() as session:
        session.execute(update(Account).where(Account.name == "Globex").values(owner_id=None))

    card = desk("priya").types("hand_over unassigned to=dana kinds=accounts")

    assert card.head == "Hand over 1 account without an owner to Dana Whitfield?"


def test_what_changes_alike_is_said_once_with_the_names_below(desk: Desks) -> None:
    card = desk("helen").types("hand_over tom becker to=dana")
    said, names, *rest = list_changes(card)

    assert said == "Owner: Tom Becker → Dana Whitfield"
    assert len(names.split(", ")) == 7
    assert rest == ["1 follow-up along with it."]
