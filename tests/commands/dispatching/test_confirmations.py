"""A yes belongs to one person, counts once, within fifteen minutes, for what was shown.

See docs/architecture.md, "What must always hold".
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import func, select

from commands import BY_VERB, PRESSABLE
from commands.contract.context import WorkspaceDefaults
from commands.contract.reply import ReplyState
from commands.dispatching.dispatcher import Dispatcher
from storage.database.doors import Database
from storage.tables import AuditEntry, Rep
from tests.company import Company
from tests.database_contents import contents
from tests.desk import Desk

WRITE = "set_lead_status jane doe status=qualified"
SEVERAL_PROCESSES = 4


def status_changes(database: Database) -> int:
    """How many times somebody set a status."""
    with database.begin_read() as session:
        query = select(func.count()).select_from(AuditEntry).where(AuditEntry.command == "set_lead_status")
        return session.scalar(query) or 0


@pytest.mark.parametrize("other", ["dana", "helen", "priya", "console"])
def test_another_person_cannot_say_yes(company: Company, desk: Callable[..., Desk], other: str) -> None:
    card = desk("nora").means(WRITE)
    before = contents(company.database)

    assert desk(other).confirm(card).state is ReplyState.NOT_FOUND
    assert desk(other).cancel(card).state is ReplyState.NOT_FOUND
    assert contents(company.database) == before
    assert desk("nora").confirm(card).state is ReplyState.DONE


def test_a_yes_counts_for_fifteen_minutes(company: Company, desk: Callable[..., Desk]) -> None:
    before = contents(company.database)
    in_time, late = desk("nora"), desk("nora")
    card = in_time.means(WRITE)

    refused = late.wait(minutes=15).confirm(card)

    assert refused.state is ReplyState.REFUSED
    assert "fifteen minutes" in refused.head
    assert contents(company.database) == before
    assert in_time.wait(minutes=14, seconds=59).confirm(card).state is ReplyState.DONE


def test_a_yes_counts_once(company: Company, desk: Callable[..., Desk]) -> None:
    nora = desk("nora")
    card = nora.means(WRITE)

    assert nora.confirm(card).state is ReplyState.DONE
    after = contents(company.database)
    assert nora.confirm(card).state is not ReplyState.DONE
    assert contents(company.database) == after
    assert status_changes(company.database) == 1


def test_a_no_is_final(company: Company, desk: Callable[..., Desk]) -> None:
    nora = desk("nora")
    before = contents(company.database)
    card = nora.means(WRITE)

    assert nora.cancel(card).state is ReplyState.ANSWERED
    assert nora.confirm(card).state is ReplyState.REFUSED
    assert contents(company.database) == before


def test_a_record_that_changed_meanwhile_is_left_alone(company: Company, desk: Callable[..., Desk]) -> None:
    nora = desk("nora")
    card = nora.means(WRITE)
    assert desk("helen").types("set_lead_status jane doe status=unqualified").state is ReplyState.DONE
    before = contents(company.database)

    refused = nora.confirm(card)

    assert refused.state is ReplyState.REFUSED
    assert "changed in the meantime" in refused.head
    assert contents(company.database) == before
    assert nora.confirm(card).state is ReplyState.REFUSED


def test_a_list_that_grew_meanwhile_is_shown_again(company: Company, desk: Callable[..., Desk]) -> None:
    nora = desk("nora")
    card = nora.types("set_lead_status_many source=Quiz status=contacted")
    assert card.state is ReplyState.CONFIRM
    desk("nora", thread="elsewhere").types("create_lead last_name=Newcomer company=Latecomers source=Quiz")
    before = contents(company.database)

    assert nora.confirm(card).state is ReplyState.REFUSED
    assert contents(company.database) == before


def test_a_person_who_left_cannot_say_yes(company: Company, desk: Callable[..., Desk]) -> None:
    nora = desk("nora")
    card = nora.means(WRITE)
    with company.database.begin_write() as session:
        session.get_one(Rep, company.person("nora")).active = False
    before = contents(company.database)

    assert nora.confirm(card).state is ReplyState.REFUSED
    assert contents(company.database) == before


def test_what_is_hidden_by_now_is_not_found(company: Company, desk: Callable[..., Desk]) -> None:
    nora = desk("nora")
    card = nora.means(WRITE)
    assert desk("helen").types("assign_lead jane doe owner=tom").state is ReplyState.DONE
    before = contents(company.database)

    assert nora.confirm(card).state is ReplyState.NOT_FOUND
    assert contents(company.database) == before


def test_a_choice_takes_one_of_the_numbers_once(company: Company, desk: Callable[..., Desk]) -> None:
    nora = desk("nora")
    question = nora.types("set_lead_status jane status=qualified")
    before = contents(company.database)

    for number in (0, -1, len(question.choices) + 1, 99):
        assert nora.choose(question, number).state is ReplyState.REFUSED
    assert desk("dana").choose(question, 1).state is ReplyState.NOT_FOUND
    assert contents(company.database) == before
    assert nora.choose(question, 1).state is ReplyState.DONE
    assert nora.choose(question, 2).state is ReplyState.REFUSED
    assert status_changes(company.database) == 1


def test_many_clicks_at_once_are_one(company: Company, desk: Callable[..., Desk]) -> None:
    card = desk("nora").means(WRITE)
    desks = [desk("nora") for _ in range(6)]

    with ThreadPoolExecutor(len(desks)) as people:
        replies = list(people.map(lambda each: each.confirm(card), desks))

    assert [reply.state for reply in replies].count(ReplyState.DONE) == 1
    assert ReplyState.ERROR not in [reply.state for reply in replies]
    assert status_changes(company.database) == 1


# What was imported serves for all of the processes, which so begin at the same moment.
PROCESSES = """
import json, os, sys
from datetime import datetime
from commands import BY_VERB
from commands.contract.context import WorkspaceDefaults
from commands.dispatching.dispatcher import Dispatcher
from commands.dispatching.request import Request
from storage.database.doors import Database
from storage.tables import AuditEntry, Rep

