"""Mixed traffic on two servers that are killed and started again: everything accepted is answered, and done, once."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from bot.playground.local_slack import LocalSlack
from bot.playground.person import LocalPerson
from bot.slack.api.clients import SlackClients
from bot.slack.teams.teams import bind_team
from commands.values.clock import DAYS
from storage.database.doors import Database
from storage.tables import DigestRun, Lead, LeadScore, Rep, Workspace
from tests.bot.slack.conversion_cases import cases
from tests.bot.slack.operations.test_serve import until
from tests.bot.slack.queue_backlog import open_rows
from tests.bot.slack.serve_process import ROOT
from tests.bot.slack.soak_balance import Balance, compare_memory, weigh_queues, weigh_traffic
from tests.bot.slack.soak_people import Crowd
from tests.bot.slack.soak_servers import Servers, find_processes

SECONDS = float(os.environ.get("SOAK_SECONDS", "600"))
"""How long people go on. For the last fifth of it nobody is killed, and memory is compared."""

EVERY = 15.0
"""Seconds from one kill to the next."""


@pytest.mark.slow
def test_ten_minutes_of_everything_while_servers_are_killed(
    postgres_database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    soak = Soak(postgres_database, tmp_path, people=24, leads=24 * 40, readers=24, rows=3000, pause=6.0)
    balance = soak.run(SECONDS, EVERY)
    with capsys.disabled():
        print("", *balance.table(), sep="\n")  # noqa: T201

    assert balance.wrong == []


def test_some_seconds_of_everything_while_a_server_is_killed(postgres_database: Database, tmp_path: Path) -> None:
    soak = Soak(postgres_database, tmp_path, people=8, leads=8 * 6, readers=4, rows=0, pause=1.5)
    balance = soak.run(6.0, 3.0)

    assert balance.wrong == [], balance.table()


class Soak:
    """A company with people who talk, people who only read their digest, and an import in between."""

    def __init__(
        self, database: Database, folder: Path, *, people: int, leads: int, readers: int, rows: int, pause: float
    ) -> None:
        self.database = database
        self.url = database.url.render_as_string(hide_password=False).replace("+psycopg", "")
        self.slack = LocalSlack()
        self.crowd = Crowd(self.slack, cases(self.slack, database, 1, people, leads), pause)
        self.readers = self._add_readers(readers)
        self.rows = rows
        self.file = folder / "fair.csv"
        self._write_file()

    def run(self, seconds: float, every: float) -> Balance:
        """Let people go on for `seconds`, killing for four fifths of them; then have everything come to its end."""
        balance = Balance()
        self._set_digest_times(seconds)
        with self.slack:
            # As if it had been in use for long: what was due before the first start is never sent.
            clients, yesterday = SlackClients(self.slack.api_url), datetime.now(UTC) - timedelta(days=1)
            bind_team(self.database, clients, self.slack.bot_token, yesterday)
            self._run_servers(balance, seconds, every)
        return balance

    def _run_servers(self, balance: Balance, seconds: float, every: float) -> None:
        with Servers(self.slack, self.database) as servers:
            self.crowd.start()
            office = threading.Thread(target=self._import_and_score, args=(seconds,))
            if self.rows:
                office.start()
            servers.kill_for(seconds * 0.8, every)
            lives = servers.wait_until_serving()
            before = [len(each.memory) for each in lives]
            time.sleep(seconds * 0.2)
            self.crowd.stop()
            if self.rows:
                office.join()
            self._come_to_an_end()
            memory = [each.memory[at:] for each, at in zip(lives, before, strict=True)]
            weigh_traffic(balance, self.slack, self.database, self.crowd.traffic)
            self._weigh_clock_and_import(balance)
            weigh_queues(balance, self.slack, self.database)
            balance.note("processes killed", servers.kills)
            balance.note("orderly stops, exit status", servers.stop(), [0, 0])
            balance.note("tracebacks in the logs", sum("Traceback" in line for line in servers.log), 0)
            said = Counter(line.split(": ")[1][:60] for line in servers.log if line.startswith(("WARNING", "ERROR")))
            balance.note("warnings in the logs", dict(said))
            compare_memory(balance, memory)
        until(lambda: not find_processes(self.url), 30)

    def _add_readers(self, count: int) -> list[LocalPerson]:
        now = datetime.now(UTC)
        found = []
        with self.database.begin_write() as session:
            session.execute(update(Workspace).values(tell_quiet_days=True))
            for number in range(count):
                name, email = f"Reader {number}", f"reader{number}@example.com"
                session.add(Rep(workspace_id=1, name=name, email=email, created_at=now, digest_days=list(DAYS)))
                found.append(self.slack.add_person(name, email))
        return found

    def _set_digest_times(self, seconds: float) -> None:
        """Spread the digests over the time that is to come, where the local time is about noon."""
        now = datetime.now(UTC)
        hours = 12 - now.hour
        zone, local = f"Etc/GMT{-hours:+d}", now + timedelta(hours=hours)
        with self.database.begin_write() as session:
            readers = list(session.scalars(select(Rep).where(Rep.name.startswith("Reader"))))
            for number, each in enumerate(readers):
                due = local + timedelta(seconds=seconds * 0.9 * number / len(readers))
                each.time_zone, each.digest_time = zone, due.time().replace(second=0, microsecond=0)

    def _write_file(self) -> None:
        with self.file.open("w", newline="") as file:
            sheet = csv.writer(file)
            sheet.writerow(("Lead ID", "First Name", "Last Name", "Company", "Email"))
            for row in range(self.rows):
                sheet.writerow((f"FAIR-{row}", "Ann", f"Visitor{row}", f"Stand {row}", f"ann@stand{row}.example"))

    def _import_and_score(self, seconds: float) -> None:
        """Import a file, killed in the middle and begun again, and have all leads scored."""
        time.sleep(seconds * 0.2)
        killed = self._start_program("import", str(self.file))
        until(lambda: self._count_imported() or killed.poll() is not None, 300)
        killed.kill()
        killed.wait()
        assert self._start_program("import", str(self.file)).wait() == 0
        assert self._start_program("score", "run").wait() == 0

    def _start_program(self, *words: str) -> subprocess.Popen[bytes]:
        quiet = subprocess.DEVNULL
        environment = {**os.environ, "DATABASE_URL": self.url}
        return subprocess.Popen(
            [sys.executable, "-m", "bot", *words], cwd=ROOT, env=environment, stdout=quiet, stderr=quiet
        )

    def _count_imported(self) -> int:
        with self.database.begin_read() as session:
            return session.scalar(select(func.count()).where(Lead.external_id.startswith("FAIR-"))) or 0

    def _come_to_an_end(self) -> None:
        """Slack repeats what nobody acknowledged, and those who saw an error press once more."""
        for _ in range(3):
            self.slack.advance_clock(301)
            self.slack.wait_until_quiet(60)
            until(lambda: not open_rows(self.database), 120)
            for case in self.crowd.traffic.conversions:
                if not case.answers(self.slack):
                    case.again()
        # The tick of a minute may be needed for the last digests.
        until(lambda: self._count_digests() == len(self.readers), 90)
        until(lambda: not open_rows(self.database), 60)

    def _count_digests(self) -> int:
        with self.database.begin_read() as session:
            return session.scalar(select(func.count()).select_from(DigestRun)) or 0

    def _weigh_clock_and_import(self, balance: Balance) -> None:
        digests = [len(each.visible_messages()) for each in self.readers]
        balance.add("digests", len(digests), digests)
        if self.rows:
            with self.database.begin_read() as session:
                rows = Counter(session.scalars(select(Lead.external_id).where(Lead.external_id.startswith("FAIR-"))))
                unscored = select(Lead.id).where(Lead.lifecycle == "open", Lead.id.not_in(select(LeadScore.lead_id)))
                left = len(session.scalars(unscored).all())
            balance.add("rows of an import killed once", self.rows, (rows[f"FAIR-{row}"] for row in range(self.rows)))
            balance.note("open leads without a score", left, 0)
