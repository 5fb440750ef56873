"""Adding leads and changing their fields, as reps see it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from commands.contract.reply import ReplyState
from storage.tables import Activity, Lead
from tests.company import Company
from tests.database_contents import contents, count
from tests.desk import Desk

Desks = Callable[..., Desk]


def newest(company: Company) -> Lead:
    with company.database.begin_read() as session:
        found = session.scalars(select(Lead).order_by(Lead.id.desc()).limit(1)).one()
        session.expunge(found)
        return found


def test_a_new_lead_is_its_adders_and_open(desk: Desks, company: Company) -> None:
    reply = desk("nora").types(
        'create_lead first_name=Karin last_name=Holst company="Baltic Timber" source="trade show"'
        ' email="<mailto:Karin@Baltic.example|Karin@Baltic.example>" phone="+1 555 0123" note="met at the fair"'
    )

    lead = newest(company)
    assert reply.state is ReplyState.DONE
    assert (lead.name, lead.company, lead.email, lead.source) == (
        "Karin Holst",
        "Baltic Timber",
        "karin@baltic.example",
        "Trade Show",
    )
    assert (lead.owner_id, lead.lifecycle, lead.created_at) == (company.person("nora"), "open", company.now)
    with company.database.begin_read() as session:
        note = session.scalars(select(Activity).where(Activity.lead_id == lead.id)).one()
        assert (note.kind, note.text) == ("note", "met at the fair")
    assert reply.records[0].fields["status"] == "Open"
    assert desk("nora").types("set_lead_status karin status=contacted").state is ReplyState.DONE


def test_a_lead_of_the_console_has_no_owner(desk: Desks, company: Company) -> None:
    desk("console").types("create_lead last_name=Holst company=Baltic")

    assert newest(company).owner_id is None


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("first_name=Zoe last_name=Else email=jane@initech.com", "has the same email address"),
        ('first_name=Jane last_name=Doe company="Initech Inc."', "has the same name at the same company"),
        ("first_name=Jane last_name=Do company=Initech", "has a similar name at the same company"),
        ("first_name=Jane last_name=Doe email=j.doe@initech.com", "has the same name and an address at initech.com"),
        ("first_name=Samir last_name=Patel company=Initech", "contact Samir Patel"),
    ],
)
def test_a_likely_duplicate_is_warned_of_first(desk: Desks, company: Company, said: str, why: str) -> None:
    nora, before = desk("nora"), count(company.database, "lead")

    card = nora.types(f"create_lead {said}")

    assert card.state is ReplyState.CONFIRM
    assert why in "\n".join(card.notes)
    assert count(company.database, "lead") == before
    nora.confirm(card)
    assert count(company.database, "lead") == before + 1


def test_a_colleagues_lead_is_not_given_away_by_the_warning(desk: Desks) -> None:
    assert desk("dana").types("create_lead first_name=Jane last_name=Doe company=Initech").state is ReplyState.DONE


@pytest.mark.parametrize(
    "said",
    [
        "last_name=X email=nonsense",
        "last_name=X email=a@b",
        "last_name=X phone=call-me",
        "last_name=X phone=1",
        "last_name=X source=Radio",
        f"last_name={'x' * 300}",
        "phone=5550123",
        "",
    ],
)
def test_what_cannot_be_is_refused(desk: Desks, company: Company, said: str) -> None:
    before = contents(company.database)

    assert desk("nora").types(f"create_lead {said}").state is ReplyState.REFUSED
    assert contents(company.database) == before


@pytest.mark.parametrize(
    ("field", "value", "column", "kept"),
    [
        ("title", "VP Operations", "title", "VP Operations"),
        ("cell", "555 0499", "mobile", "555 0499"),
        ("e-mail", "JANE@X.example", "email", "jane@x.example"),
        ("rating", "warm", "rating", "Warm"),
        ("source", "customer referral", "source", "Customer Referral"),
        ("employees", "1,200", "employees", 1200),
        ("Company", "Klein Optik GmbH", "company", "Klein Optik GmbH"),
        ("website", "sunrise.example", "website", "sunrise.example"),
        ("phone", "", "phone", None),
        ("budget", "45k", "budget", "45000"),
        ("last name", "Dow", "name", "Jane Dow"),
        ("name", "Jane Ann Dow", "first_name", "Jane Ann"),
    ],
)
def test_a_field_is_changed_by_what_people_call_it(
    desk: Desks, company: Company, field: str, value: str, column: str, kept: object
) -> None:
    reply = desk("nora").calls("update_lead", name="#L1", field=field, value=value)

    assert reply.state is ReplyState.DONE
    with company.database.begin_read() as session:
        assert getattr(session.get_one(Lead, 1), column) == kept


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("score", "99"),
        ("converted_at", "today"),
        ("workspace_id", "2"),
        ("owner", "dana"),
        ("employees", "-5"),
        ("employees", "12.5"),
        ("annual_revenue", "1e400"),
        ("source", "Radio"),
        ("email", "x"),
        ("title", "x" * 300),
    ],
)
def test_a_value_that_does_not_fit_is_refused(desk: Desks, company: Company, field: str, value: str) -> None:
    before = contents(company.database)

    assert desk("nora").calls("update_lead", name="#L1", field=field, value=value).state is ReplyState.REFUSED
    assert contents(company.database) == before


def test_the_field_status_goes_the_way_of_the_status(desk: Desks) -> None:
    reply = desk("nora").types("update_lead jane doe field=status value=qualified")

    assert [button.label for button in reply.buttons] == ["Convert", "Undo"]


def test_an_imported_name_stays_when_another_field_changes(desk: Desks, company: Company) -> None:
    with company.database.begin_write() as session:
        lead = session.get_one(Lead, 1)
        lead.first_name = lead.last_name = None

    desk("nora").types("update_lead #L1 field=company value=Initrode")

    with company.database.begin_read() as session:
        assert session.get_one(Lead, 1).name == "Jane Doe"
