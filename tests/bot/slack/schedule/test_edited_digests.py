"""A posted digest is ticked off, in its own message, by what its reader does."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select, update

from bot.playground.person import LocalPerson
from bot.playground.screen.screen_reading import button_labels, visible_text
from bot.playground.web_api.api_faults import Fault, answers_error, rate_limited, server_error
from bot.playground.workspace.slack_state import LocalMessage
from storage.tables import Lead, Rep, Status
from tests.bot.slack.office import Office
from tests.bot.slack.schedule.test_digests import at, only, tick

FAULTS: dict[str, tuple[Callable[[], Fault], int]] = {
    "the message is gone": (lambda: answers_error("message_not_found"), 5),
    "it may not be edited": (lambda: answers_error("cant_update_message"), 5),
    "Slack fails once": (server_error, 1),
    "too many at once": (lambda: rate_limited(1), 1),
}


@pytest.fixture
def nora(http_office: Office) -> LocalPerson:
    """Nora, who has got her digest of Thursday: May Lin, still open, stands first, Glenn Close is qualified."""
    person = http_office.person("nora")
    only(http_office, "Nora")
    with http_office.database.begin_write() as session:
        opened = select(Status.id).where(Status.name == "Open").scalar_subquery()
        session.execute(update(Lead).where(Lead.name == "May Lin").values(status_id=opened, score=99, band="hot"))
    at(http_office, "2026-11-19 08:30")
    tick(http_office)
    return person


def digest_of(office: Office, person: LocalPerson) -> LocalMessage:
    """The digest as it stands once all that is under way has come to an end."""
    office.until(lambda: office.open_rows() == 0, 30)
    return person.visible_messages()[0]


def ticked(office: Office, person: LocalPerson, times: int = 1) -> LocalMessage:
    """The digest once so many of its lines are ticked off: the edit begins a moment after the answer is there."""
    office.until(lambda: visible_text(digest_of(office, person)).count("✓") == times, 30)
    return digest_of(office, person)


def line_of(digest: LocalMessage, name: str) -> str:
    """What the digest says of a lead: its name and the line below."""
    shown = visible_text(digest).splitlines()
    start = next(number for number, each in enumerate(shown) if name in each)
    return " / ".join(shown[start : start + 2])


def test_contacted_is_ticked_off_and_not_offered_again(http_office: Office, nora: LocalPerson) -> None:
    digest = digest_of(http_office, nora)
    offered = button_labels(digest).count("Contacted")

    answer = nora.presses(digest, "Contacted", nth=0)

    edited = ticked(http_office, nora)
    assert "May Lin" in answer.text
    assert edited.ts == digest.ts
    assert line_of(edited, "May Lin") == "1. ✓ May Lin, Operations Manager, Harbor Foods / now Contacted"
    assert button_labels(edited).count("Contacted") == offered - 1
    assert "✓" not in line_of(edited, "Glenn Close")
    assert "1 done." in edited.text


def test_a_logged_call_a_snooze_and_a_conversion_by_form_are_ticked_off(http_office: Office, nora: LocalPerson) -> None:
    digest = digest_of(http_office, nora)
    calls = nora.presses(digest, "Log call", nth=0).modal
    assert calls is not None
    nora.submits_modal(calls, {"Text": "She wants a demo."})
    snooze = nora.presses(digest_of(http_office, nora), "Snooze", nth=1).modal
    assert snooze is not None
    nora.submits_modal(snooze, {"Until": "2026-12-01"})
    convert = nora.presses(digest_of(http_office, nora), "Convert", nth=-1).modal
    assert convert is not None
    nora.submits_modal(convert)

    shown = visible_text(ticked(http_office, nora, 3))

    for done in ("call logged", "snoozed until Tue 1 Dec", "converted"):
        assert done in shown


def test_undo_takes_the_tick_away(http_office: Office, nora: LocalPerson) -> None:
    before = visible_text(digest_of(http_office, nora))
    nora.presses(digest_of(http_office, nora), "Contacted", nth=0)
    ticked(http_office, nora)

    nora.presses(nora.visible_messages()[-1], "Undo")

    assert visible_text(ticked(http_office, nora, 0)) == before


def test_what_is_said_elsewhere_is_ticked_off_today_and_only_there(http_office: Office, nora: LocalPerson) -> None:
    digest_of(http_office, nora)
    asked = nora.says("called may lin, she wants the price list").messages[0]
    nora.presses(asked, "Confirm")
    assert "call logged" in line_of(ticked(http_office, nora), "May Lin")

    at(http_office, "2026-11-23 09:30")
    asked = nora.says("mark glenn close as contacted").messages[0]
    nora.presses(asked, "Confirm")

    assert "✓" not in line_of(digest_of(http_office, nora), "Glenn Close")


def test_an_old_digest_is_ticked_off_by_what_is_done_from_it(http_office: Office, nora: LocalPerson) -> None:
    at(http_office, "2026-11-23 09:30")

    nora.presses(digest_of(http_office, nora), "Contacted", nth=0)

    assert "now Contacted" in line_of(ticked(http_office, nora), "May Lin")


def test_nothing_done_leaves_the_message_unedited(http_office: Office, nora: LocalPerson) -> None:
    digest = digest_of(http_office, nora)
    nora.chooses(digest, "menu:3", "Why?")
    nora.says("digest at 7:30")

    assert digest_of(http_office, nora).edited is None


@pytest.mark.parametrize("fault", FAULTS)
def test_an_edit_that_fails_loses_neither_the_change_nor_its_answer(
    http_office: Office, nora: LocalPerson, fault: str
) -> None:
    make, times = FAULTS[fault]
    http_office.slack.faults.plan_fault("chat.update", make(), times=times)

    answer = nora.presses(digest_of(http_office, nora), "Contacted", nth=0)
    http_office.wait(seconds=30)
    edited = ticked(http_office, nora) if times == 1 else digest_of(http_office, nora)

    assert "May Lin" in answer.text
    assert http_office.status("May Lin") == "Contacted"
    assert ("✓" in visible_text(edited)) == (times == 1)
    # Nothing else comes of it: neither the digest again nor a report.
    assert len(nora.visible_messages()) == 2


def test_two_quick_presses_leave_both_ticks(http_office: Office, nora: LocalPerson) -> None:
    with http_office.database.begin_write() as session:
        session.execute(update(Rep).values(digest_size=3))
    digest = digest_of(http_office, nora)
    calls = nora.presses(digest, "Contacted", nth=0, waits=False)
    snooze = nora.presses(digest, "Snooze", nth=1).modal
    assert snooze is not None
    nora.submits_modal(snooze, {"Until": "2026-12-01"}, waits=False)

    assert calls.error is None
    ticked(http_office, nora, 2)


def test_after_a_press_the_third_one_is_still_the_third_of_the_digest(http_office: Office, nora: LocalPerson) -> None:
    digest = digest_of(http_office, nora)
    shown = visible_text(digest).splitlines()
    third = next(each for each in shown if each.startswith("3. "))[3:].split(",")[0].strip("* ")

    nora.presses(digest, "Contacted", nth=0)
    # The edit of the digest must not be taken for the answer.
    ticked(http_office, nora)

    assert third in nora.says("who is the third one?", thread_ts=digest.ts).text
    assert "Set May Lin" in nora.says("mark the first one as qualified", thread_ts=digest.ts).text
