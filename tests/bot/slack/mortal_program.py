"""`python -m tests.bot.slack.mortal_program VERB …`: the program, which SIGKILLs itself at a commit.

`DIES_AT` is `before 3` or `after 3`: at the third transaction that wrote something, right before its commit or right
behind it. `serve` counts from a SIGUSR1 on, any other verb from its beginning. Without `DIES_AT` each such commit is
only told on stderr.
"""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session

from bot.shell import main


class Commits:
    """Counts the commits of all threads. Reading does not count."""

    def __init__(self, fatal: str) -> None:
        side, _, number = fatal.partition(" ")
        self._side, self._fatal = side, int(number or 0)
        self._armed = "serve" not in sys.argv
        self._count = 0

    def watch(self) -> None:
        signal.signal(signal.SIGUSR1, self._arm)
        event.listen(Session, "after_flush", lambda session, _context: _wrote(session))
        event.listen(Session, "do_orm_execute", _executed)
        event.listen(Session, "before_commit", self._before)
        event.listen(Session, "after_commit", self._after)

    def _arm(self, _number: int, _frame: FrameType | None) -> None:
        self._armed = True
        _tell("armed")

    def _before(self, session: Session) -> None:
        if self._armed and session.info.get("wrote"):
            self._count += 1
            self._at("before", self._count)

    def _after(self, session: Session) -> None:
        if self._armed and session.info.get("wrote"):
            self._at("after", self._count)

    def _at(self, side: str, number: int) -> None:
        if (side, number) == (self._side, self._fatal):
            os.kill(os.getpid(), signal.SIGKILL)
        if not self._fatal:
            _tell(f"{side} commit {number}")


def _executed(state: ORMExecuteState) -> None:
    if not state.is_select:
        _wrote(state.session)


def _wrote(session: Any) -> None:
    session.info["wrote"] = True


def _tell(words: str) -> None:
    print(words, file=sys.stderr, flush=True)  # noqa: T201


if __name__ == "__main__":
    Commits(os.environ.get("DIES_AT", "")).watch()
    main()
