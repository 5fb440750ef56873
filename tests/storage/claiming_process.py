"""A process of its own that claims a part of some work and holds it until it is killed."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from storage.database.claims import claim_part
from storage.database.doors import Database

ROOT = Path(__file__).parents[2]


@contextmanager
def held_elsewhere(database: Database, *names: object) -> Iterator[subprocess.Popen[str]]:
    """Another process that has this part; kill it to free it."""
    asked = json.dumps([database.url.render_as_string(hide_password=False), *names])
    command = [sys.executable, "-m", "tests.storage.claiming_process", asked]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "True\n"
        try:
            yield process
        finally:
            process.kill()


if __name__ == "__main__":
    url, *parts = json.loads(sys.argv[1])
    with claim_part(Database(url), *parts) as mine:
        print(mine, flush=True)  # noqa: T201
        time.sleep(600)
