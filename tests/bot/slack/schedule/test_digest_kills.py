"""Digests through kills and faults, many times: each rep has one a day, or none and somebody is told."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from bot.playground.local_slack import LocalSlack
from bot.playground.person import LocalPerson
from bot.playground.web_api.api_faults import (
    answers_error,
    answers_late,
    bad_gateway,
    drops_connection,
    rate_limited,
    server_error,
)
from storage.database.doors import Database
from storage.tables import DigestRun, Rep, Workspace
from tests.bot.slack.serve_process import ROOT
from tests.company import Company

RUNS = int(os.environ.get("DIGEST_RUNS", "1000"))
"""Digests of one rep and one day."""

FAULTS = {
    "none": None,
    "posts, then drops": drops_connection(after=True),
    "drops": drops_connection(after=False),
    "posts, then 500": server_error(after=True),
    "500": server_error(),
    "502": bad_gateway(),
    "429": rate_limited(1),
    "late": answers_late(0.5),
    "channel closed": answers_error("is_archived"),
}

KILLS = {
    "never": None,
    "before claim": "before 1",
    "after claim": "after 1",
    "after a post": "before {}",
    "after a commit": "after {}",
}
"""Where the first process dies: the first commit claims all digests of the day, each further one notes a post."""


REPORT = "I could not deliver"


def environment(slack: LocalSlack, database: Database) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "OPENAI_"))}
    url = database.url.render_as_string(hide_password=False)
    return {**clean, **slack.build_environment(), "DATABASE_URL": url, "SETTLING_SECONDS": "0.5", "TIMEZONE": "UTC"}


def sends(slack: LocalSlack, database: Database, day: date, dies_at: str | None) -> int:
    """The exit status of a process that sends the digests of this day."""
    command = [sys.executable, "-m", "tests.bot.slack.mortal_program", "digest", "--all", "--now", f"{day}T09:00+00:00"]
    given = {**environment(slack, database), "DIES_AT": dies_at or ""}
    return subprocess.run(command, cwd=ROOT, env=given, capture_output=True, timeout=120, check=False).returncode


def digests(person: LocalPerson) -> int:
    return sum(REPORT not in each.text for each in person.visible_messages())


def table(outcomes: dict[tuple[str, str], Counter[str]]) -> list[str]:
    heads = "fault | first process killed | digests | once | twice | never, reported | never, unknown"
    lines = [f"| {heads} |", "|---" * 7 + "|"]
    for (fault, kill), counts in outcomes.items():
        once, twice, failed = counts["once"], counts["twice"], counts["never, failed"]
        figures = (counts.total(), once, twice, failed, counts.total() - once - twice - failed)
        lines.append(f"| {fault} | {kill} | {' | '.join(map(str, figures))} |")
    return lines


@pytest.mark.slow
def test_each_rep_has_one_a_day_through_kills_and_faults(
    sqlite_company: Company, capsys: pytest.CaptureFixture[str]
) -> None:
    database = sqlite_company.database
    rng = random.Random(20261123)
    outcomes: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    cells = [(fault, kill) for fault in FAULTS for kill in KILLS]
    died = 0
    with LocalSlack() as slack:
        with database.begin_write() as session:
            session.execute(update(Workspace).values(tell_quiet_days=True, time_zone="UTC"))
            session.execute(update(Rep).values(time_zone="UTC", digest_enabled=True, digest_days=None))
            people = {
                rep.id: slack.add_person(rep.name, rep.email)
                for rep in session.scalars(select(Rep).where(Rep.active.is_(True)))
            }
        # Everybody is found by email first, so that the first commit of a day is the claim.
        day = date(2026, 11, 23)
        assert sends(slack, database, day, None) == 0
        done = 0
        while done < RUNS:
            day += timedelta(days=1)
            if day.weekday() > 4:
                continue
            fault, kill = cell = cells[done // len(people) % len(cells)]
            before = {rep_id: digests(person) for rep_id, person in people.items()}
            if FAULTS[fault] is not None:
                slack.faults.plan_fault("chat.postMessage", FAULTS[fault], nth=rng.randint(1, len(people) // 2))
            if KILLS[kill] is not None:
                status = sends(slack, database, day, KILLS[kill].format(rng.randint(2, len(people))))
                died += status == -signal.SIGKILL
            assert sends(slack, database, day, None) == 0
            slack.faults.clear_faults()
            with database.begin_read() as session:
                states = dict(
                    session.execute(select(DigestRun.rep_id, DigestRun.state).where(DigestRun.local_date == day)).all()
                )
            for rep_id, person in people.items():
                got = digests(person) - before[rep_id]
                became = {0: f"never, {states.get(rep_id)}", 1: "once"}.get(got, "twice")
                outcomes[cell][became] += 1
                done += 1
        reports = [each.text for person in people.values() for each in person.visible_messages() if REPORT in each.text]
    with capsys.disabled():
        print("", *table(outcomes), f"{died} processes died", *reports, sep="\n")  # noqa: T201
    total = sum(outcomes.values(), Counter[str]())
    assert total["twice"] == 0
    # What Slack refused for good is the only thing that is never sent, and administrators read of it.
    closed = sum(counts["never, failed"] for (fault, _), counts in outcomes.items() if fault == "channel closed")
    assert total["once"] + closed == total.total(), total
    assert bool(reports) == bool(closed)
