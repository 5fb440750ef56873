"""The digest as a rep previews it and sets it up."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import time, timedelta

import pytest
from sqlalchemy import select, update

from commands.contract.context import WorkspaceDefaults
from commands.contract.reply import ReplyState
from commands.digest.build import build_digest
from storage.people import reps
from storage.tables import Lead, Opportunity, Rep
from storage.workspaces.workspace_vocabulary import load_vocabulary
from tests.company import Company
from tests.database_contents import contents
from tests.desk import Desk

Desks = Callable[..., Desk]


def settings(company: Company, name: str) -> tuple[object, ...]:
    with company.database.begin_read() as session:
        rep = session.get_one(Rep, company.person(name))
        return rep.digest_enabled, rep.digest_time, rep.digest_days, rep.time_zone, rep.digest_size


def test_the_first_leads_say_why_they_are_there_and_what_comes_next(desk: Desks) -> None:
    reply = desk("nora").types("preview_digest")
    leads = [each for each in reply.records if each.kind == "lead"]

    assert [each.name for each in leads] == [
        "Jane Doe",
        "May Lin",
        "Katrin Müller",
        "Glenn Close",
        "Rich Osborne",
    ]
    assert leads[0].fields["priority"] == 87 + 25
    assert "follow-up due today +25" in leads[0].fields["why"]
    assert leads[0].fields["next_step"] == "Call about the quote"
    assert leads[1].fields["priority"] == 71 + 25 + 10 + 5
    assert reply.head.startswith("12 to work on, 1 closing this week, 2 past their close date")


def test_each_lead_has_its_buttons_and_only_a_qualified_one_is_converted(desk: Desks, company: Company) -> None:
    buttons = desk("nora").types("preview_digest").buttons
    by_lead = {
        name: [each.label for each in buttons if each.arguments.get("name") == company.id(name)]
        for name in ("L-01", "L-03", "L-04")
    }

    assert by_lead["L-01"] == ["Log call", "Snooze", "Why?"], "Jane Doe is contacted already"
    assert by_lead["L-03"] == ["Contacted", "Log call", "Snooze", "Why?"]
    assert by_lead["L-04"] == ["Log call", "Snooze", "Why?", "Convert"]


def test_every_button_of_a_digest_works_on_the_data_of_the_day_it_is_pressed(desk: Desks) -> None:
    nora = desk("nora")
    buttons = [each for each in nora.types("preview_digest").buttons if each.command in nora.dispatcher.commands]
    later = nora.wait(days=30)

    for button in buttons[:4]:
        assert later.presses(button).state in (ReplyState.DONE, ReplyState.ANSWERED)


def test_a_preview_changes_nothing_and_counts_as_nothing(desk: Desks, company: Company) -> None:
    nora, before = desk("nora"), contents(company.database)

    assert nora.types("preview_digest") == nora.types("preview_digest")
    assert contents(company.database) == before


def test_a_preview_of_a_quiet_day_says_what_would_be_sent(desk: Desks, company: Company) -> None:
    with company.database.begin_write() as session:
        for table in (Lead, Opportunity):
            session.execute(update(table).where(table.owner_id == company.person("grace")).values(owner_id=None))
    grace = desk("grace")

    assert "so no digest would be sent" in grace.types("preview_digest").head
    with company.database.begin_write() as session:
        session.execute(update(Rep).where(Rep.first_name == "Grace").values(tell_quiet_days=True))
    assert "so the digest would say just that" in grace.types("preview_digest").head


def test_a_manager_previews_a_reps_digest_and_a_rep_nobody_elses(desk: Desks) -> None:
    nora = [each.name for each in desk("nora").types("preview_digest").records]

    assert [each.name for each in desk("helen").types("preview_digest nora").records] == nora
    assert desk("dana").types("preview_digest owner=nora").state is ReplyState.REFUSED
    assert desk("victor").types("preview_digest owner=nora").state is ReplyState.REFUSED


def test_a_manager_gets_a_line_for_each_rep_of_the_team(desk: Desks) -> None:
    rows = desk("helen").types("preview_digest").rows

    assert [row["rep"] for row in rows] == ["Nora Lindqvist", "Dana Whitfield", "Tom Becker"]
    assert set(rows[0]) == {"rep", "untouched", "hot_waiting", "pipeline_moved"}
    assert desk("nora").types("preview_digest").rows == ()


def test_the_receipt_of_a_manager_without_leads_counts_those_of_the_team(desk: Desks) -> None:
    reply = desk("helen").types("preview_digest")
    waiting = sum(row["hot_waiting"] for row in reply.rows)

    assert f"{waiting} hot lead" in reply.head
    assert reply.receipt is not None
    assert (reply.receipt.scope, reply.receipt.count, reply.figures["count"]) == ("your team's", waiting, waiting)


def test_what_others_changed_is_told_and_what_one_did_oneself_is_not(desk: Desks) -> None:
    desk("helen").types("set_lead_status glenn close status=contacted")
    desk("nora").types("set_lead_status rich osborne status=contacted")
    notes = desk("nora").wait(hours=1).types("preview_digest").notes

    assert "Glenn Close: status Qualified → Contacted, by Helen Brandt" in notes
    assert not any("Rich Osborne: status" in note for note in notes)


def test_what_others_did_is_told_once(desk: Desks) -> None:
    helen = desk("helen")
    helen.types("create_lead first_name=Zoe last_name=Quick company=Speedy source=Web")
    helen.types("assign_lead zoe quick owner=nora")
    helen.types("update_opportunity globex - gtx basic stage=closed won")
    helen.types("update_opportunity initech - fleet renewal amount=99000")
    notes = desk("nora").wait(hours=1).types("preview_digest").notes

    assert [note for note in notes if "Zoe Quick" in note] == [
        "Zoe Quick is new, Speedy",
        "Zoe Quick: owner Helen Brandt → Nora Lindqvist, by Helen Brandt",
    ]
    assert [note for note in notes if "Globex" in note] == ["Globex - GTX Basic won, $12,000"]
    assert any(note.startswith("Initech - Fleet renewal: amount") for note in notes)


def test_more_news_than_are_named_are_counted(desk: Desks) -> None:
    helen = desk("helen")
    for name, company in (("Arndt", "Freelance"), ("Brandt", "n/a"), ("Crandt", "Self-employed"), ("Drandt", "privat")):
        helen.calls("create_lead", first_name="Pia", last_name=name, company=company)
        helen.calls("assign_lead", name=f"Pia {name}", owner="nora")
    reply = desk("nora").wait(hours=1).types("preview_digest")
    new = [note for note in reply.notes if " new" in note]

    # Two were new before. What stands in the place of a company is none.
    assert len(new) == 4
    assert new[-1] == "and 3 more new leads"
    assert [note for note in new if "Pia" in note] == ["Pia Arndt is new"]


def test_new_leads_behind_many_whose_score_moved_are_counted_and_told_once(desk: Desks, company: Company) -> None:
    helen = desk("helen")
    for name in ("Moss", "Fern", "Reed", "Sedge"):
        helen.calls("create_lead", first_name="Pia", last_name=name)
        helen.calls("assign_lead", name=f"Pia {name}", owner="nora")
    with company.database.begin_write() as session:
        old = select(Lead).where(Lead.owner_id == company.person("nora"), Lead.first_name != "Pia").order_by(Lead.id)
        # More than a digest reads, and all of them before the new ones.
        for lead in session.scalars(old):
            lead.score, lead.movement, lead.created_at = 100, 50, company.now - timedelta(days=9)
        for number in range(30):
            session.add(build_moved_lead(company, number))
    notes = desk("nora").wait(hours=1).types("preview_digest").notes

    assert [note for note in notes if " new" in note or "created" in note] == ["and 4 more new leads"]


def build_moved_lead(company: Company, number: int) -> Lead:
    then = company.now - timedelta(days=9)
    return Lead(
        workspace_id=company.workspace_id,
        name=f"Old {number}",
        owner_id=company.person("nora"),
        status_id=1,
        lifecycle="open",
        score=100,
        movement=50,
        created_at=then,
        updated_at=then,
    )


def test_a_win_and_a_moved_stage_are_told(desk: Desks) -> None:
    desk("nora").types("update_opportunity globex - gtx basic stage=closed won")
    reply = desk("nora").wait(hours=1).types("preview_digest")
    team = desk("helen").wait(hours=1).types("preview_digest").rows

    assert "1 won since yesterday" in reply.head
    assert any(note.startswith("Globex - GTX Basic won") for note in reply.notes)
    assert next(row for row in team if row["rep"] == "Nora Lindqvist")["pipeline_moved"] == 1


def test_the_object_of_a_digest_is_json_with_the_keys_of_the_contract(company: Company) -> None:
    with company.database.begin_read() as session:
        words = load_vocabulary(session, company.workspace_id)
        rep = reps.find_rep(session, company.workspace_id, company.person("nora"))
        assert words is not None
        assert rep is not None
        made = build_digest(
            session, reps.make_asker(rep), vocabulary=words, defaults=WorkspaceDefaults(), now=company.now
        )
    found = json.loads(json.dumps(made.to_json()))

    assert {"rep", "local_date", "summary", "first", "closing", "since"} <= set(found)
    assert {"id", "external_id", "name", "score", "movement", "priority", "urgency"} <= set(found["first"][0])
    assert found["local_date"] == "2026-11-18"
    assert found["rep"] == "nora@leadlight.example"
    assert found["first"][0]["urgency"] == [{"name": "follow_up_due", "points": 25, "text": "follow-up due today"}]
    assert len(found["closing"]) == 3


def test_the_digest_is_set_at_once_also_from_a_sentence_and_can_be_taken_back(desk: Desks, company: Company) -> None:
    nora, before = desk("nora"), settings(company, "nora")
    reply = nora.means("set_digest time=7:30 days=mon,thu timezone=Berlin size=3")

    assert reply.state is ReplyState.DONE
    assert settings(company, "nora") == (True, time(7, 30), ["mon", "thu"], "Europe/Berlin", 3)
    assert reply.arguments == {"time": "07:30", "days": ["mon", "thu"], "timezone": "Europe/Berlin", "size": 3}
    undo = next(each for each in reply.buttons if each.label == "Undo")
    assert nora.presses(undo).state is ReplyState.DONE
    assert settings(company, "nora") == before


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("7:30", time(7, 30)),
        ("8am", time(8)),
        ("half past 7", time(7, 30)),
        ("quarter past eight", time(8, 15)),
        ("quarter to nine", time(8, 45)),
        ("7.30 am", time(7, 30)),
        ("6 in the evening", time(18)),
        ("noon", time(12)),
    ],
)
def test_a_time_of_day_is_read_as_people_say_it(desk: Desks, company: Company, said: str, read: time) -> None:
    desk("nora").types(f"set_digest time={said}")

    assert settings(company, "nora")[1] == read


@pytest.mark.parametrize(
    "wrong", ["time=25:00", "time=soon", "days=someday", "timezone=Mars", "timezone=../etc/passwd", "size=0", "size=21"]
)
def test_a_value_that_does_not_exist_is_refused_and_changes_nothing(desk: Desks, company: Company, wrong: str) -> None:
    before = settings(company, "nora")

    assert desk("nora").types(f"set_digest {wrong}").state is ReplyState.REFUSED
    assert settings(company, "nora") == before


def test_the_console_has_no_digest_to_set(desk: Desks) -> None:
    reply = desk("console").types("set_digest time=7")

    assert reply.state is ReplyState.REFUSED
    assert "--as" in reply.head


def test_nothing_said_shows_how_it_is_set(desk: Desks) -> None:
    reply = desk("nora").types("set_digest")

    assert reply.state is ReplyState.ANSWERED
    assert reply.head == "Your digest comes Monday to Friday at 08:30 (UTC) and names up to 5 leads first."
