"""Measures what Slack adds: the way from an event to its post, and commands while many turns are under way."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from bot.bench.large_team import BenchDatabase, build_database
from bot.bench.measured_figures import Figure, FigureTable, percentile
from bot.playground.local_slack import LocalSlack
from bot.playground.person import LocalPerson
from bot.playground.workspace.traffic_ledger import Delivery, RecordedCall

QUESTION = "my hot leads"
EVENTS = 120
WARM = 10
# Seconds between two events: the bot keeps to what Slack allows, five posts a second in a team.
PAUSE = 0.21

TURNS = 200
# Seconds that a slow turn takes, beside its answer.
TURN_SECONDS = 5.0

COMMANDS = 200


class BotProcess:
    """Runs a bot in a process of its own, connected to a local Slack of its own."""

    def __init__(self, bot: str, over: str, firm: BenchDatabase, slow: float = 0.0) -> None:
        self.slack = LocalSlack().start()
        # Nobody knows its people yet, all of them have been welcomed, and no morning digests go out meanwhile.
        with sqlite3.connect(firm.path) as connection:
            connection.execute("UPDATE rep SET digest_enabled = 0, slack_user_id = NULL, welcomed_at = created_at")
        connection.close()
        settings = {name.lower(): value for name, value in self.slack.build_environment().items()}
        asked = {"bot": bot, "over": over, "database": firm.url, "slow": slow, "settings": settings}
        self._run = subprocess.Popen(
            [sys.executable, "-m", "bot.bench.bot_process"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._run.stdin is not None
        self._run.stdin.write(json.dumps(asked) + "\n")
        self._run.stdin.flush()
        port = self._read_report()["port"]
        if over == "http":
            self.slack.request_url = f"http://127.0.0.1:{port}/slack/events"
        self.took: list[float] = []

    def add_people(self, firm: BenchDatabase, count: int) -> list[LocalPerson]:
        """Add reps of the database as members of this Slack."""
        return [
            self.slack.add_person(f"Rep {each}", f"rep{each}@leadlight.example") for each in firm.reps[1 : count + 1]
        ]

    def time_question(self, person: LocalPerson) -> float:
        """Ask a question; return the seconds from its event to the post that answers it."""
        sent = person.says(QUESTION, waits=False).delivery
        assert sent is not None
        asked = sent.payload["event"]["ts"]

        def find_posts() -> list[RecordedCall]:
            calls = self.slack.ledger.list_calls("chat.postMessage")
            return [each for each in calls[-20:] if each.arguments.get("thread_ts") == asked]

        (post,) = self.slack.world.wait_until(find_posts, 20)
        return (post.at - sent.attempts[0].at).total_seconds()

    def __enter__(self) -> BotProcess:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        assert self._run.stdin is not None
        self._run.stdin.close()
        if kind is None:
            self.took = self._read_report()["took"]
        self._run.kill()
        self._run.wait()
        self.slack.stop()

    def _read_report(self) -> dict[str, Any]:
        assert self._run.stdout is not None
        found: dict[str, Any] = json.loads(self._run.stdout.readline())
        return found


def measure_slack(table: FigureTable, folder: Path) -> None:
    """Measure both Slack figures, with more than two hundred reps who get no digests meanwhile."""
    reps = TURNS + 40
    firm = build_database(folder / "slack.db", leads=reps * 25, opportunities=reps * 3, reps=reps)
    measure_overhead(table, firm)
    measure_under_load(table, firm)


def measure_overhead(table: FigureTable, firm: BenchDatabase) -> None:
    """Measure the time from an event to its post, less the answer itself, in turns with a bare Bolt app."""
    for over, name in (("http", "HTTP"), ("socket", "Socket Mode")):
        with BotProcess("leadlight", over, firm) as ours, BotProcess("echo", over, firm) as bare:
            pairs = list(zip(ours.add_people(firm, EVENTS), bare.add_people(firm, EVENTS), strict=True))
            # Whoever asks for the first time is looked up in Slack; that is no part of the figure.
            for known, _ in pairs:
                known.uses_command("/leadlight", "help")
            for mine, theirs in pairs[:WARM]:
                ours.time_question(mine)
                bare.time_question(theirs)
            times = []
            for mine, theirs in pairs[WARM:]:
                times.append((ours.time_question(mine), bare.time_question(theirs)))
                time.sleep(PAUSE)
        left = [mine - took for (mine, _), took in zip(times, ours.took[WARM:], strict=True)]
        table.add_figure(
            Figure(
                f"Slack overhead, {name}: event in to post out, less the answer: p50",
                percentile(left, 0.5),
                "bare Bolt echo",
                percentile([theirs for _, theirs in times], 0.5),
                times=1.6,
            )
        )


def measure_under_load(table: FigureTable, firm: BenchDatabase) -> None:
    """Measure how soon commands are acknowledged while slow turns are under way."""
    with BotProcess("leadlight", "http", firm, slow=TURN_SECONDS) as ours:
        people = ours.add_people(firm, TURNS)
        for person in people:
            person.uses_command("/leadlight", "help")
        quiet = _time_commands(people[: COMMANDS // 4])
        said = [person.says(QUESTION, waits=False).delivery for person in people]
        busy = _time_commands(people)
        posts = len(ours.slack.ledger.list_posts())
        accepted = sum(each is not None and each.is_acknowledged for each in said)
        assert accepted == TURNS
        # Otherwise the commands would have been measured on an idle bot.
        assert posts < TURNS / 2, "the turns were over before the commands"
    what = f"{TURNS} turns of {TURN_SECONDS:g} s under way, command acknowledged"
    table.add_figure(Figure(f"{what}: p50", percentile(busy, 0.5), "with none", percentile(quiet, 0.5)))
    table.add_figure(Figure(f"{what}: p99", percentile(busy, 0.99), at_most=0.1))
    table.add_figure(Figure(f"{what}: most", max(busy), at_most=3.0))


def _time_commands(people: Sequence[LocalPerson]) -> list[float]:
    sent: list[Delivery | None] = [person.uses_command("/leads", "hot").delivery for person in people]
    assert all(each is not None and each.is_acknowledged for each in sent)
    return [each.attempts[0].seconds for each in sent if each is not None]
