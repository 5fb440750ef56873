"""Another Slack, with fewer methods, blocks and fields, and sockets that do not last: each thing is answered once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.playground.person import LocalPerson
from tests.bot.slack.office import Office
from tests.bot.slack.reduced_slack import Restless, strip
from tests.company import Company


@pytest.fixture(params=["http", "socket"])
def spare(request: pytest.FixtureRequest, sqlite_company: Company, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    with Office(sqlite_company, over=request.param) as office:
        strip(office.slack, monkeypatch)
        yield office


def answers(office: Office, person: LocalPerson) -> list[str]:
    return [each.text for each in office.slack.list_messages(person.dm) if each.user != person.id]


def test_a_message_is_answered_once(spare: Office) -> None:
    nora = spare.person("nora")

    assert "4 leads" in nora.says("my hot leads").text
    assert len(answers(spare, nora)) == 1


def test_a_table_is_said_in_lines(spare: Office) -> None:
    nora = spare.person("nora")

    assert "Negotiation" in nora.says("my pipeline by stage").wait_until(lambda seen: seen.messages).text
    assert len(answers(spare, nora)) == 1


def test_a_mention_is_answered_to_the_asker_alone(spare: Office) -> None:
    nora = spare.person("nora")
    sales = spare.slack.add_channel("sales", nora)

    nora.mentions_app("my hot leads", sales, waits=False)
    spare.until(lambda: answers(spare, nora))
    spare.until(lambda: spare.open_rows() == 0)

    assert len(answers(spare, nora)) == 1
    assert "4 leads" not in "".join(each.text for each in spare.slack.list_messages(sales))


@pytest.mark.parametrize("text", ["my hot leads", "my pipeline by stage", "log_activity jane roe kind=call text=hello"])
def test_a_command_is_answered_in_its_acknowledgement(spare: Office, text: str) -> None:
    nora = spare.person("nora")

    seen = nora.uses_command("/leadlight", text)

    assert seen.error is None
    assert len(seen.messages) == 1


def test_a_write_is_confirmed_and_undone_by_buttons(spare: Office) -> None:
    nora = spare.person("nora")
    card = nora.says("mark jane roe as contacted").messages[0]

    nora.presses(card, "Confirm", waits=False)
    spare.until(lambda: "is now Contacted" in answers(spare, nora)[0])
    done = spare.slack.list_messages(nora.dm)[-1]
    nora.presses(done, "Undo", waits=False)
    spare.until(lambda: spare.status("Jane Roe") == "Open")
    spare.until(lambda: spare.open_rows() == 0)

    assert spare.writes() == 2


def test_two_buttons_pressed_without_a_time_are_two_presses(spare: Office) -> None:
    nora = spare.person("nora")
    first = nora.says("mark jane roe as contacted").messages[0]
    second = nora.says("mark may lin as contacted").messages[0]

    for card in (first, second):
        nora.presses(card, "Confirm", waits=False)
    spare.until(lambda: spare.writes() == 2)

    assert (spare.status("Jane Roe"), spare.status("May Lin")) == ("Contacted", "Contacted")


def test_a_lead_is_converted_by_the_form(spare: Office) -> None:
    nora = spare.person("nora")
    nora.says("my hot leads")
    modal = nora.uses_command("/convert", "glenn close").modal
    assert modal is not None

    seen = nora.submits_modal(modal).wait_until(lambda seen: seen.messages)

    assert "Glenn Close" in seen.text
    assert spare.writes() == 1


def test_a_form_opened_by_a_button_is_answered_in_its_thread(spare: Office) -> None:
    nora = spare.person("nora")
    card = nora.says("convert glenn close").messages[0]
    modal = nora.presses(card, "Change", waits=False).wait_until(lambda seen: seen.modal).modal
    assert modal is not None

    nora.submits_modal(modal, waits=False)
    spare.until(lambda: spare.writes() == 1)
    spare.until(lambda: spare.open_rows() == 0)

    assert len(answers(spare, nora)) == 2


def test_the_home_is_shown(spare: Office) -> None:
    nora = spare.person("nora")

    assert nora.opens_home().wait_until(lambda seen: seen.home).home is not None


@pytest.mark.parametrize("first", ["Priya", "nora"])
def test_a_home_is_shown_and_shown_again_to_a_rep_and_to_an_administrator(spare: Office, first: str) -> None:
    person = spare.person(first)

    for _ in range(2):
        home = person.opens_home(waits=False).wait_until(lambda seen: seen.home).home
        assert home is not None
        assert person.user.real_name.split()[0] in str(home.content)


def test_a_form_that_is_refused_once_opens_when_it_is_asked_for_again(spare: Office) -> None:
    nora = spare.person("nora")

    first = nora.uses_command("/convert", "glenn close", waits=False)
    second = nora.uses_command("/convert", "glenn close", waits=False)

    assert first.modal is not None or "press again" in first.text
    assert second.modal is not None


def test_presses_without_a_trigger_are_each_their_own(http_office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    strip(http_office.slack, monkeypatch)
    nora = http_office.person("nora")
    send = http_office.slack.deliveries.start_delivery
    monkeypatch.setattr(
        http_office.slack.deliveries,
        "start_delivery",
        lambda kind, name, team, payload: send(kind, name, team, {**payload, "trigger_id": ""}),
    )

    for words in ("one", "two"):
        nora.uses_command("/leadlight", f"log_activity jane roe kind=call text={words}")

    assert http_office.writes() == 2


@pytest.mark.parametrize("seconds", [2.0])
def test_sockets_that_do_not_last_lose_no_event(sqlite_company: Company, seconds: float) -> None:
    with Office(sqlite_company, over="socket") as office, Restless(office.slack, seconds):
        nora = office.person("nora")
        for number in range(5):
            nora.says(f"log_activity jane roe kind=call text=call{number}", waits=False)
            office.slack.advance_clock(61)
        for _ in range(2):
            office.until(
                lambda: (
                    not any(not each.settled and not each.attempts for each in office.slack.ledger.list_deliveries())
                ),
                30,
            )
            office.slack.advance_clock(400)
        office.slack.wait_until_quiet(60)
        office.until(lambda: office.open_rows() == 0, 30)

        assert office.writes() == 5
        assert len(answers(office, nora)) == 5
