"""What the reader gives: a call, or the admission that there is none."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from commands import BY_VERB
from commands.contract.command import Command
from commands.contract.reply import Button


@dataclass(frozen=True)
class Understood:
    """A call read from a sentence: arguments as `commands.dispatching.prepare.prepare_command` takes them."""

    verb: str
    arguments: dict[str, Any] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()
    """What was said that the call does not take up, as it was said."""
    hour: str = ""
    """A time of day that was said with a day, like 15:00, where a change keeps the day alone."""
    detail: tuple[str, ...] = ()
    """The fields that a question about one record asks for; empty where it asks for all of it."""

    @property
    def kind(self) -> type[Command]:
        """The command that is called."""
        return BY_VERB[self.verb]


@dataclass(frozen=True)
class NotUnderstood:
    """Words that gave no call, and the closest ones. `because` says why where there is a reason."""

    words: str
    closest: tuple[Button, ...] = ()
    because: str | None = None
    perhaps: tuple[str, ...] = ()
    """What it may have meant, in a few words each, the likeliest first."""
    nobody: str = ""
    """A name that was said and that nothing visible has."""
    near: tuple[str, ...] = ()
    """Names that share a word with it."""
