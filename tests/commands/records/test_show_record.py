"""One record on one card, as a rep sees it."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import update

from commands.contract.reply import Reply, ReplyState
from commands.wording.plain_text import render_plain_text
from storage.database.whole_days import to_whole_day
from storage.tables import Activity, Contact, Opportunity, Rep
from tests.company import Company
from tests.desk import Desk

Sit = Callable[..., Desk]


def shown(reply: Reply) -> list[tuple[str, str]]:
    return [(record.kind, record.name) for record in reply.records]


def test_a_lead_shows_its_fields_score_reasons_touches_and_follow_ups(desk: Sit) -> None:
    reply = desk("nora").types("show_record jane doe")

    lead = reply.records[0]
    assert (lead.kind, lead.name, lead.external_id) == ("lead", "Jane Doe", "L-01")
    assert lead.fields["phone"] == "+1 555 0301"
    assert lead.fields["score"] == 87
    assert lead.fields["raises"] == ["Web: 14 % of 310 converted, against 12 % overall", "Last touch on 2026-11-17"]
    assert ("follow_up", "Jane Doe") in shown(reply)
    assert any("Sent the fleet brochure" in note for note in reply.notes)
    assert "jane@initech.com" in render_plain_text(reply)


def test_a_touch_of_a_day_without_a_time_shows_no_time(desk: Sit, company: Company) -> None:
    with company.database.begin_write() as session:
        at = to_whole_day(date(2026, 11, 16))
        session.add(
            Activity(
                workspace_id=company.workspace_id, kind="call", text="Wants a demo", at=at, lead_id=1, created_at=at
            )
        )

    for said in ("show_record jane doe", "show_activity jane doe"):
        lines = render_plain_text(desk("nora").types(said)).splitlines()
        (line,) = [each for each in lines if "Wants a demo" in each]
        assert "Mon 16 Nov  call" in line
        assert ":00" not in line


def test_an_account_shows_its_people_and_open_opportunities(desk: Sit) -> None:
    reply = desk("nora").types("show_record initech kind=account")

    assert shown(reply) == [
        ("account", "Initech"),
        ("contact", "Samir Patel"),
        ("opportunity", "Initech - Fleet renewal"),
    ]
    assert "Won so far: $18,000 in 1 deal." in reply.notes


def test_an_opportunity_shows_its_account_and_its_contact(desk: Sit) -> None:
    reply = desk("nora").types("show_record initech - fleet renewal")

    assert shown(reply) == [
        ("opportunity", "Initech - Fleet renewal"),
        ("account", "Initech"),
        ("contact", "Samir Patel"),
    ]
    assert reply.records[0].fields["next_step"] == "Send the revised quote"


def test_a_late_opportunity_says_so(desk: Sit) -> None:
    reply = desk("nora").types("show_record monday labs - gtx basic")

    assert reply.records[0].fields["overdue"] is True
    assert "close date is past" in reply.head


@pytest.mark.parametrize("words", ["carlos mendes", "carlos mendes kind=lead", "carlos mendes kind=contact"])
def test_a_converted_lead_answers_with_what_it_became_and_nothing_is_asked(desk: Sit, words: str) -> None:
    reply = desk("nora").types(f"show_record {words}")

    assert reply.state is ReplyState.ANSWERED
    assert shown(reply) == [
        ("contact", "Carlos Mendes"),
        ("account", "Atlantica Foods"),
        ("opportunity", "Atlantica Foods - GTX Basic"),
        ("lead", "Carlos Mendes"),
    ]
    assert "converted on Mon 14 Sep 2026" in reply.head
    assert reply.records[-1].fields["converted_at"] == "2026-09-14"


def test_of_what_a_lead_became_only_the_visible_is_shown(company: Company, desk: Sit) -> None:
    with company.database.begin_write() as session:
        dana = company.person("dana")
        session.execute(update(Contact).where(Contact.external_id == "C-10").values(owner_id=dana))
        session.execute(update(Opportunity).where(Opportunity.external_id == "O-07").values(owner_id=dana))

    reply = desk("nora").types("show_record carlos mendes kind=lead")

    assert shown(reply) == [("account", "Atlantica Foods"), ("lead", "Carlos Mendes")]
    assert "GTX Basic" not in render_plain_text(reply)


def test_two_who_are_not_the_same_person_are_asked_about(desk: Sit) -> None:
    reply = desk("nora").types("show_record jane")

    assert reply.state is ReplyState.CHOOSE
    assert {"Jane Doe", "Jane Roe"} <= {choice.name for choice in reply.choices}


def test_a_kind_narrows_the_choice(desk: Sit) -> None:
    reply = desk("nora").types("show_record globex kind=opportunity")

    assert {choice.kind for choice in reply.choices} == {"opportunity"}


def test_hidden_and_missing_records_answer_alike(desk: Sit) -> None:
    hidden = desk("nora").types("show_record beatrix stone")
    missing = desk("nora").types("show_record nobody atall")

    assert hidden.state is missing.state is ReplyState.NOT_FOUND
    assert hidden.head.replace("beatrix stone", "") == missing.head.replace("nobody atall", "")
    assert desk("nora").types(f"show_record #{hidden_reference(desk)}").state is ReplyState.NOT_FOUND


def hidden_reference(desk: Sit) -> str:
    return str(desk("dana").types("show_record beatrix stone").records[0].id)


def test_related_records_of_others_are_left_out(company: Company, desk: Sit) -> None:
    with company.database.begin_write() as session:
        session.execute(update(Contact).where(Contact.name == "Samir Patel").values(owner_id=company.person("dana")))

    assert [kind for kind, _ in shown(desk("nora").types("show_record initech kind=account"))] == [
        "account",
        "opportunity",
    ]


def test_days_are_those_of_the_asker(company: Company, desk: Sit) -> None:
    with company.database.begin_write() as session:
        session.execute(update(Rep).where(Rep.first_name == "Nora").values(time_zone="Pacific/Kiritimati"))

    assert desk("nora").types("show_record carlos mendes").records[-1].fields["converted_at"] == "2026-09-15"
