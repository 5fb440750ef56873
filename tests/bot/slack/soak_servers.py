"""Two `leadlight serve` side by side, each killed and started again while the other goes on."""

from __future__ import annotations

import random
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from bot.playground.local_slack import LocalSlack
from storage.database.doors import Database
from tests.bot.slack.serve_process import Process

EVERY_SECOND = 1.0


@dataclass
class Life:
    """One process from its start to its end: `memory` holds its resident MiB, a figure a second."""

    process: Process
    memory: list[int] = field(default_factory=list)


class Servers:
    """Keeps two servers running. `lives` are all there have been."""

    def __init__(self, slack: LocalSlack, database: Database, seed: int = 5) -> None:
        self.lives: list[Life] = []
        self.kills = 0
        self._slack, self._database = slack, database
        self._chance = random.Random(seed)
        self._stopped = threading.Event()
        self._places = [self._start(), self._start()]
        self._watch = threading.Thread(target=self._measure, daemon=True)

    def __enter__(self) -> Servers:
        for each in self._places:
            each.process.__enter__()
        self._watch.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._watch.join()
        for each in self._places:
            each.process.__exit__(None, None, None)

    def kill_for(self, seconds: float, every: float) -> None:
        """Kill one of the two, now and then both, about `every` seconds; one that is still starting later."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self._stopped.wait(self._chance.uniform(0.7, 1.3) * every)
            both = self._chance.random() < 0.15
            for place in (0, 1) if both else (self._chance.randrange(2),):
                # On a busy machine a start takes longer than that, and a server that never serves proves nothing.
                self._places[place].process.__enter__()
                self._places[place].process.kill()
                self.kills += 1
                self._places[place] = self._start()

    def wait_until_serving(self) -> list[Life]:
        """Wait until both serve; return them."""
        for each in self._places:
            each.process.__enter__()
        return list(self._places)

    def stop(self) -> list[int]:
        """Stop both in order; return their exit statuses."""
        return [each.process.stop()[0] for each in self._places]

    @property
    def log(self) -> list[str]:
        """What all of them have logged."""
        return [line for each in self.lives for line in each.process.log]

    def _start(self) -> Life:
        life = Life(Process(self._slack, self._database, over="socket"))
        self.lives.append(life)
        return life

    def _measure(self) -> None:
        while not self._stopped.wait(EVERY_SECOND):
            for each in list(self._places):
                if (found := read_memory(each.process.pid)) is not None:
                    each.memory.append(found)


def read_memory(pid: int) -> int | None:
    """Read the resident memory of a process, in MiB; None where it has ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) // 1024 for line in lines if line.startswith("VmRSS:")), None)


def find_processes(url: str) -> list[int]:
    """Find the processes that work on the database of this address."""
    wanted, found = f"DATABASE_URL={url}".encode(), []
    for each in Path("/proc").glob("[0-9]*"):
        try:
            if wanted in (each / "environ").read_bytes().split(b"\0"):
                found.append(int(each.name))
        except OSError:
            continue
    return found