asked = json.load(sys.stdin)
request = Request(asked["workspace"], asked["rep"], "chat", datetime.fromisoformat(asked["now"]))
running = []
for _ in range(asked["processes"]):
    running.append(os.fork())
    if not running[-1]:
        dispatcher = Dispatcher(Database(asked["url"]), BY_VERB, WorkspaceDefaults())
        os.write(1, f"{dispatcher.confirm_proposal(request, asked['confirmation']).state}\\n".encode())
        os._exit(0)
for each in running:
    os.waitpid(each, 0)
"""


def test_several_processes_that_hear_the_same_yes_carry_it_out_once(
    company: Company, desk: Callable[..., Desk]
) -> None:
    card = desk("nora").means(WRITE)
    asked = {
        "workspace": company.workspace_id,
        "rep": company.person("nora"),
        "now": company.now.isoformat(),
        "url": company.database.url.render_as_string(hide_password=False),
        "confirmation": card.confirmation,
        "processes": SEVERAL_PROCESSES,
    }
    said = subprocess.run(
        [sys.executable, "-c", PROCESSES],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[3],
    ).stdout.split()

    assert len(said) == SEVERAL_PROCESSES
    assert said.count("done") == 1
    assert "error" not in said
    assert status_changes(company.database) == 1


def test_of_several_records_the_one_the_thread_has_shown_comes_first(desk: Callable[..., Desk]) -> None:
    here, elsewhere = desk("nora", thread="t1"), desk("nora", thread="t2")
    assert [each.name for each in here.says("who is jane?").choices][:2] == ["Jane Doe", "Jane Roe"]
    here.says("who is jane roe?")

    assert [each.name for each in here.says("who is jane?").choices][:2] == ["Jane Roe", "Jane Doe"]
    assert [each.name for each in elsewhere.says("who is jane?").choices][:2] == ["Jane Doe", "Jane Roe"]


HARTLEY = "update_lead will hartley field={field} value={value}"
NEW_DEAL = "create_opportunity 'kitsune games' name='Winter lamps' amount=8000"
MEANWHILE = {
    "the lead has another address": (
        "nora",
        "convert_lead will hartley",
        "helen",
        HARTLEY.format(field="email", value="will@harbour.example"),
    ),
    "the lead has another company": (
        "nora",
        "convert_lead will hartley",
        "helen",
        HARTLEY.format(field="company", value="Quay"),
    ),
    "the lead has another owner": (
        "helen",
        "convert_lead will hartley",
        "priya",
        "assign_lead will hartley owner=dana",
    ),
    "somebody of that address was added": (
        "nora",
        "create_lead last_name=Abel company=Tidal email=abel@tidal.example",
        "nora",
        "create_lead first_name=Ann last_name=Abel company=Tide email=abel@tidal.example",
    ),
    "another deal was opened there": (
        "nora",
        "create_opportunity 'kitsune games' name='Winter lamps'",
        "nora",
        "create_opportunity 'kitsune games' name='Summer lamps'",
    ),
}


@pytest.mark.parametrize("case", MEANWHILE)
def test_a_yes_does_nothing_but_what_its_card_showed(company: Company, desk: Callable[..., Desk], case: str) -> None:
    first_name, asked, other_name, other = MEANWHILE[case]
    person, colleague = desk(first_name), desk(other_name, thread="elsewhere")
    card = person.means(asked)
    done = colleague.types(other)
    if done.state is ReplyState.CONFIRM:
        done = colleague.confirm(done)
    assert done.state is ReplyState.DONE
    before = contents(company.database)

    refused = person.confirm(card)

    assert refused.state is ReplyState.REFUSED
    assert "changed in the meantime" in refused.head
    assert contents(company.database) == before
    assert person.means(asked).state is ReplyState.CONFIRM


def test_a_stage_that_was_shown_is_no_other_once_it_is_retired(company: Company, desk: Callable[..., Desk]) -> None:
    nora = desk("nora")
    card = nora.means(NEW_DEAL)
    assert "Prospecting" in card.head
    office = Dispatcher(company.database, BY_VERB, WorkspaceDefaults(), PRESSABLE)
    done = Desk(office, company, "priya").calls("change_stage", stage="Prospecting", retired=True)
    assert done.state is ReplyState.DONE
    before = contents(company.database)

    assert "changed in the meantime" in nora.confirm(card).head
    assert contents(company.database) == before


def test_a_close_date_that_was_shown_does_not_move_at_the_end_of_the_quarter(
    company: Company, desk: Callable[..., Desk]
) -> None:
    evening = company.now.replace(month=12, day=31, hour=22, minute=50)
    nora = desk("nora").wait(seconds=(evening - company.now).total_seconds())
    early, late = nora.means(NEW_DEAL), nora.means(NEW_DEAL.replace("Winter", "Summer"))
    assert nora.wait(minutes=2).confirm(early).state is ReplyState.DONE
    before = contents(company.database)

    assert nora.wait(minutes=12).confirm(late).state is ReplyState.REFUSED
    assert contents(company.database) == before


def test_a_card_of_a_new_record_holds_while_nothing_of_it_changes(company: Company, desk: Callable[..., Desk]) -> None:
    nora, elsewhere = desk("nora"), desk("nora", thread="elsewhere")
    card = nora.means("convert_lead will hartley")
    for each in ("create_lead last_name=Newcomer", "create_opportunity 'umbrella retail' name=Lamps"):
        desk("dana").types(each)
    elsewhere.types("log_activity will hartley kind=call note='Called back'")

    assert nora.wait(minutes=3).confirm(card).state is ReplyState.DONE


def test_a_name_that_was_misspelled_is_asked_about_once(desk: Callable[..., Desk]) -> None:
    nora = desk("nora")
    card = nora.types("set_lead_status 'will hartlee' status=contacted")
    assert "You wrote" in card.notes[0]

    assert nora.confirm(card).state is ReplyState.DONE
