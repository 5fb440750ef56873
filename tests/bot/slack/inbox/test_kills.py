"""kill -9 in the middle of conversions: one or none of each, never half, never two, and every question answered."""

from __future__ import annotations

import random
import signal
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.playground.local_slack import LocalSlack
from storage.database.doors import Database
from storage.upkeep.upgrade import upgrade_schema
from tests.bot.slack.conversion_cases import SURFACES, Case, cases, effects, how_far
from tests.bot.slack.queue_backlog import open_rows
from tests.bot.slack.serve_process import Process

KILLS = 200
TWICE = 2
"""How often each commit is the last, on either side."""

AT_ONCE = 3
"""Conversions under way at each kill at a random moment."""

PEOPLE = 45


@pytest.mark.slow
def test_a_conversion_killed_anywhere_is_done_once_or_not_at_all(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    database = Database(f"sqlite:///{tmp_path}/kills.db")
    upgrade_schema(database)
    with LocalSlack() as slack:
        rounds = Rounds(slack, database, cases(slack, database, 1, PEOPLE, 3 + 4 * KILLS))
        spans = {surface: rounds.unharmed(surface) for surface in SURFACES}
        plan = [
            (surface, f"{side} {number}")
            for surface, (commits, _) in spans.items()
            for number in range(1, commits + 1)
            for side in ("before", "after")
        ] * TWICE
        for surface, fatal in plan[:KILLS]:
            rounds.killed_at(surface, fatal)
        longest = max(seconds for _, seconds in spans.values())
        for _ in range(KILLS - len(plan)):
            rounds.killed_within(1.2 * longest)
        rounds.end()
        found = table(rounds.over, slack, database)
    with capsys.disabled():
        print("", *found, f"{rounds.kills} kills, {len(rounds.over)} conversions", sep="\n")  # noqa: T201

    assert rounds.kills == KILLS
    for case in rounds.over:
        became = effects(database, case)
        assert became.whole, (case, became)
        assert became.most <= 1, (case, became)
        if case.surface == "message":
            assert case.answers(slack) == 1, case
        else:
            # Pressed again after an error, it is done; what was acknowledged is answered.
            assert (became.most, case.answers(slack)) == (1, 1), (case, became)


class Rounds:
    """One process after the other, each killed in the middle of something; the next one takes up what is left."""

    def __init__(self, slack: LocalSlack, database: Database, made: Iterator[Case]) -> None:
        self.slack, self.database = slack, database
        self.over: list[Case] = []
        self.kills = 0
        self._made = made
        self._left: list[Case] = []
        self._chance = random.Random(9)

    def unharmed(self, surface: str) -> tuple[int, float]:
        """How many commits a conversion has, and how many seconds it takes, when nobody kills anything."""
        with self._process() as process:
            case = self._next(surface)
            case.begin()
            self._settled(5)
            self._arm(process)
            began = time.monotonic()
            case.act()
            _until(lambda: case.answers(self.slack), 10)
            seconds = time.monotonic() - began
            self._settled(5)
            return sum(line.startswith("after commit") for line in process.log), seconds

    def killed_at(self, surface: str, fatal: str) -> None:
        """A process that dies at this commit, with one conversion under way."""
        with self._process(DIES_AT=fatal) as process:
            self._again()
            case = self._next(surface)
            case.how, case.card, case.modal = "at a commit", None, None
            case.begin()
            self._arm(process)
            case.act()
            # Where others had taken some of the commits, the last may never come.
            if not process.ended(3):
                process.kill()
            self._killed([case])

    def killed_within(self, seconds: float) -> None:
        """A process that is killed from outside at a random moment, with several conversions under way."""
        with self._process() as process:
            self._again()
            some = [self._next(surface) for surface in SURFACES[:AT_ONCE]]
            for case in some:
                case.how = "at random"
                case.begin()
            acts = [threading.Thread(target=case.act, daemon=True) for case in some]
            last = threading.Timer(self._chance.uniform(0, seconds), process.kill)
            for each in (last, *acts):
                each.start()
            for each in (*acts, last):
                each.join(30)
            self._killed(some)

    def end(self) -> None:
        """The last process: everything that was accepted comes to its end."""
        with self._process():
            self._again()
            for _ in range(2):
                self.slack.advance_clock(400)
                self.slack.wait_until_quiet(60)
            self._settled(90)

    def _process(self, **settings: str) -> Process:
        # Slack tries again what the dead process did not acknowledge.
        self.slack.request_url = "http://127.0.0.1:9/"
        return Process(
            self.slack, self.database, module="tests.bot.slack.mortal_program",
            SETTLING_SECONDS="0.3", LOG_LEVEL="INFO", **settings,
        )  # fmt: skip

    def _next(self, surface: str) -> Case:
        return next(case for case in self._made if case.surface == surface)

    def _again(self) -> None:
        """Slack repeats what was not acknowledged, and the people of the last round press again."""
        self.slack.advance_clock(61)
        for case in self._left:
            case.again()
        self._left = []

    def _arm(self, process: Process) -> None:
        process.signal(signal.SIGUSR1)
        _until(lambda: "armed" in process.log, 5)

    def _killed(self, some: list[Case]) -> None:
        self.kills += 1
        for case in some:
            case.seen = how_far(self.slack, self.database, case)
        self.over += some
        self._left = some

    def _settled(self, seconds: float) -> None:
        _until(lambda: not open_rows(self.database), seconds)


def table(over: list[Case], slack: LocalSlack, database: Database) -> list[str]:
    """The fault table: where conversions were killed and what became of them."""
    rows: dict[tuple[str, str, str], list[Case]] = defaultdict(list)
    for case in over:
        rows[case.surface, case.seen, case.how].append(case)
    heads = "surface | killed when | how | times | effects | half | double | answered | lost | twice"
    lines = [f"| {heads} |", "|---" * 10 + "|"]
    for key in sorted(rows, key=lambda key: (SURFACES.index(key[0]), key)):
        became = [effects(database, case) for case in rows[key]]
        answers = Counter(case.answers(slack) for case in rows[key])
        half, double = sum(not each.whole for each in became), sum(each.most > 1 for each in became)
        twice = sum(count for number, count in answers.items() if number > 1)
        figures = (len(became), sum(each.most for each in became), half, double, answers[1], answers[0], twice)
        surface, seen, how = key
        lines.append(f"| {' | '.join((surface, seen[2:], how, *map(str, figures)))} |")
    return lines


def _until(met: Callable[[], object], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not met():
        assert time.monotonic() < end, "not so in time"
        time.sleep(0.02)
