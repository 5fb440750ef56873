"""A press that settles nothing takes nothing away: not the answer, not its Undo, not somebody else's card."""

from __future__ import annotations

from typing import Any

from bot.playground.person import LocalPerson
from bot.playground.workspace.slack_state import LocalMessage
from tests.bot.slack.office import Office


def labels(message: LocalMessage) -> list[str]:
    """Return what stands on the buttons of a message."""
    return [str(each["text"]["text"]) for each in elements(message) if each.get("type") == "button"]


def elements(message: LocalMessage) -> list[dict[str, Any]]:
    return [each for block in message.blocks for each in block.get("elements", [])]


def press_twice(office: Office, person: LocalPerson, card: LocalMessage, first: str, second: str) -> LocalMessage:
    """Press two buttons of a card, the second one before the answer to the first has come; return what stands there."""
    shown = [dict(each) for each in card.blocks]
    person.presses(card, first)
    answered = card.blocks
    card.blocks = shown
    person.presses(card, second)
    if card.blocks is shown:
        card.blocks = answered
    return card


def test_a_second_confirm_leaves_the_answer_and_its_undo(office: Office) -> None:
    nora = office.person("nora")
    card = nora.says("mark jane roe as contacted").messages[0]

    shown = press_twice(office, nora, card, "Confirm", "Confirm")

    assert "Contacted" in str(shown.blocks)
    assert "Undo" in labels(shown)
    assert (office.status("Jane Roe"), office.writes()) == ("Contacted", 1)


def test_a_cancel_after_a_confirm_and_a_change_after_it_leave_the_answer(office: Office) -> None:
    nora = office.person("nora")
    for second in ("Cancel", "Change"):
        card = nora.says("mark jane roe as contacted").messages[0]
        shown = press_twice(office, nora, card, "Confirm", second)

        assert "Undo" in labels(shown)
        nora.presses(shown, "Undo")


def test_a_second_choice_leaves_the_card_of_the_first(office: Office) -> None:
    nora = office.person("nora")
    asked = nora.says("mark jane as contacted").messages[0]

    shown = press_twice(office, nora, asked, "choose:2", "choose:1")

    assert "Confirm" in labels(shown)
    assert office.writes() == 0


def test_a_forged_press_leaves_the_card_of_whoever_it_belongs_to(office: Office) -> None:
    nora, helen = office.person("nora"), office.person("helen")
    card = nora.says("mark jane roe as contacted").messages[0]
    theirs = helen.says("mark may lin as contacted").messages[0]
    secrets = {each["action_id"]: each["value"] for each in elements(card) if "value" in each}
    before = labels(theirs)
    for each in elements(theirs):
        if each.get("action_id") in secrets:
            each["value"] = secrets[each["action_id"]]

    for button in ("Confirm", "Change", "Cancel"):
        helen.presses(theirs, button)

        assert labels(theirs) == before
    assert office.writes() == 0
    nora.presses(card, "Confirm")
    assert office.status("Jane Roe") == "Contacted"


def test_a_question_that_is_too_old_loses_its_buttons(office: Office) -> None:
    nora = office.person("nora")
    card = nora.says("mark jane roe as contacted").messages[0]
    office.wait(minutes=16)

    nora.presses(card, "Confirm")

    assert "Confirm" not in labels(card)
    assert "fifteen minutes" in str(card.blocks)
