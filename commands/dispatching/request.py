"""What a surface knows for sure about a call: who asks, from where, when, and how it came about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from commands.dispatching.deadline import Deadline


class Origin(StrEnum):
    """How a call came about; on it depends whether a write runs at once or asks first.

    Typed or pressed by a person, sent with a form that showed what will happen, understood from a sentence, or wanted
    by a language model, which can only propose.
    """

    TYPED = "typed"
    FORM = "form"
    SENTENCE = "sentence"
    MODEL = "model"


@dataclass(frozen=True)
class Request:
    """Who asks, from where, and when. Made by a surface from what it knows for sure, never from arguments."""

    workspace_id: int
    rep_id: int
    surface: str
    now: datetime
    thread: str = ""
    """The place whose focus and open questions count."""
    near: str = ""
    """With it, those of all threads whose names begin so count too."""
    # A new message in a direct conversation goes on where the last one ended; a reply in a thread stays there.
    key: str | None = None
    """The message or press that is answered. What is repeated under the same key gets the first answer again."""
    # Slack delivers an event up to four times, and a process may die between the commit and its answer.
    deadline: Deadline | None = None
    """Refuses the commit once the person was told that nothing was done."""

    def begin_commit(self) -> None:
        """Mark the commit as begun, right before it. TooLate where the person was told that nothing was done."""
        if self.deadline:
            self.deadline.begin_commit()


@dataclass
class PendingCall:
    """A call that is being carried out."""

    verb: str
    given: dict[str, Any]
    """The arguments as the surface gave them."""
    origin: Origin
    shown: dict[str, Any] | None = None
    """The arguments as people read them, with full names, once these are known."""
    kept: dict[str, Any] | None = None
    """The arguments as a stored call has them, with ids for names, once they are known."""

    @property
    def arguments(self) -> dict[str, Any]:
        return self.given if self.shown is None else self.shown
