"""Slack fails in every way it knows: one answer all the same, never two, and never silence."""

from __future__ import annotations

from collections import Counter

import pytest

from bot.playground.person import LocalPerson
from bot.playground.web_api.api_faults import (
    Fault,
    answers_error,
    answers_late,
    bad_gateway,
    drops_connection,
    rate_limited,
    server_error,
)
from storage.tables import Outbox
from tests.bot.slack.office import Office

POSTING_FAULTS = {
    "posts, then drops the connection": drops_connection(after=True),
    "drops the connection": drops_connection(after=False),
    "posts, then 500": server_error(after=True),
    "500": server_error(),
    "posts, then 502": bad_gateway(after=True),
    "502": bad_gateway(),
    "429": rate_limited(1),
    "posts, then internal_error": answers_error("internal_error", after=True),
    "internal_error": answers_error("internal_error"),
    "unknown_method": answers_error("unknown_method"),
}


def answers(office: Office, person: LocalPerson) -> list[str]:
    """What the bot has written to this person, as it stands in Slack."""
    return [each.text for each in office.slack.list_messages(person.dm) if each.user != person.id]


@pytest.mark.parametrize("fault", POSTING_FAULTS.values(), ids=POSTING_FAULTS)
def test_a_question_has_exactly_one_answer_whatever_happens_to_the_post(http_office: Office, fault: Fault) -> None:
    nora = http_office.person("nora")
    http_office.slack.faults.plan_fault("chat.postMessage", fault)

    nora.says("my hot leads", waits=False)
    http_office.until(lambda: http_office.slack.ledger.list_deliveries() and http_office.open_rows() == 0)

    assert len(answers(http_office, nora)) == 1


def test_an_answer_that_comes_after_the_timeout_is_not_sent_twice(http_office: Office) -> None:
    nora = http_office.person("nora")
    http_office.clients.posting(http_office.slack.bot_token).timeout = 1
    http_office.slack.faults.plan_fault("chat.postMessage", answers_late(1.5))

    nora.says("my hot leads", waits=False)
    http_office.until(lambda: http_office.slack.ledger.list_deliveries() and http_office.open_rows() == 0)

    assert len(answers(http_office, nora)) == 1


def test_where_the_conversation_cannot_be_read_a_doubtful_post_is_left_and_reported(http_office: Office) -> None:
    priya, nora = http_office.person("priya"), http_office.person("nora")
    priya.says("help")
    http_office.slack.faults.plan_fault("chat.postMessage", drops_connection(after=True))
    http_office.slack.faults.plan_fault("conversations.replies", answers_error("missing_scope"), times=None)

    nora.says("my hot leads", waits=False)
    http_office.until(lambda: len(answers(http_office, priya)) == 2)

    assert len(answers(http_office, nora)) == 1
    assert "could not deliver" in answers(http_office, priya)[-1]
    assert http_office.states(Outbox)["unknown"] == 1


@pytest.mark.parametrize("error", ["is_archived", "restricted_action", "cannot_dm_bot", "missing_scope"])
def test_a_closed_door_stops_one_message_is_reported_once_and_holds_up_nobody(http_office: Office, error: str) -> None:
    priya, nora = http_office.person("priya"), http_office.person("nora")
    priya.says("help")
    for number in (1, 2):
        http_office.slack.faults.plan_fault("chat.postMessage", answers_error(error))
        nora.says("my hot leads", waits=False)
        http_office.until(lambda number=number: http_office.states(Outbox)["dead"] == number)  # type: ignore[misc]
        http_office.until(lambda: http_office.open_rows() == 0)

    nora.says("my cold leads")

    assert sum("could not deliver" in each for each in answers(http_office, priya)) == 1
    assert len(answers(http_office, nora)) == 1


def test_blocks_that_are_refused_are_said_in_plainer_ones(http_office: Office) -> None:
    nora = http_office.person("nora")
    http_office.slack.faults.plan_fault("chat.postMessage", answers_error("invalid_blocks"))

    seen = nora.says("my pipeline by stage").wait_until(lambda seen: seen.messages)

    assert "Negotiation" in seen.text
    assert len(answers(http_office, nora)) == 1


def test_where_whispers_are_not_known_the_answer_goes_to_the_person_directly(http_office: Office) -> None:
    nora = http_office.person("nora")
    sales = http_office.slack.add_channel("sales", nora)
    http_office.slack.faults.plan_fault("chat.postEphemeral", answers_error("unknown_method"), times=None)

    nora.mentions_app("my hot leads", sales, waits=False)
    http_office.until(lambda: answers(http_office, nora))

    assert "4 leads" in answers(http_office, nora)[0]


@pytest.mark.parametrize("over", ["chat.update"])
def test_a_confirmed_card_changes_its_face_also_after_a_fault(http_office: Office, over: str) -> None:
    nora = http_office.person("nora")
    card = nora.says("mark jane roe as contacted").messages[0]
    http_office.slack.faults.plan_fault(over, drops_connection(after=False), times=2)

    nora.presses(card, "Confirm", waits=False)
    http_office.until(lambda: "Jane Roe is now Contacted" in answers(http_office, nora)[0], 20)

    assert http_office.writes() == 1


