"""The Home tab as a rep, a manager and an administrator see it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from bot.dialogue.dialogue import Conversation
from bot.playground.kit.surface_rules import check_view as kept_by_slack
from bot.playground.kit.surface_rules import interactive_elements
from bot.slack.home import home_view, stranger_home
from bot.slack.home.bar_chart import short_amount
from bot.slack.home.view import EXAMPLES
from bot.slack.modals import open_form_view
from bot.slack.payloads.button_value import LONGEST_VALUE, ButtonCall, decode_button_value
from commands import BY_VERB, FORM_ONLY
from commands.contract.context import WorkspaceDefaults
from commands.contract.form_only import Administrative
from commands.contract.reply import ReplyState
from commands.dispatching.dispatcher import Dispatcher
from commands.dispatching.request import Origin, Request
from storage.database.doors import Database
from storage.tables import Account, Lead, Opportunity, PendingReference, Rep, Source, Status
from storage.workspaces.workspace_vocabulary import list_workspace_ids, load_vocabulary
from tests.company import Company
from tests.database_contents import contents
from tests.desk import Desk

Desks = Callable[..., Desk]
Json = dict[str, Any]
SETTINGS = [kind for kind in FORM_ONLY if issubclass(kind, Administrative)]
PEOPLE = ("nora", "helen", "priya")
HOSTILE = "<!channel> *bold* _it_ ~no~ `code` <https://evil.example|click> <@U1> :tada: &amp; \u202e\U000e0041\n> quote"


@pytest.fixture
def dispatcher(company: Company) -> Dispatcher:
    return dispatcher_of(company.database)


def dispatcher_of(database: Database) -> Dispatcher:
    return Dispatcher(database, BY_VERB, WorkspaceDefaults(), {kind.verb(): kind for kind in FORM_ONLY})


def home(desk: Desk) -> Json:
    """The view, once Slack has accepted it."""
    return accepted(home_view(desk.dispatcher, desk.request))


def accepted(view: Json) -> Json:
    numbers = iter(range(1000))
    kept_by_slack(view, ("home",), lambda: f"b{next(numbers)}")
    ids = [each["action_id"] for each in pressed(view)]
    assert len(set(ids)) == len(ids)
    return view


def pressed(view: Json) -> list[Json]:
    return [element for block in view["blocks"] for element in interactive_elements(block)]


def calls(view: Json) -> Iterator[tuple[str, ButtonCall]]:
    """Every call that can be pressed, with its label."""
    for element in pressed(view):
        if element["type"] == "overflow":
            yield from ((each["text"]["text"], decode_button_value(each["value"])) for each in element["options"])
        else:
            yield element["text"]["text"], decode_button_value(element["value"])


def texts(value: Any) -> Iterator[str]:
    match value:
        case {"text": str(text)}:
            yield text
        case dict():
            for each in value.values():
                yield from texts(each)
        case list():
            for each in value:
                yield from texts(each)


def words(view: Json) -> str:
    return "\n".join(texts(view["blocks"]))


def test_a_rep_sees_the_day_the_pipeline_the_digest_and_who_it_is(desk: Desks) -> None:
    seen = words(home(desk("nora")))

    assert "My day · Wed 18 Nov" in seen
    assert "12 to work on, 1 closing this week, 2 past their close date" in seen
    assert "Jane Doe" in seen
    assert "Call about the quote" in seen
    assert "Follow-ups due" in seen
    assert "9 open opportunities worth $256,500, weighted $111,200." in seen
    assert "Negotiation" in seen
    assert "█" in seen
    assert "Forecast from 1 Oct to 31 Dec 2026" in seen
    assert "Monday to Friday at 08:30 (UTC) and names up to 5 leads first. With nothing to say it stays silent." in seen
    assert "You are Nora Lindqvist · nora@leadlight.example · rep · time zone UTC · reports to Helen Brandt" in seen
    assert "You see your own records." in seen
    assert "Administration" not in seen


def test_the_day_is_that_of_the_digest(desk: Desks) -> None:
    nora = desk("nora")
    digest = nora.calls("preview_digest")
    seen = words(home(nora))

    assert digest.head.removesuffix(".") in seen
    for record in digest.records[:3]:
        assert record.name in seen
    for news in digest.notes:
        assert news in seen


@pytest.mark.parametrize("person", PEOPLE)
def test_the_figures_are_those_of_the_commands(desk: Desks, person: str) -> None:
    sitting = desk(person)
    seen = words(home(sitting))

    assert sitting.calls("summarize_pipeline").head in seen
    for row in sitting.calls("forecast").rows:
        if row["amount"] and row["category"] != "omitted":
            assert f"{short_amount(row['amount'], 'USD')}\n" in f"{seen}\n"


def test_a_manager_sees_the_team(desk: Desks) -> None:
    seen = words(home(desk("helen")))

    assert "Your team" in seen
    assert "My team’s pipeline" in seen
    assert "those of 3 colleagues" in seen
    assert "Administration" not in seen


def test_an_administrator_finds_every_setting(desk: Desks) -> None:
    view = home(desk("priya"))
    seen = words(view)

    assert "1 administrator, 2 managers, 5 reps. 8 of them have not come by in Slack yet." in seen
    for title in ("People", "Lead statuses", "Opportunity stages", "Lead sources", "Qualification", "Calendar"):
        assert title in seen
    opened_here = {call.verb for _, call in calls(view) if call.opens}
    assert {kind.verb() for kind in SETTINGS} - {"remove_holiday"} <= opened_here
    assert desk("priya").calls("add_holiday", day="2026-12-25").state is ReplyState.DONE
    assert "remove_holiday" in {call.verb for _, call in calls(home(desk("priya")))}
    assert "Coming holidays: Fri 25 Dec." in words(home(desk("priya")))


def test_an_administrator_reads_whose_records_wait_for_somebody(desk: Desks, company: Company) -> None:
    with company.database.begin_write() as session:
        workspace_id = list_workspace_ids(session)[0]
        for record_id in session.scalars(select(Lead.id).limit(2)).all():
            session.add(
                PendingReference(
                    workspace_id=workspace_id, kind="lead", record_id=record_id, field="owner_id",
                    target_kind="user", target_key="005ax00000bcde1", words="005Ax00000BcDe1AAF",
                )
            )  # fmt: skip

    seen = words(home(desk("priya")))
    assert "2 records belong to somebody who is not here: 005Ax00000BcDe1AAF (2 leads). Import your people" in seen
    assert "005Ax" not in words(home(desk("helen")))


@pytest.mark.parametrize("person", PEOPLE)
def test_every_button_does_or_opens_what_it_says(desk: Desks, company: Company, person: str) -> None:
    sitting = desk(person)
    for label, call in calls(home(sitting)):
        if call.opens:
            view = open_form_view(sitting.dispatcher, sitting.request, call, None)
            assert view["callback_id"] == f"form:{call.verb}", label
        elif not BY_VERB[call.verb].writes:
            reply = sitting.calls(call.verb, **call.arguments)
            assert reply.state is ReplyState.ANSWERED, (label, reply.head)


def test_looking_changes_nothing(desk: Desks, company: Company) -> None:
    before = contents(company.database, without=())

    for person in PEOPLE:
        home(desk(person))

    assert contents(company.database, without=()) == before


@pytest.mark.parametrize(("said", "verb", "arguments"), EXAMPLES)
def test_an_example_means_what_it_would_mean_if_it_were_written(
    desk: Desks, said: str, verb: str, arguments: Json
) -> None:
    nora = desk("nora")

    written = Conversation(nora.dispatcher).answer_text(nora.request, said)
    by_button = nora.calls(verb, **arguments)

    assert written.command == verb
    assert (written.head, written.records, written.figures) == (by_button.head, by_button.records, by_button.figures)


def test_a_follow_up_is_ticked_off_from_home(desk: Desks) -> None:
    nora = desk("nora")
    done = next(call for label, call in calls(home(nora)) if label == "Done")
    before = words(home(nora)).count("due")

    reply = nora.calls(done.verb, **done.arguments)

    assert reply.state is ReplyState.DONE
    assert words(home(nora)).count("due") < before


def test_the_digest_is_switched_off_and_on(desk: Desks) -> None:
    nora = desk("nora")
    off = next(call for label, call in calls(home(nora)) if label == "Turn off")
    nora.calls(off.verb, **off.arguments)
    view = home(nora)

    assert "Your digest is off." in words(view)
    on = next(call for label, call in calls(view) if label == "Turn on")
    nora.calls(on.verb, **on.arguments)
    assert "Your digest comes" in words(home(nora))


def test_forms_for_administrators_open_for_nobody_else(desk: Desks) -> None:
    from commands.contract.errors import CommandError

    nora = desk("nora")
    for kind in SETTINGS:
        with pytest.raises(CommandError, match="Only an administrator"):
            open_form_view(nora.dispatcher, nora.request, ButtonCall(kind.verb(), {}, opens=True), None)


def test_a_form_begins_with_what_holds_now(desk: Desks) -> None:
    priya = desk("priya")
    person = next(call for label, call in calls(home(priya)) if label == "Nora Lindqvist")

    form = json.dumps(open_form_view(priya.dispatcher, priya.request, person, None))

    for held in ("nora@leadlight.example", "Nora Lindqvist"):
        assert held in form


def test_records_say_nothing_to_slack(desk: Desks, company: Company) -> None:
    with company.database.begin_write() as session:
        for table in (Lead, Opportunity, Account):
            session.execute(update(table).values(name=HOSTILE))
        session.execute(update(Lead).values(title=HOSTILE, company=HOSTILE))
        session.execute(update(Rep).where(Rep.name != "Priya Raman").values(name=HOSTILE[:200]))
        for number in session.scalars(select(Status.id)):
            session.execute(
                update(Status).where(Status.id == number).values(name=f"{HOSTILE[:100]} {number}", name_key=str(number))
            )
        for number in session.scalars(select(Source.id)):
            session.execute(update(Source).where(Source.id == number).values(name=f"{HOSTILE[:100]} {number}"))
        workspace = company.workspace_id
        session.execute(update(Rep).where(Rep.workspace_id == workspace).values(team=HOSTILE[:200]))

    for person in PEOPLE:
        view = home(desk(person))
        assert "<!channel>" in words(view)
        assert "mrkdwn" not in json.dumps(view)
        assert all(each["emoji"] is False for each in plain_texts(view))
        leaves = {each["type"] for each in leaves_of(view)}
        assert leaves == {"text"}
        assert not {"\u202e", "\U000e0041"} & set(words(view))


def plain_texts(value: Any) -> Iterator[Json]:
    if isinstance(value, dict):
        if value.get("type") == "plain_text":
            yield value
        for each in value.values():
            yield from plain_texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from plain_texts(each)


def leaves_of(view: Json) -> Iterator[Json]:
    for block in view["blocks"]:
        if block["type"] == "rich_text":
            for part in block["elements"]:
                yield from part["elements"]


def test_amounts_of_several_currencies_are_drawn_apart(desk: Desks, company: Company) -> None:
    with company.database.begin_write() as session:
        some = session.scalars(select(Opportunity.id).where(Opportunity.state == "open")).all()[::2]
        session.execute(update(Opportunity).where(Opportunity.id.in_(some)).values(currency="EUR"))

    seen = words(home(desk("helen")))

    assert "€" in seen
    assert "$" in seen


def test_an_empty_workspace_has_a_home(database: Database, request: pytest.FixtureRequest) -> None:
    from datetime import UTC, datetime

    now = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)
    with database.begin_write() as session:
        workspace = list_workspace_ids(session)[0]
        rep = Rep(workspace_id=workspace, name="Ada One", email="ada@example.com", role="admin", created_at=now)
        session.add(rep)
        session.flush()
        number = rep.id

    view = accepted(home_view(dispatcher_of(database), Request(workspace, number, "slack", now)))

    assert "Nothing urgent today" in words(view)
    assert "No open opportunities." in words(view)
    assert "1 administrator." in words(view)


def test_who_may_not_ask_gets_a_sentence(desk: Desks, company: Company) -> None:
    with company.database.begin_write() as session:
        session.execute(update(Rep).where(Rep.name == "Nora Lindqvist").values(active=False))

    assert "Ask an administrator to add you" in words(home(desk("nora")))
    nobody = replace(desk("tom").request, rep_id=4711)
    assert "Ask an administrator to add you" in words(accepted(home_view(desk("tom").dispatcher, nobody)))
    assert "I do not know you" in words(accepted(stranger_home("I do not know you yet.")))


def test_limits_hold_for_five_thousand_leads_and_a_long_vocabulary(desk: Desks, company: Company) -> None:
    with company.database.begin_read() as session:
        held = load_vocabulary(session, company.workspace_id)
    assert held is not None
    rows = [
        {
            "workspace_id": company.workspace_id,
            "name": f"{'Very Long Name ' * 20}{number}"[:480],
            "company": "A company of many words " * 8,
            "title": "Head of " * 20,
            "status_id": held.statuses[0].id,
            "lifecycle": "open",
            "score": number % 99 + 1,
            "band": ("hot", "warm", "cold")[number % 3],
            "owner_id": company.person("nora"),
            "created_at": company.now - timedelta(days=number % 90),
            "updated_at": company.now,
            "version": 1,
        }
        for number in range(5000)
    ]
    with company.database.begin_write() as session:
        session.execute(insert(Lead), rows)
        session.execute(
            insert(Rep),
            [
                {"workspace_id": company.workspace_id, "name": f"Rep {each}", "role": "rep", "created_at": company.now}
                for each in range(300)
            ],
        )
        for table, more in ((Status, {"status_class": "working"}), (Source, {})):
            session.execute(
                insert(table),
                [
                    {
                        "workspace_id": company.workspace_id,
                        "name": f"{'Word ' * 22}{each}",
                        "name_key": f"word {each}",
                        "position": 100 + each,
                        "retired": each % 2 == 0,
                        **more,
                    }
                    for each in range(120)
                ],
            )

    for person in PEOPLE:
        view = home(desk(person))
        assert len(view["blocks"]) <= 100
        assert all(len(each.get("value", "")) <= LONGEST_VALUE for each in pressed(view))
        assert "There is more than fits here" not in words(view)


@pytest.mark.parametrize("person", PEOPLE)
def test_a_rep_sees_nothing_of_others(desk: Desks, company: Company, person: str) -> None:
    sitting = desk(person)
    seen = {call.arguments["name"] for _, call in calls(home(sitting)) if "name" in call.arguments}

    for reference in seen:
        assert sitting.dispatcher.dispatch(sitting.request, "show_record", {"name": reference}, Origin.TYPED).state in (
            ReplyState.ANSWERED,
            ReplyState.NOT_FOUND,
        )
        if not reference.startswith("F"):
            assert sitting.calls("show_record", name=reference).state is ReplyState.ANSWERED
