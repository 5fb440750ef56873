"""Digests through kills and faults, many times: each rep has one a day, or none and somebody is told."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections import Counter
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from bot.playground.faults import answers_late, bad_gateway, drops_connection, rate_limited, server_error
from bot.playground.slack import LocalSlack
from storage.database import Database
from storage.tables import DigestRun, Rep, Workspace
from tests.bot.slack.process import ROOT
from tests.company import Company

RUNS = int(os.environ.get("DIGEST_RUNS", "1000"))
"""Digests of one rep and one day. Each has its faults, and most of the processes that send them are killed."""

FAULTS = {
    "none": None,
    "posts, then drops": drops_connection(after=True),
    "drops": drops_connection(after=False),
    "posts, then 500": server_error(after=True),
    "500": server_error(),
    "502": bad_gateway(),
    "429": rate_limited(1),
    "late": answers_late(0.5),
}


def environment(slack: LocalSlack, database: Database) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "OPENAI_"))}
    url = database.url.render_as_string(hide_password=False)
    return {**clean, **slack.environment(), "DATABASE_URL": url, "SETTLING_SECONDS": "0.5", "TIMEZONE": "UTC"}


def digest(slack: LocalSlack, database: Database, day: date) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "bot", "digest", "--all", "--now", f"{day}T09:00+00:00", "--json"]
    return subprocess.Popen(
        command, cwd=ROOT, env=environment(slack, database), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        text=True,
    )  # fmt: skip


@pytest.mark.slow
def test_each_rep_has_one_a_day_through_kills_and_faults(
    sqlite_company: Company, capsys: pytest.CaptureFixture[str]
) -> None:
    database = sqlite_company.database
    rng = random.Random(20261123)
    outcomes: dict[str, Counter[str]] = {name: Counter() for name in FAULTS}
    with LocalSlack() as slack:
        with database.writing() as session:
            session.execute(update(Workspace).values(tell_quiet_days=True, time_zone="UTC"))
            session.execute(update(Rep).values(time_zone="UTC", digest_enabled=True, digest_days=None))
            people = {
                rep.id: slack.person(rep.name, rep.email)
                for rep in session.scalars(select(Rep).where(Rep.active.is_(True)))
            }
        day, done = date(2026, 11, 23), 0
        while done < RUNS:
            day += timedelta(days=1)
            if day.weekday() > 4:
                continue
            name = rng.choice(list(FAULTS))
            fault = FAULTS[name]
            if fault is not None:
                slack.faults.plan("chat.postMessage", fault, nth=rng.randint(1, len(people)))
            before = {rep_id: len(person.sees()) for rep_id, person in people.items()}
            for _ in range(rng.choice((0, 1, 1, 2))):
                process = digest(slack, database, day)
                time.sleep(rng.uniform(0.9, 3.5))
                process.kill()
                process.wait()
            process = digest(slack, database, day)
            assert process.wait(120) == 0
            slack.faults.clear()
            with database.reading() as session:
                states = dict(
                    session.execute(select(DigestRun.rep_id, DigestRun.state).where(DigestRun.local_date == day)).all()
                )
            for rep_id, person in people.items():
                got = len(person.sees()) - before[rep_id]
                told = {0: "never", 1: "once"}.get(got, "more than once")
                outcomes[name][told if states.get(rep_id) == "sent" or got else f"never, {states.get(rep_id)}"] += 1
                done += 1
    with capsys.disabled():
        print("\nfault | digests | once | more than once | never")  # noqa: T201
        for name, counts in outcomes.items():
            never = sum(count for told, count in counts.items() if told.startswith("never"))
            print(f"{name} | {counts.total()} | {counts['once']} | {counts['more than once']} | {never}")  # noqa: T201
    total = sum(outcomes.values(), Counter[str]())
    assert total["more than once"] == 0
    assert total["once"] == total.total(), total
