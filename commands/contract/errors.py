"""What a person can mend, in words that say how."""

from __future__ import annotations

from collections.abc import Sequence

from storage.names.name_index import NamedRecord


class CommandError(Exception):
    """Refused: not allowed, or a value that does not exist. The message says what to do; nothing was changed.

    `field` is the argument that has to be mended, where it is one: a form shows the message there.
    """

    def __init__(self, message: str, *, did_you_mean: Sequence[str] = (), field: str | None = None) -> None:
        if did_you_mean:
            message = f"{message} Did you mean {', '.join(did_you_mean)}?"
        super().__init__(message)
        self.did_you_mean = tuple(did_you_mean)
        self.field = field


class NotFound(CommandError):
    """Nothing visible answers to these words. Says the same whether it is hidden or does not exist."""


class Ambiguous(Exception):
    """Several visible records answer to the words of an argument; the person has to choose."""

    def __init__(self, field: str, words: str, choices: Sequence[NamedRecord]) -> None:
        super().__init__(f"“{words}” fits {len(choices)} records")
        self.field = field
        self.words = words
        self.choices = tuple(choices)
