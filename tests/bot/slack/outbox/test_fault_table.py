"""Conversions on three surfaces while Slack fails: each is done once and answered once. Prints the fault table."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.playground.local_slack import LocalSlack
from bot.playground.web_api.api_faults import (
    answers_error,
    answers_late,
    bad_gateway,
    drops_connection,
    rate_limited,
    server_error,
)
from storage.database.doors import Database
from storage.upkeep.upgrade import upgrade_schema
from tests.bot.slack.conversion_cases import SURFACES, Case, cases, effects
from tests.bot.slack.queue_backlog import open_rows
from tests.bot.slack.serve_process import Process

TIMES = 5
PEOPLE = 10


def calls(fault: object) -> Callable[[LocalSlack], None]:
    """The next call of the Web API goes wrong so, whichever it is."""
    return lambda slack: slack.faults.plan_fault("*", fault)  # type: ignore[arg-type]


FAULTS: dict[str, Callable[[LocalSlack], None]] = {
    "none": lambda slack: None,
    "done, then the connection drops": calls(drops_connection(after=True)),
    "the connection drops": calls(drops_connection(after=False)),
    "done, then 500": calls(server_error(after=True)),
    "500": calls(server_error()),
    "done, then 502": calls(bad_gateway(after=True)),
    "502": calls(bad_gateway()),
    "429": calls(rate_limited(1)),
    "done, then internal_error": calls(answers_error("internal_error", after=True)),
    "internal_error": calls(answers_error("internal_error")),
    "invalid_blocks": calls(answers_error("invalid_blocks")),
    "unknown_method": calls(answers_error("unknown_method")),
    "late by 2 s": calls(answers_late(2)),
    "delivered three times": lambda slack: slack.deliveries.duplicate_next(2),
    "acknowledgement lost": lambda slack: slack.deliveries.lose_acks(1),
}


@pytest.mark.slow
@pytest.mark.parametrize("over", ["http", "socket"])
def test_a_conversion_is_done_and_answered_once_whatever_slack_does(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], over: str
) -> None:
    database = Database(f"sqlite:///{tmp_path}/faults.db")
    upgrade_schema(database)
    found: dict[tuple[str, str], list[Case]] = {}
    with LocalSlack() as slack:
        made = [*cases(slack, database, 1, PEOPLE, len(FAULTS) * TIMES * len(SURFACES) + PEOPLE * len(SURFACES))]
        with Process(slack, database, over=over, SETTLING_SECONDS="0.3"):
            for name, strikes in FAULTS.items():
                for surface in SURFACES:
                    for _ in range(TIMES):
                        case = next(each for each in made if each.surface == surface)
                        made.remove(case)
                        case.begin()
                        settled(slack, database)
                        strikes(slack)
                        case.act()
                        slack.advance_clock(61)
                        settled(slack, database)
                        slack.faults.clear_faults()
                        found.setdefault((name, surface), []).append(case)
        rows = {key: counted(some, slack, database) for key, some in found.items()}
    heads = f"fault, over {over} | surface | times | effects | half | double | answered once | lost | twice"
    with capsys.disabled():
        print("", f"| {heads} |", "|---" * 9 + "|", sep="\n")  # noqa: T201
        for (name, surface), figures in rows.items():
            print(f"| {name} | {surface} | {' | '.join(map(str, figures))} |")  # noqa: T201
    assert {key: row for key, row in rows.items() if row != (TIMES, TIMES, 0, 0, TIMES, 0, 0)} == {}


def counted(some: list[Case], slack: LocalSlack, database: Database) -> tuple[int, ...]:
    became = [effects(database, case) for case in some]
    answers = Counter(case.answers(slack) for case in some)
    half, double = sum(not each.whole for each in became), sum(each.most > 1 for each in became)
    twice = sum(count for number, count in answers.items() if number > 1)
    return len(some), sum(each.most for each in became), half, double, answers[1], answers[0], twice


def settled(slack: LocalSlack, database: Database, seconds: float = 60) -> None:
    """Until Slack has delivered everything, and nothing waits in the queues."""
    slack.wait_until_quiet(seconds)
    end = time.monotonic() + seconds
    while open_rows(database):
        assert time.monotonic() < end, "not so in time"
        time.sleep(0.02)
