"""What a person says in a thread, and what happens."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.dialogue.dialogue import Conversation
from commands.contract.reply import Button, Reply, ReplyState
from commands.dispatching.open_questions import save_offers
from storage.workspaces.workspace_vocabulary import add_status
from tests.company import Company
from tests.database_contents import contents
from tests.desk import Desk

Sit = Callable[..., Desk]


@pytest.fixture
def nora(desk: Sit) -> Desk:
    return desk("nora", thread="t1")


def names(reply: Reply) -> list[str]:
    return [record.name for record in reply.records]


def test_a_question_is_answered_with_the_call_it_was_read_as(nora: Desk) -> None:
    reply = nora.says("who's hot right now?")

    assert (reply.command, reply.arguments, reply.understood_by) == ("list_leads", {"band": ["hot"]}, "phrases")


UNCLEAR = "frobnicate leads of mine for everyone"


def offered(asked: Reply) -> Reply:
    assert asked.state is ReplyState.NOT_UNDERSTOOD
    assert asked.buttons, "what is said has to be unclear here"
    assert "Did you mean" in asked.head
    return asked


def test_a_yes_or_a_number_takes_an_offer(nora: Desk) -> None:
    offers = offered(nora.says(UNCLEAR)).buttons
    taken = nora.says("yes" if len(offers) == 1 else "1")

    assert (taken.state, taken.command) == (ReplyState.ANSWERED, offers[0].command)
    assert nora.says("yes").head == "Nothing here waits for a yes or a no."


def test_an_offer_waits_for_its_own_person_and_thread(nora: Desk, desk: Sit) -> None:
    offered(nora.says(UNCLEAR))

    for other in (desk("nora", thread="t2"), desk("tom", thread="t1")):
        assert other.says("1").command is None
    assert nora.says("no").head == "All right, nothing was changed."
    assert nora.says("1").command is None


def test_an_offer_is_over_once_the_thread_went_on(nora: Desk) -> None:
    offered(nora.says(UNCLEAR))
    nora.wait(minutes=1)
    nora.says("my hot leads")

    assert nora.says("yes").head == "Nothing here waits for a yes or a no."


def test_an_offered_change_is_only_proposed(nora: Desk, company: Company) -> None:
    before = contents(company.database)
    request, dispatcher = nora.request, nora.dispatcher
    with company.database.begin_write() as session:
        save_offers(session, request, (Button("x", "set_lead_status", {"name": "May Lin", "status": "Contacted"}),))
    card = nora.says("yes")

    assert (card.state, card.head) == (ReplyState.CONFIRM, "Set May Lin to Contacted?")
    assert contents(company.database) == before
    assert dispatcher.confirm_proposal(request, card.confirmation or "").state is ReplyState.DONE


def test_an_hour_that_a_reminder_cannot_keep_is_said(nora: Desk) -> None:
    lost = nora.says("remind me to call May Lin on friday at 3pm")
    kept = nora.says("remind me on friday to send May Lin the offer at 3pm")

    assert lost.notes == ("Only the day is kept, not 15:00.",)
    assert (kept.notes, (kept.arguments or {})["note"]) == ((), "send May Lin the offer at 3pm")


def test_a_write_from_a_sentence_waits_for_a_yes(nora: Desk) -> None:
    card = nora.says("mark will as contacted")
    done = nora.says("yes")

    assert card.state is ReplyState.CONFIRM
    assert (done.state, done.change[0].name, done.change[0].after) == (ReplyState.DONE, "Will Hartley", "Contacted")


def test_a_yes_to_did_you_mean_confirms_no_card_from_before(nora: Desk) -> None:
    card = nora.says("mark will as contacted")
    asked = nora.says("left jane roe a voicemail i think")
    assert (asked.state, "Did you mean" in asked.head) == (ReplyState.NOT_UNDERSTOOD, True), asked.head

    taken = nora.says("yes")
    assert (taken.state, taken.head) == (ReplyState.CONFIRM, "Log a call with Jane Roe?")
    assert nora.confirm(card).state is ReplyState.DONE, "the card itself can still be pressed"


@pytest.mark.parametrize(
    "answer", ["y", "Y!", "y please", "👍", ":+1:", ":+1::skin-tone-3:", "okey dokey", "Yep, that's right"]
)
def test_a_card_is_agreed_to_as_people_type_on_a_phone(nora: Desk, answer: str) -> None:
    nora.says("snooze will until monday")
    done = nora.says(answer)

    assert (done.state, done.command) == (ReplyState.DONE, "snooze_lead")


@pytest.mark.parametrize("answer", ["n", "N.", "n thanks", "👎", ":-1:"])
def test_a_card_is_refused_as_people_type_on_a_phone(nora: Desk, answer: str) -> None:
    nora.says("snooze will until monday")

    assert nora.says(answer).head == "All right, nothing was changed."
    assert nora.says("y").state is not ReplyState.DONE


@pytest.mark.parametrize("answer", [":+1:", "yes", "y"])
def test_a_yes_chooses_none_of_several(nora: Desk, answer: str) -> None:
    assert nora.says("show me jane").state is ReplyState.CHOOSE
    assert nora.says(answer).head == "Which one? Type its number or its name."
    assert nora.says("2").state is ReplyState.ANSWERED, "the choice is still open"


def test_no_puts_the_proposal_aside(nora: Desk) -> None:
    nora.says("mark will as contacted")

    assert nora.says("nope, forget it").state is ReplyState.ANSWERED
    assert nora.says("yes").state is ReplyState.NOT_UNDERSTOOD


def test_yes_in_another_thread_confirms_nothing(desk: Sit, nora: Desk) -> None:
    nora.says("mark will as contacted")

    assert desk("nora", thread="t2").says("yes").state is ReplyState.NOT_UNDERSTOOD


@pytest.mark.parametrize("answer", ["2", "the second one", "the globex one", "roe"])
def test_a_choice_is_answered_by_number_or_name(nora: Desk, answer: str) -> None:
    asked = nora.says("novak") if answer == "2" else nora.says("show me jane")
    reply = nora.says(answer)

    assert asked.state is ReplyState.CHOOSE
    assert reply.state is ReplyState.ANSWERED
    assert reply.command == "show_record"


def test_she_is_the_lead_that_was_shown(nora: Desk) -> None:
    nora.says("jane doe")

    assert nora.says("why so high?").arguments == {"name": "Jane Doe"}


def test_the_second_one_is_the_second_of_the_list(nora: Desk) -> None:
    shown = names(nora.says("my hot leads"))

    assert nora.says("the second one").arguments == {"name": shown[1]}


def test_a_question_goes_on_from_the_last_one(nora: Desk) -> None:
    nora.says("how much did we win this quarter?")

    reply = nora.says("and last quarter?")

    assert reply.arguments == {"measure": "won_amount", "period": {"from": "2026-07-01", "to": "2026-09-30"}}


def test_our_means_all_that_one_may_see_to_somebody_with_nobody_below(nora: Desk) -> None:
    reply = nora.says("list_opportunities owner=team")

    assert reply.receipt is not None
    assert reply.receipt.scope.startswith("everyone's")


def test_two_requests_are_both_answered(nora: Desk) -> None:
    reply = nora.says("Mark Will Hartley as contacted and remind me about him on Friday")

    assert reply.command == "set_lead_status"
    assert [each.command for each in reply.also] == ["set_follow_up"]
    assert reply.confirmation != reply.also[0].confirmation


def test_what_is_understood_beside_what_is_not_is_answered_or_offered(nora: Desk) -> None:
    reply = nora.says("show me hot leads and order a pizza")

    offered = [button.command for button in reply.buttons]
    assert reply.command == "list_leads" or (reply.state, offered[0]) == (ReplyState.NOT_UNDERSTOOD, "list_leads")


def test_half_of_a_message_is_not_changed_where_the_other_half_is_not_clear(nora: Desk) -> None:
    reply = nora.says("mark will as contacted, and then blorp the snarfle")

    assert all(each.state is ReplyState.NOT_UNDERSTOOD for each in (reply, *reply.also))


@pytest.mark.parametrize(
    "sentence",
    [
        "please don't mark Jane Doe as qualified yet",
        "do not convert jane doe",
        "if rich signs, mark initech as won",
        "once sunday sends me the budget, mark him as qualified",
        "should i convert glenn?",
        "maybe push globex to january",
        "i think we should drop hope",
        "unless may answers by friday, drop her",
        "what if atlantica moved to january?",
        "is jane doe contacted?",
        "has the atlantica deal been won?",
        "initech fleet renewal is not won yet",
        "nobody converts jane doe without me",
        "reassign nora's and tom's quiz leads to dana unless they are hot",
        "i will call jane doe tomorrow",
    ],
)
def test_what_is_negated_conditional_imagined_or_asked_writes_nothing(nora: Desk, sentence: str) -> None:
    reply = nora.says(sentence)

    assert reply.state not in (ReplyState.CONFIRM, ReplyState.DONE)


def test_the_digest_is_set_at_once(nora: Desk) -> None:
    assert nora.says("send my digest at 7:30").state is ReplyState.DONE


def test_a_typed_form_runs_at_once(nora: Desk) -> None:
    assert nora.says("set_lead_status jane roe status=contacted").state is ReplyState.DONE


def test_a_typed_form_that_does_not_fit_is_refused_in_words(nora: Desk) -> None:
    assert nora.says("set_digest nonsense").state is ReplyState.REFUSED


@pytest.mark.parametrize("text", ["", "   ", "\n", "x" * 4001, "\u200b\u200b"])
def test_nothing_and_too_much_get_one_kind_sentence(nora: Desk, text: str) -> None:
    reply = nora.says(text)

    assert reply.state is ReplyState.NOT_UNDERSTOOD
    assert reply.head


def test_what_is_not_understood_offers_reads_alone(nora: Desk) -> None:
    reply = nora.says("flurb the wombat sideways")

    assert reply.state is ReplyState.NOT_UNDERSTOOD
    assert 0 < len(reply.buttons) <= 3
    assert not any(nora.dispatcher.commands[button.command].writes for button in reply.buttons)


def test_a_hidden_record_and_one_that_does_not_exist_answer_alike(nora: Desk) -> None:
    hidden, missing = nora.says("show me Beatrix Stone"), nora.says("show me Bertram Stine")

    assert hidden.state is missing.state
    assert hidden.head.replace("Beatrix Stone", "") == missing.head.replace("Bertram Stine", "")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(
        st.text(max_size=200),
        st.lists(
            st.sampled_from(
                "jane doe will mark may convert drop won lost to as not if on friday 45k push the deal and globex "
                "budget note : , . ? remind me call her all leads dana undo #L1 1e400 31 february 🔥".split()
            ),
            max_size=14,
        ).map(" ".join),
    )
)
def test_whatever_is_said_a_reply_comes_and_nothing_is_written_unasked(nora: Desk, text: str) -> None:
    nora.request = nora.request.__class__(**{**vars(nora.request), "thread": ""})
    reply = Conversation(nora.dispatcher).answer_text(nora.request, text)

    assert reply.head
    assert reply.state is not ReplyState.ERROR
    for each in (reply, *reply.also):
        if each.state is ReplyState.DONE:
            assert each.command in ("set_digest", "undo") or "_" in text
        if each.confirmation:
            # The next text may happen to be a yes.
            nora.cancel(each)


@pytest.mark.parametrize(
    "sentence",
    [
        "give my top 5 web leads to dana",
        "mark my top 5 web leads as contacted",
        "move all my contacted web leads to unqualified",
    ],
)
def test_a_bulk_order_that_cannot_be_kept_as_narrow_as_it_was_said_proposes_nothing(
    desk: Callable[..., Desk], sentence: str
) -> None:
    reply = desk("nora", thread="bulk").says(sentence)

    assert reply.state is not ReplyState.CONFIRM, reply.head


def test_leads_given_away_by_status_are_those_alone(desk: Callable[..., Desk]) -> None:
    reply = desk("nora", thread="bulk").says("give all my qualified leads to dana")

    assert reply.arguments == {"owner": "Dana Whitfield", "status": ["Qualified"]}
    assert {record.fields["status"] for record in reply.records} == {"Qualified"}


def test_open_leads_are_those_of_every_status_of_that_class(desk: Callable[..., Desk]) -> None:
    nora = desk("nora", thread="classes")
    with nora.dispatcher.database.begin_write() as session:
        add_status(session, nora.request.workspace_id, "Open - Not Contacted", "open", 9)

    reply = nora.says("which of my leads are open?")

    assert reply.arguments == {"status": ["Open", "Open - Not Contacted"], "owner": "me"}


def test_a_yes_is_for_the_newest_card_also_where_the_clock_stands(nora: Desk) -> None:
    nora.says("mark will as contacted")
    nora.says("remind me to call jane doe on friday")

    assert [nora.says("yes").command for _ in range(2)] == ["set_follow_up", "set_lead_status"]


def test_of_two_cards_of_one_message_a_yes_is_for_the_first(nora: Desk) -> None:
    nora.says("Mark Will Hartley as contacted and remind me about him on Friday")

    assert [nora.says("yes").command for _ in range(2)] == ["set_lead_status", "set_follow_up"]


@pytest.mark.parametrize("answer", ["yes please", "no, forget it", "ok", "y", "n"])
def test_a_yes_or_no_without_a_question_is_told_so(nora: Desk, answer: str) -> None:
    reply = nora.says(answer)

    assert (reply.state, reply.head) == (ReplyState.NOT_UNDERSTOOD, "Nothing here waits for a yes or a no.")
