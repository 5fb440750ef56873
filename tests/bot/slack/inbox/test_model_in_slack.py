"""A language model behind the phrases, as a rep meets it in Slack: streamed, stopped, down, or missing methods."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from bot.playground.person import LocalPerson
from bot.playground.scripted_model.scripted_answers import calls_tools, drips_text, refuses_with, says
from bot.playground.scripted_model.scripted_server import LocalModel
from bot.playground.web_api.api_faults import answers_error, drops_connection
from bot.slack.inbox.streaming import StreamedAnswer
from bot.slack.payloads.conversation import SlackConversation
from storage.database.errors import DatabaseTrouble
from storage.tables import Vote
from tests.bot.slack.office import Office
from tests.company import Company

WONDERING = "blorp the snarfle, would you kindly?"
"""Words that the phrases cannot read."""

HOT = ("list_leads", {"band": "hot"})
TRUE = "You have 4 hot leads. Rich Osborne leads with 91! Jane Doe of Initech is at 87."


@pytest.fixture
def model() -> Iterator[LocalModel]:
    with LocalModel() as made:
        yield made


@pytest.fixture
def office(sqlite_company: Company, model: LocalModel) -> Iterator[Office]:
    with Office(sqlite_company, openai_api_key=model.key, openai_base_url=model.url, openai_model=model.name) as made:
        yield made


def answers(office: Office, person: LocalPerson) -> list[str]:
    return [each.text for each in office.slack.list_messages(person.dm) if each.user != person.id]


def done(office: Office) -> None:
    office.until(lambda: office.slack.ledger.list_deliveries() and office.open_rows() == 0, 30)


def test_checked_sentences_are_streamed_and_the_whole_answer_takes_their_place(
    office: Office, model: LocalModel
) -> None:
    model.script_answers(calls_tools(HOT), says(TRUE))
    nora = office.person("nora")

    nora.says(WONDERING, waits=False)
    done(office)

    (answer,) = answers(office, nora)
    assert "Rich Osborne" in answer
    methods = [each.method for each in office.slack.ledger.list_calls()]
    assert methods.index("chat.startStream") < methods.index("chat.stopStream") < methods.index("chat.update")
    assert "chat.postMessage" not in methods


def test_what_the_phrases_read_never_reaches_the_model(office: Office, model: LocalModel) -> None:
    nora = office.person("nora")

    assert "4 leads" in nora.says("my hot leads").text
    assert not model.asked


@pytest.mark.parametrize("missing", [("chat.startStream",), ("chat.startStream", "assistant.threads.setStatus")])
def test_without_streams_a_message_grows_into_the_answer(
    office: Office, model: LocalModel, missing: tuple[str, ...]
) -> None:
    model.script_answers(calls_tools(HOT), says(TRUE))
    for method in missing:
        office.slack.faults.plan_fault(method, answers_error("unknown_method"), times=None)
    nora = office.person("nora")

    nora.says(WONDERING, waits=False)
    done(office)

    assert len(answers(office, nora)) == 1
    assert "Jane Doe" in answers(office, nora)[0]


@pytest.mark.parametrize("method", ["chat.appendStream", "chat.stopStream", "chat.update"])
def test_a_stream_that_ends_or_fails_leaves_one_whole_answer(office: Office, model: LocalModel, method: str) -> None:
    model.script_answers(calls_tools(HOT), says(TRUE))
    fault = (
        answers_error("message_not_in_streaming_state")
        if method == "chat.appendStream"
        else drops_connection(after=False)
    )
    office.slack.faults.plan_fault(method, fault)
    nora = office.person("nora")

    nora.says(WONDERING, waits=False)
    done(office)

    assert len(answers(office, nora)) == 1
    assert "Jane Doe" in answers(office, nora)[0]


def test_a_write_the_model_wants_is_only_proposed(office: Office, model: LocalModel) -> None:
    model.script_answers(calls_tools(("set_lead_status", {"name": "jane roe", "status": "Contacted"})))
    nora = office.person("nora")

    nora.says("do the needful about jane roe, she is warm to us now i think", waits=False)
    done(office)

    assert office.status("Jane Roe") == "Open"
    assert office.writes() == 0


def test_stop_ends_the_turn_and_does_nothing(office: Office, model: LocalModel) -> None:
    model.script_answers(calls_tools(HOT), drips_text("You have 4 hot leads. " + "They are all open. " * 40, 0.02))
    nora = office.person("nora")
    seen = nora.says(WONDERING, waits=False)
    seen.wait_until(lambda seen: any(each.stream for each in seen.messages))

    nora.presses_stop(seen.messages[-1])
    done(office)

    assert "Stopped" in answers(office, nora)[0]


def test_a_model_that_is_down_leaves_a_plain_sentence(office: Office, model: LocalModel) -> None:
    model.script_answers(refuses_with(503), refuses_with(503), refuses_with(503))
    nora = office.person("nora")

    nora.says(WONDERING, waits=False)
    done(office)

    assert len(answers(office, nora)) == 1
    assert answers(office, nora)[0]


def test_a_wrong_key_is_told_to_administrators_once(office: Office, model: LocalModel) -> None:
    model.script_answers(*[refuses_with(401)] * 4)
    priya, nora = office.person("priya"), office.person("nora")
    priya.says("help")

    for _ in range(2):
        nora.says(WONDERING, waits=False)
        done(office)

    assert sum("OPENAI_API_KEY" in each for each in answers(office, priya)) == 1


def test_a_command_that_needs_the_model_is_answered_later_to_the_asker_alone(office: Office, model: LocalModel) -> None:
    model.script_answers(calls_tools(HOT), says(TRUE))
    nora = office.person("nora")

    seen = nora.uses_command("/leadlight", WONDERING, waits=False)
    done(office)

    assert "One moment" in str(seen.ack_body)
    assert any("Rich Osborne" in each.text for each in nora.visible_messages())


def test_a_vote_outlives_the_words(office: Office, model: LocalModel) -> None:
    model.script_answers(calls_tools(HOT), says(TRUE))
    nora = office.person("nora")
    nora.says(WONDERING, waits=False)
    done(office)
    answer = next(each for each in nora.visible_messages() if each.user != nora.id)

    nora.chooses(answer, "vote", "positive")
    done(office)

    with office.database.begin_read() as session:
        (vote,) = session.scalars(select(Vote))
        assert (vote.good, vote.understood_by, vote.command) == (True, "model", "list_leads")


def test_a_database_that_is_busy_does_not_end_an_answer_that_is_being_watched(office: Office) -> None:
    """Where the answer has begun cannot be kept at this moment; the answer itself goes on."""
    nora = office.person("nora")
    asked = nora.says("help")
    team = office.running.bot.teams.find_team(office.slack.team.id)
    assert team is not None

    def busy(ts: str) -> None:
        raise DatabaseTrouble("busy")

    client = office.clients.posting(team.token)
    live = StreamedAnswer(client, team, SlackConversation(nora.dm.id, asked.messages[-1].thread_ts), nora.id, busy)
    live.show_sentence("You have 4 hot leads.")
    live.show_sentence("They are all open.")

    assert live.stop_stream() == live.ts is not None
