"""Changing a lead's status, as a rep sees it."""

from collections.abc import Callable

from commands.contract.reply import ReplyState
from tests.desk import Desk


def test_a_typed_change_is_done_at_once_and_offers_undo(desk: Callable[..., Desk]) -> None:
    reply = desk("nora").types("set_lead_status jane doe status=qualified")

    assert reply.state is ReplyState.DONE
    assert [(change.field, change.before, change.after) for change in reply.change] == [
        ("status", "Contacted", "Qualified")
    ]
    assert [button.label for button in reply.buttons] == ["Convert", "Undo"]


def test_a_change_understood_from_a_sentence_asks_first(desk: Callable[..., Desk]) -> None:
    nora = desk("nora")

    card = nora.means("set_lead_status jane doe status=qualified")
    done = nora.confirm(card)

    assert card.state is ReplyState.CONFIRM
    assert done.state is ReplyState.DONE
    assert nora.confirm(card).state is ReplyState.REFUSED


def test_a_colleagues_lead_is_not_found(desk: Callable[..., Desk]) -> None:
    assert desk("dana").types("set_lead_status jane doe status=qualified").state is ReplyState.NOT_FOUND


def test_two_janes_are_asked_about_before_anything_changes(desk: Callable[..., Desk]) -> None:
    nora = desk("nora")

    question = nora.types("set_lead_status jane status=qualified")
    done = nora.choose(question, 2)

    assert question.state is ReplyState.CHOOSE
    assert done.state is ReplyState.DONE
    assert done.change[0].name == question.choices[1].name
