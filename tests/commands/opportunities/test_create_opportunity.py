"""Opening opportunities, as reps see it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from sqlalchemy import select

from commands.contract.reply import ReplyState
from storage.tables import Account, Contact, Opportunity
from tests.company import Company
from tests.database_contents import contents
from tests.desk import Desk

Desks = Callable[..., Desk]


def newest(company: Company) -> Opportunity:
    with company.database.begin_read() as session:
        found = session.scalars(select(Opportunity).order_by(Opportunity.id.desc()).limit(1)).one()
        session.expunge(found)
        return found


def add_account(company: Company, name: str, **values: str) -> int:
    with company.database.begin_write() as session:
        account = Account(
            workspace_id=company.workspace_id,
            name=name,
            name_key=name.lower(),
            owner_id=company.person("nora"),
            created_at=company.now,
            updated_at=company.now,
            **values,
        )
        session.add(account)
        session.flush()
        return account.id


def test_what_was_not_said_is_usual(desk: Desks, company: Company) -> None:
    number = add_account(company, "Harbour")
    done = desk("nora").types(f"create_opportunity #A{number} amount=€25k product='gtx pro' source=web")

    made = newest(company)
    assert done.head == "Opened Harbour - GTX Pro, €25,000, Prospecting, closes Thu 31 Dec 2026."
    assert (made.account_id, made.owner_id, made.state) == (number, company.person("nora"), "open")
    assert (made.amount, made.currency, made.product, made.source) == (Decimal(25000), "EUR", "GTX Pro", "Web")


def test_one_that_is_open_there_is_warned_of_first(desk: Desks, company: Company) -> None:
    asked = desk("nora").types("create_opportunity initech amount=40k")
    assert asked.state is ReplyState.CONFIRM
    assert asked.notes[0] == (
        "Initech - Fleet renewal, $45,000, Negotiation, closes Tue 15 Dec 2026 (#O1) is open there already."
    )

    assert desk("nora").confirm(asked).state is ReplyState.DONE
    assert newest(company).name == "Initech - November 2026"


def test_a_colleagues_opportunity_is_not_given_away_by_the_warning(desk: Desks, company: Company) -> None:
    number = add_account(company, "Harbour")
    assert desk("dana").types(f"create_opportunity #A{number}").state is ReplyState.NOT_FOUND
    desk("helen").types(f"create_opportunity #A{number} name='Quiet deal'")

    assert desk("nora").types(f"create_opportunity #A{number}").state is ReplyState.DONE


def test_a_person_without_an_account_has_a_deal_alone(desk: Desks, company: Company) -> None:
    number = add_account(company, "Self")
    nora = desk("nora")
    nora.types("create_contact first_name=Ed last_name=Solo account=#A" + str(number))
    nora.types("create_contact first_name=Pia last_name=Lone")
    for who in ("ed solo", "pia lone"):
        done = nora.types(f"create_opportunity contact='{who}' amount=5k")
        assert (done.state, newest(company).account_id) == (ReplyState.DONE, None), done.head
        assert newest(company).name.lower().startswith(who)

    for said in ("self", f"#A{number}"):
        refused = nora.types(f"create_opportunity {said} amount=3k")
        assert refused.head == "That stands for people without a company. Say with whom: contact=…."


def test_the_contact_says_the_account(desk: Desks, company: Company) -> None:
    asked = desk("nora").types("create_opportunity contact='greta vogel' amount=5k")
    desk("nora").confirm(asked) if asked.state is ReplyState.CONFIRM else asked

    with company.database.begin_read() as session:
        greta = session.scalars(select(Contact).where(Contact.name == "Greta Vogel")).one()
        assert (newest(company).account_id, newest(company).contact_id) == (greta.account_id, greta.id)


def test_a_contact_of_another_account_is_asked_about(desk: Desks, company: Company) -> None:
    number = add_account(company, "Harbour")
    asked = desk("nora").types(f"create_opportunity #A{number} contact='greta vogel'")

    assert asked.state is ReplyState.CONFIRM
    assert asked.notes[0].startswith("Greta Vogel belongs to another account.")


@pytest.mark.parametrize(
    "call",
    [
        "create_opportunity amount=5k",
        "create_opportunity initech close_date=2206-01-01",
        "create_opportunity initech amount=lots",
        "create_opportunity initech amount='5k EUR' currency=GBP",
        "create_opportunity initech stage=Dreaming",
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(desk: Desks, company: Company, call: str) -> None:
    before = contents(company.database)

    assert desk("nora").types(call).state is ReplyState.REFUSED
    assert contents(company.database) == before


def test_one_that_is_won_closes_today(desk: Desks, company: Company) -> None:
    number = add_account(company, "Harbour")
    done = desk("nora").types(f"create_opportunity #A{number} stage='Closed Won' close_date=2026-12-24 amount=1k")

    made = newest(company)
    assert (made.state, made.close_date) == ("won", company.now.date())
    assert "It closes today: Thu 24 Dec 2026 lies in the future." in done.notes
