"""Asked where the bot is no member, or by a Slack that leaves out what tells things apart: the person is answered."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from bot.playground.methods import conversation_methods
from bot.playground.person import LocalPerson
from bot.playground.scripted_model.scripted_answers import calls_tools, says
from bot.playground.scripted_model.scripted_server import LocalModel
from bot.playground.web_api.api_faults import Fault, answers_late, drops_connection, server_error
from bot.playground.workspace.slack_state import Channel, Json, LocalMessage
from storage.database.errors import DatabaseTrouble
from tests.bot.slack.office import Office
from tests.company import Company


def colleagues(office: Office, *people: LocalPerson) -> Channel:
    """A direct conversation of people among themselves."""
    world = office.slack.world
    members = {each.id for each in people}
    return world.add_channel(Channel(world.new_id("D"), office.slack.team.id, "colleagues", members=members))


def done(office: Office) -> None:
    office.slack.wait_until_quiet()
    office.until(lambda: office.open_rows() == 0)


def answers(person: LocalPerson, place: Channel | None = None) -> list[str]:
    return [each.text for each in person.visible_messages(place) if each.bot_id]


def test_a_button_pressed_between_colleagues_is_answered_there_to_the_asker_alone(http_office: Office) -> None:
    nora, dana = http_office.person("nora"), http_office.person("dana")
    place = colleagues(http_office, nora, dana)
    shown = nora.uses_command("/leads", "hot", place).messages[-1]

    nora.presses(shown, "Show", nth=0, waits=False)
    done(http_office)

    assert len(answers(nora, place)) == 2
    assert not answers(dana, place)


def test_a_form_filled_between_colleagues_is_answered_directly(http_office: Office) -> None:
    nora, dana = http_office.person("nora"), http_office.person("dana")
    modal = nora.uses_command("/convert", "glenn close", colleagues(http_office, nora, dana)).modal
    assert modal is not None

    nora.submits_modal(modal, waits=False)
    done(http_office)

    assert http_office.writes() == 1
    assert "Glenn Close is converted" in answers(nora)[0]


def test_whom_a_message_between_colleagues_speaks_of_is_found_there(http_office: Office) -> None:
    nora, dana = http_office.person("nora"), http_office.person("dana")
    place = colleagues(http_office, nora, dana)
    world = http_office.slack.world
    said = world.add_message(LocalMessage(place.id, world.new_ts(), dana.id, "did you call Jane Roe?"))

    nora.uses_shortcut("find_lead", said, waits=False)
    done(http_office)

    assert "Jane Roe" in answers(nora, place)[0]
    assert not answers(dana, place)


def test_a_form_opened_from_a_whisper_is_answered_beside_it(http_office: Office) -> None:
    nora = http_office.person("nora")
    sales = http_office.slack.add_channel("sales", nora)
    shown = nora.uses_command("/lead", "jane roe", sales).messages[-1]
    modal = nora.presses(shown, "Log call", waits=False).wait_until(lambda seen: seen.modal).modal
    assert modal is not None

    nora.submits_modal(modal, {"Text": "hello"}, waits=False)
    done(http_office)

    assert http_office.writes() == 1
    assert "Logged" in answers(nora, sales)[-1]
    assert nora.visible_messages(sales)[-1].thread_ts is None


def test_sharing_where_the_bot_is_no_member_says_how_to_invite_it(http_office: Office) -> None:
    nora = http_office.person("nora")
    other = http_office.slack.add_channel("other", nora, with_app=False)
    shown = nora.uses_command("/leads", "hot", other).messages[-1]

    seen = nora.presses(shown, "Share here")

    assert "/invite" in seen.text
    assert len(http_office.slack.list_messages(other)) == 0


def test_a_sign_of_progress_in_a_channel_stands_where_the_answer_will(http_office: Office) -> None:
    nora = http_office.person("nora")
    sales = http_office.slack.add_channel("sales", nora)
    http_office.slack.faults.plan_fault("users.info", answers_late(2))

    nora.mentions_app("my hot leads", sales, waits=False)
    done(http_office)

    moment, answer = nora.visible_messages(sales)[-2:]
    assert "One moment" in moment.text
    assert moment.thread_ts is answer.thread_ts is None


def leaving_out(office: Office, monkeypatch: pytest.MonkeyPatch, **fields: Json | str) -> None:
    """From now on these fields of what Slack sends are empty."""
    send = office.slack.deliveries.start_delivery
    monkeypatch.setattr(
        office.slack.deliveries,
        "start_delivery",
        lambda kind, name, team, payload: send(kind, name, team, {**payload, **fields}),
    )


def test_a_home_is_shown_each_time_also_where_events_have_no_id(
    http_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    leaving_out(http_office, monkeypatch, event_id="")
    nora = http_office.person("nora")

    for _ in range(2):
        nora.opens_home(waits=False)
        done(http_office)

    assert len(http_office.slack.ledger.list_calls("views.publish")) == 2


def test_shortcuts_without_a_trigger_are_each_answered(http_office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    nora = http_office.person("nora")
    sales = http_office.slack.add_channel("sales", nora)
    nora.says("ask Jane Roe", sales)
    said = nora.visible_messages(sales)[0]
    leaving_out(http_office, monkeypatch, trigger_id="")

    for _ in range(2):
        nora.uses_shortcut("find_lead", said, waits=False)
        done(http_office)

    assert len(answers(nora, sales)) == 2


@pytest.fixture
def listening(sqlite_company: Company) -> Iterator[tuple[Office, LocalModel]]:
    with (
        LocalModel() as model,
        Office(sqlite_company, openai_api_key=model.key, openai_base_url=model.url, openai_model=model.name) as office,
    ):
        yield office, model


def test_commands_for_the_model_without_a_trigger_are_each_answered(
    listening: tuple[Office, LocalModel], monkeypatch: pytest.MonkeyPatch
) -> None:
    office, model = listening
    leaving_out(office, monkeypatch, trigger_id="")
    model.script_answers(*[calls_tools(("list_leads", {"band": "hot"})), says("You have 4 hot leads.")] * 2)
    nora = office.person("nora")

    for words in ("blorp the snarfle, would you kindly?", "snarfle the blorp, would you kindly?"):
        nora.uses_command("/leadlight", words, waits=False)
        done(office)

    assert sum("4" in each for each in answers(nora)) == 2


def test_an_answer_that_the_database_does_not_take_is_sent_all_the_same(
    http_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    nora = http_office.person("nora")
    shown = nora.says("who is jane roe?").messages[-1]
    modal = nora.presses(shown, "Log call", waits=False).wait_until(lambda seen: seen.modal).modal
    assert modal is not None

    def busy(*_: object) -> None:
        raise DatabaseTrouble("busy")

    monkeypatch.setattr(http_office.running.sender, "post_messages", busy)
    nora.submits_modal(modal, {"Text": "hello"}, waits=False).wait_until(lambda seen: seen.messages)

    assert http_office.writes() == 1
    assert "Logged" in answers(nora)[-1]


def test_a_form_whose_answer_fails_stays_open_and_does_once_what_it_says(
    http_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    nora = http_office.person("nora")
    shown = nora.says("who is jane roe?").messages[-1]
    modal = nora.presses(shown, "Log call", waits=False).wait_until(lambda seen: seen.modal).modal
    assert modal is not None

    def broken(*_: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(http_office.running.sender, "post_messages", broken)
        nora.submits_modal(modal, {"Text": "hello"}, waits=False)
    assert nora.modal is not None
    nora.submits_modal(modal, waits=False).wait_until(lambda seen: seen.messages)

    assert http_office.writes() == 1
    assert "Done" in answers(nora)[-1]


@pytest.mark.parametrize("kind", ["view_closed", "block_suggestion"])
def test_what_nothing_asks_for_is_acknowledged(office: Office, kind: str) -> None:
    nora = office.person("nora")
    payload = {
        "type": kind,
        "team": {"id": office.slack.team.id},
        "user": {"id": nora.id},
        "view": {"id": "V1", "type": "modal", "callback_id": "form:old"},
    }
    payload |= {"action_id": "any", "block_id": "any", "value": ""}

    delivery = office.slack.deliveries.start_delivery("interactive", kind, office.slack.team.id, payload)
    office.slack.wait_until_quiet()

    assert delivery.is_acknowledged


REFUSED = json.dumps({"ok": False, "error": "invalid_blocks"})


@pytest.mark.parametrize(
    ("fault", "directly"),
    [
        (Fault("expired", status=404, body=json.dumps({"ok": False, "error": "expired_url"})), True),
        (Fault("blocks", status=400, body=REFUSED), False),
        (Fault("blocks, with 200", body=REFUSED), False),
        (server_error(), True),
    ],
    ids=lambda each: each.name if isinstance(each, Fault) else "",
)
def test_what_a_response_url_does_not_take_is_said_plainer_or_directly(
    http_office: Office, fault: Fault, directly: bool
) -> None:
    nora = http_office.person("nora")
    sales = http_office.slack.add_channel("sales", nora)
    shown = nora.uses_command("/leads", "hot", sales).messages[-1]
    http_office.slack.faults.plan_fault("response_url", fault)

    nora.presses(shown, "Show", nth=0, waits=False)
    done(http_office)

    assert len(answers(nora)) == int(directly)
    assert len(answers(nora, sales)) == 2 - int(directly)


def test_a_slack_that_keeps_no_metadata_gets_no_answer_twice(
    http_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    nora = http_office.person("nora")
    shown = conversation_methods.message_object
    monkeypatch.setattr(conversation_methods, "message_object", lambda world, message, **_: shown(world, message))
    for fault in (drops_connection(after=True), drops_connection(after=False)):
        http_office.slack.faults.plan_fault("chat.postMessage", fault)

        nora.says("my hot leads", waits=False)
        done(http_office)

    assert len(answers(nora)) == 2
