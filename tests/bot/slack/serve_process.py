"""`leadlight serve` as a process of its own, to be stopped and killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import TracebackType

from bot.playground.local_slack import LocalSlack
from storage.database.doors import Database

ROOT = Path(__file__).parents[3]
START = 300.0
"""The seconds that a start may take: on a busy machine the imports alone take minutes."""


class Process:
    """The program, connected to a local Slack over HTTP or Socket Mode. Its log is kept line by line."""

    def __init__(
        self, slack: LocalSlack, database: Database, *, over: str = "http", module: str = "bot", **settings: str
    ) -> None:
        self.slack = slack
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "OPENAI_"))},
            **slack.build_environment(),
            "DATABASE_URL": database.url.render_as_string(hide_password=False).replace("+psycopg", ""),
            "HOST": "127.0.0.1",
            "PORT": "0",
            "SETTLING_SECONDS": "1",
            **settings,
        }
        if over == "http":
            environment.pop("SLACK_APP_TOKEN")
        self.over = over
        self.log: list[str] = []
        self._ready = threading.Event()
        self._run = subprocess.Popen(
            [sys.executable, "-m", module, "serve"], cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> Process:
        assert self._ready.wait(START), "\n".join(self.log)
        if self.over == "http":
            self.slack.request_url = f"{self.url}/slack/events"
        else:
            self.slack.sockets.wait_for_connections(1)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._run.poll() is None:
            self.kill()

    @property
    def url(self) -> str:
        port = next(line for line in self.log if "port" in line).rpartition("port ")[2]
        return f"http://127.0.0.1:{port}"

    def get(self, path: str) -> tuple[int, str]:
        """Status and text of a page of the process."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def kill(self) -> None:
        """SIGKILL: nothing is finished, nothing is cleaned up."""
        self._run.kill()
        self._run.wait(10)

    def stop(self) -> tuple[int, float]:
        """SIGTERM; the exit status and the seconds it took."""
        began = time.monotonic()
        self._run.send_signal(signal.SIGTERM)
        status, took = self._run.wait(30), time.monotonic() - began
        self._reader.join()
        return status, took

    def signal(self, number: signal.Signals) -> None:
        self._run.send_signal(number)

    def ended(self, seconds: float = START) -> bool:
        """Wait until the process has ended by itself; whether it has."""
        try:
            self._run.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    @property
    def pid(self) -> int:
        return self._run.pid

    @property
    def status(self) -> int | None:
        return self._run.poll()

    def _read(self) -> None:
        assert self._run.stderr is not None
        for line in self._run.stderr:
            self.log.append(line.rstrip())
            if "Leadlight serves" in line:
                self._ready.set()
