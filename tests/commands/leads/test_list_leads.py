"""Listing leads, as a rep sees it."""

from collections.abc import Callable

import pytest
from sqlalchemy import update

from commands.contract.reply import Reply, ReplyState
from storage.tables import Lead
from tests.commands.company_figures import Row, file
from tests.company import Company
from tests.desk import Desk

Sit = Callable[..., Desk]


def names(reply: Reply) -> list[str]:
    return [record.name for record in reply.records]


def nora(**fields: object) -> list[str]:
    """Nora's leads of the file that have these fields, by name."""
    own = [row for row in file()["leads"] if row["owner"] == "U-04"]
    return sorted(full_name(row) for row in own if all(row.get(key) == value for key, value in fields.items()))


def full_name(row: Row) -> str:
    return f"{row['first_name']} {row['last_name']}"


def test_converted_and_closed_leads_are_left_out_unless_asked_for(desk: Sit) -> None:
    usual = names(desk("nora").types("list_leads limit=200"))
    closed = names(desk("nora").types("list_leads status=unqualified limit=200"))
    converted = names(desk("nora").types("list_leads converted=true limit=200"))

    assert sorted(closed) == nora(status="Unqualified", converted=False)
    assert sorted(converted) == nora(converted=True)
    assert sorted([*usual, *closed, *converted]) == nora()


def test_a_status_of_converted_leads_can_be_asked_for(desk: Sit) -> None:
    assert desk("nora").types("list_leads status=contacted converted=true").figures["count"] == 0
    assert sorted(names(desk("nora").types("list_leads status=qualified converted=true"))) == nora(
        status="Qualified", converted=True
    )


def test_open_and_closed_statuses_may_be_asked_for_together(desk: Sit) -> None:
    reply = desk("nora").types("list_leads status=unqualified,open limit=200")

    assert sorted(names(reply)) == sorted(nora(status="Open", converted=False) + nora(status="Unqualified"))


@pytest.mark.parametrize("said", ["Müller", "muller", "MÜLLER", "müll"])
def test_words_are_found_whatever_their_case_and_accents(desk: Sit, said: str) -> None:
    assert names(desk("nora").calls("list_leads", search=said)) == ["Katrin Müller"]


@pytest.mark.parametrize("said", ["o'brien", "OBrien", "jane@initech.com", "initech", "nitec"])
def test_a_search_looks_into_name_company_and_email(desk: Sit, said: str) -> None:
    assert len(names(desk("nora").calls("list_leads", search=said))) == 1


def test_a_company_is_not_a_persons_name(company: Company, desk: Sit) -> None:
    with company.database.begin_write() as session:
        session.execute(update(Lead).where(Lead.name == "Katrin Müller").values(company="Stone Works"))

    assert names(desk("nora").types("list_leads company=muller")) == []


@pytest.mark.parametrize("said", ["%", "_", "\\", "100%"])
def test_signs_of_the_database_are_only_signs(desk: Sit, said: str) -> None:
    reply = desk("nora").calls("list_leads", company=said)

    assert (reply.state, reply.figures["count"]) == (ReplyState.ANSWERED, 0)


def test_leads_without_an_owner_are_seen_by_those_who_see_everything(company: Company, desk: Sit) -> None:
    with company.database.begin_write() as session:
        session.execute(update(Lead).where(Lead.name == "Jane Doe").values(owner_id=None))

    unowned = desk("priya").types("list_leads company=initech")

    assert [record.fields.get("owner") for record in unowned.records] == [None]
    assert names(desk("nora").types("list_leads company=initech owner=everyone")) == []
    assert names(desk("helen").types("list_leads company=initech")) == []
