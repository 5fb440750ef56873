"""Conversions at the same moment, and conversions that die half way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from sqlalchemy import event

from commands import BY_VERB
from commands.contract.context import WorkspaceDefaults
from commands.contract.reply import Reply, ReplyState
from commands.dispatching.dispatcher import Dispatcher
from storage.database.doors import Database
from tests.company import Company
from tests.database_contents import contents, count
from tests.desk import Desk

KINDS = ("account", "contact", "opportunity", "opportunity_contact")
LEADS = ("glenn close", "jane doe")


def converts(url: str, who: str, thread: str, together: Any = None) -> tuple[Reply, Desk]:
    """Ask for the card of Glenn Close's conversion with connections of one's own; wait for the others."""
    database = Database(url)
    company = Company(database)
    desk = Desk(Dispatcher(database, BY_VERB, WorkspaceDefaults()), company, who, thread=thread)
    card = desk.types("convert_lead glenn close create_opportunity=true")
    if together is not None:
        together.wait(30)
    return card, desk


def url_of(database: Database) -> str:
    return database.url.render_as_string(hide_password=False).replace("postgresql+psycopg", "postgresql")


def test_of_several_who_convert_a_lead_at_once_one_does_and_the_others_get_the_same_answer(
    company: Company, database: Database
) -> None:
    before = {table: count(database, table) for table in KINDS}
    entries = count(database, "audit_entry")
    together = threading.Barrier(4)

    def convert(number: int) -> Reply:
        card, desk = converts(url_of(database), "helen" if number % 2 else "nora", f"thread {number}", together)
        return desk.confirm(card)

    with ThreadPoolExecutor(4) as people:
        replies = list(people.map(convert, range(4)))

    assert sorted(reply.state for reply in replies) == [ReplyState.ANSWERED] * 3 + [ReplyState.DONE]
    assert len({tuple(record.id for record in reply.records) for reply in replies}) == 1
    after = {table: count(database, table) for table in KINDS}
    assert after == before | {table: before[table] + 1 for table in ("account", "contact", "opportunity")}
    assert count(database, "audit_entry") == entries + 1


PROCESS = """
import sys
from tests.storage.leads.test_conversion_together import converts
card, desk = converts(sys.argv[1], sys.argv[2], sys.argv[3])
print("ready", flush=True)
sys.stdin.readline()
reply = desk.confirm(card)
print(reply.state, *(record.id for record in reply.records), flush=True)
"""


def test_of_two_processes_that_convert_a_lead_at_once_one_does_and_the_other_gets_the_same_answer(
    company: Company, database: Database
) -> None:
    before = {table: count(database, table) for table in KINDS}
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", PROCESS, url_of(database), "nora", thread],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[3],
        )
        for thread in ("one", "two")
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    answers = [process.communicate(timeout=60)[0].split() for process in processes]

    assert sorted(answer[0] for answer in answers) == ["answered", "done"]
    assert answers[0][1:] == answers[1][1:]
    after = {table: count(database, table) for table in KINDS}
    assert after == before | {table: before[table] + 1 for table in ("account", "contact", "opportunity")}


def test_two_leads_of_one_new_company_do_not_open_it_twice(company: Company, database: Database) -> None:
    with database.begin_write() as session:
        session.connection().exec_driver_sql("UPDATE lead SET company = 'Northwind Traders', email = NULL WHERE id = 1")
    before = count(database, "account")
    together = threading.Barrier(2)

    def convert(name: str) -> Reply:
        own = Database(url_of(database))
        desk = Desk(Dispatcher(own, BY_VERB, WorkspaceDefaults()), Company(own), "nora", thread=name)
        card = desk.types(f"convert_lead {name}")
        together.wait(30)
        return desk.confirm(card)

    with ThreadPoolExecutor(2) as people:
        replies = list(people.map(convert, LEADS))

    assert sorted(reply.state for reply in replies) == [ReplyState.DONE, ReplyState.REFUSED]
    assert count(database, "account") == before + 1


def test_a_conversion_that_is_killed_half_way_leaves_nothing(company: Company, database: Database) -> None:
    statements = (12, 20, 28)
    before = contents(database)

    tried = subprocess.run(
        [sys.executable, "-c", KILLED, url_of(database), *map(str, statements)],
        cwd=Path(__file__).parents[3],
        check=True,
        timeout=60,
        capture_output=True,
        text=True,
    )

    assert tried.stdout.split() == [str(-signal.SIGKILL)] * len(statements)
    assert contents(database) == before


# What was imported serves for each of the processes that are killed.
KILLED = """
import os, sys
from tests.storage.leads.test_conversion_together import converts, die_at
for statement in sys.argv[2:]:
    child = os.fork()
    if not child:
        card, desk = converts(sys.argv[1], "nora", "")
        die_at(desk, int(statement))
        desk.confirm(card)
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


def die_at(desk: Desk, statement: int) -> None:
    """Kill this process after so many statements from now."""
    left = [statement]

    @event.listens_for(desk.dispatcher.database.engine, "after_cursor_execute")
    def _count(*_: Any) -> None:
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
