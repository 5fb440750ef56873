"""What Slack costs: from an event to the post beside a bare Bolt app, and commands while many turns are under way."""

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

from bot.bench.large_team import Firm, build
from bot.bench.measured_figures import Figure, Table, percentile
from bot.playground.local_slack import LocalSlack
from bot.playground.person import Person
from bot.playground.workspace.traffic_ledger import Call, Delivery

QUESTION = "my hot leads"
EVENTS = 120
WARM = 10
PAUSE = 0.21
"""Seconds between two events: the bot keeps to what Slack allows, five posts a second in a team."""

TURNS = 200
TURN = 5.0
"""Seconds that a slow turn takes, beside its answer."""

COMMANDS = 200


class Served:
    """A bot in a process of its own, in a local Slack of its own."""

    def __init__(self, bot: str, over: str, firm: Firm, slow: float = 0.0) -> None:
        self.slack = LocalSlack().start()
        # Nobody knows its people yet, and no morning digests go out meanwhile.
        with sqlite3.connect(firm.path) as connection:
            connection.execute("UPDATE rep SET digest_enabled = 0, slack_user_id = NULL")
        connection.close()
        settings = {name.lower(): value for name, value in self.slack.environment().items()}
        asked = {"bot": bot, "over": over, "database": firm.url, "slow": slow, "settings": settings}
        self._run = subprocess.Popen(
            [sys.executable, "-m", "bot.bench.bot_process"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._run.stdin is not None
        self._run.stdin.write(json.dumps(asked) + "\n")
        self._run.stdin.flush()
        port = self._heard()["port"]
        if over == "http":
            self.slack.request_url = f"http://127.0.0.1:{port}/slack/events"
        self.took: list[float] = []

    def people(self, firm: Firm, count: int) -> list[Person]:
        """Reps of the firm as members of this Slack."""
        return [self.slack.person(f"Rep {each}", f"rep{each}@leadlight.example") for each in firm.reps[1 : count + 1]]

    def asks(self, person: Person) -> float:
        """Seconds from an event to the post that answers it."""
        sent = person.says(QUESTION, waits=False).delivery
        assert sent is not None
        asked = sent.payload["event"]["ts"]

        def posted() -> list[Call]:
            calls = self.slack.ledger.calls("chat.postMessage")
            return [each for each in calls[-20:] if each.arguments.get("thread_ts") == asked]

        (post,) = self.slack.world.wait_until(posted, 20)
        return (post.at - sent.attempts[0].at).total_seconds()

    def __enter__(self) -> Served:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        assert self._run.stdin is not None
        self._run.stdin.close()
        if kind is None:
            self.took = self._heard()["took"]
        self._run.kill()
        self._run.wait()
        self.slack.stop()

    def _heard(self) -> dict[str, Any]:
        assert self._run.stdout is not None
        found: dict[str, Any] = json.loads(self._run.stdout.readline())
        return found


def slack(table: Table, folder: Path) -> None:
    """Both figures, with a firm of two hundred and more reps who get no digests meanwhile."""
    reps = TURNS + 40
    firm = build(folder / "slack.db", leads=reps * 25, opportunities=reps * 3, reps=reps)
    overhead(table, firm)
    under_load(table, firm)


def overhead(table: Table, firm: Firm) -> None:
    """From an event to its post, without the answer itself, beside a bare Bolt app in turns with it."""
    for over, name in (("http", "HTTP"), ("socket", "Socket Mode")):
        with Served("leadlight", over, firm) as ours, Served("echo", over, firm) as bare:
            pairs = list(zip(ours.people(firm, EVENTS), bare.people(firm, EVENTS), strict=True))
            # Whoever asks for the first time is looked up in Slack; that is no part of the figure.
            for known, _ in pairs:
                known.slash("/leadlight", "help")
            for mine, theirs in pairs[:WARM]:
                ours.asks(mine)
                bare.asks(theirs)
            times = []
            for mine, theirs in pairs[WARM:]:
                times.append((ours.asks(mine), bare.asks(theirs)))
                time.sleep(PAUSE)
        left = [mine - took for (mine, _), took in zip(times, ours.took[WARM:], strict=True)]
        table.add(
            Figure(
                f"Slack overhead, {name}: event in to post out, less the answer: p50",
                percentile(left, 0.5),
                "bare Bolt echo",
                percentile([theirs for _, theirs in times], 0.5),
                times=2,
            )
        )


def under_load(table: Table, firm: Firm) -> None:
    """Commands while slow turns are under way: how soon they are acknowledged."""
    with Served("leadlight", "http", firm, slow=TURN) as ours:
        people = ours.people(firm, TURNS)
        for person in people:
            person.slash("/leadlight", "help")
        quiet = _commands(people[: COMMANDS // 4])
        said = [person.says(QUESTION, waits=False).delivery for person in people]
        busy = _commands(people)
        posts = len(ours.slack.ledger.posts())
        accepted = sum(each is not None and each.acknowledged for each in said)
        assert accepted == TURNS
        assert posts < TURNS / 2, "the turns were over before the commands"
    what = f"{TURNS} turns of {TURN:g} s under way, command acknowledged"
    table.add(Figure(f"{what}: p50", percentile(busy, 0.5), "with none", percentile(quiet, 0.5)))
    table.add(Figure(f"{what}: p99", percentile(busy, 0.99), at_most=0.3))
    table.add(Figure(f"{what}: most", max(busy), at_most=3.0))


def _commands(people: Sequence[Person]) -> list[float]:
    sent: list[Delivery | None] = [person.slash("/leads", "hot").delivery for person in people]
    assert all(each is not None and each.acknowledged for each in sent)
    return [each.attempts[0].seconds for each in sent if each is not None]