def test_an_event_delivered_three_times_is_answered_once(office: Office) -> None:
    nora = office.person("nora")
    office.slack.deliveries.duplicate_next(3)

    nora.says("my hot leads")
    office.slack.wait_until_quiet()
    office.until(lambda: office.open_rows() == 0)

    assert len(answers(office, nora)) == 1


def test_an_event_whose_acknowledgement_was_lost_is_answered_once(office: Office) -> None:
    nora = office.person("nora")
    office.slack.deliveries.lose_acks(1)

    nora.says("mark jane roe as contacted", waits=False)
    office.until(lambda: answers(office, nora))
    office.slack.advance_clock(minutes=10)
    office.slack.wait_until_quiet()
    office.until(lambda: office.open_rows() == 0)

    assert len(answers(office, nora)) == 1


@pytest.mark.parametrize("button", ["Confirm"])
def test_a_press_delivered_twice_has_one_effect(office: Office, button: str) -> None:
    nora = office.person("nora")
    card = nora.says("mark jane roe as contacted").messages[0]
    office.slack.deliveries.duplicate_next(2)

    nora.presses(card, button)
    office.slack.wait_until_quiet()
    office.until(lambda: office.open_rows() == 0)

    assert office.writes() == 1
    assert "is now Contacted" in answers(office, nora)[0]


def test_a_double_click_has_one_effect_and_says_so(http_office: Office) -> None:
    nora = http_office.person("nora")
    card = nora.says("mark jane roe as contacted").messages[0]

    first = nora.presses(card, "Confirm", waits=False).delivery
    assert first is not None
    second = {**first.payload, "trigger_id": "2.2.second"}
    http_office.slack.deliveries.start_delivery("interactive", "block_actions", http_office.slack.team.id, second)
    http_office.slack.wait_until_quiet()
    http_office.until(lambda: http_office.open_rows() == 0)

    assert http_office.writes() == 1


def test_an_expired_card_says_so_and_loses_its_buttons(http_office: Office) -> None:
    nora = http_office.person("nora")
    card = nora.says("mark jane roe as contacted").messages[0]
    http_office.wait(minutes=16)

    seen = nora.presses(card, "Confirm")

    assert "fifteen minutes" in seen.text
    assert "Confirm" not in seen.buttons
    assert http_office.status("Jane Roe") == "Open"


def test_an_overtaken_card_says_so_and_loses_its_buttons(http_office: Office) -> None:
    nora, helen = http_office.person("nora"), http_office.person("priya")
    card = nora.says("mark jane roe as contacted").messages[0]
    helen.uses_command("/lead", "set_lead_status jane roe status=qualified")

    seen = nora.presses(card, "Confirm")

    assert "changed in the meantime" in seen.text
    assert "Confirm" not in seen.buttons
    assert http_office.status("Jane Roe") == "Qualified"


def test_another_persons_card_cannot_be_confirmed(http_office: Office) -> None:
    nora, dana = http_office.person("nora"), http_office.person("dana")
    card = nora.says("mark jane roe as contacted").messages[0]
    dana.says("help")

    http_office.slack.deliveries.start_delivery(
        "interactive",
        "block_actions",
        http_office.slack.team.id,
        {
            "type": "block_actions",
            "team": {"id": http_office.slack.team.id},
            "user": {"id": dana.id, "team_id": http_office.slack.team.id},
            "trigger_id": "1.2.3",
            "container": {"type": "message", "channel_id": nora.dm.id, "message_ts": card.ts},
            "actions": [
                {"type": "button", "action_id": "confirm", "block_id": "b", "value": confirmation_of(card.blocks)}
            ],
        },
    )
    http_office.slack.wait_until_quiet()
    http_office.until(lambda: http_office.open_rows() == 0)

    assert http_office.status("Jane Roe") == "Open"


def confirmation_of(blocks: list[dict[str, object]]) -> str:
    """The id that a card's Confirm button carries."""
    elements = [each for block in blocks for each in block.get("elements", [])]  # type: ignore[attr-defined]
    return next(each["value"] for each in elements if each.get("action_id") == "confirm")


def test_messages_of_one_person_are_answered_in_their_order(http_office: Office) -> None:
    nora = http_office.person("nora")
    for text in ("mark jane roe as contacted", "yes", "mark may lin as contacted", "yes"):
        nora.says(text, waits=False)
    http_office.until(lambda: len(answers(http_office, nora)) == 4 and http_office.open_rows() == 0, 20)

    assert (http_office.status("Jane Roe"), http_office.status("May Lin")) == ("Contacted", "Contacted")
    assert Counter(http_office.states(Outbox)) == Counter(done=4)


def test_a_socket_that_closes_is_opened_again_and_nothing_is_lost(sqlite_company: object) -> None:
    with Office(sqlite_company, over="socket") as office:  # type: ignore[arg-type]
        nora = office.person("nora")
        nora.says("my hot leads")
        office.slack.sockets.refresh_connections()
        office.slack.sockets.wait_for_connections(1)
        nora.says("my warm leads")
        office.until(lambda: len(answers(office, nora)) == 2)
