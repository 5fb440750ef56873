"""What can go wrong so that a person can mend it; each message says how."""

from __future__ import annotations

from collections.abc import Sequence

from commands.contract.reply import Button
from storage.names.name_index import NamedRecord


class CommandError(Exception):
    """Refused: not allowed, or a value that does not exist. The message says what to do; nothing was changed.

    `field` is the argument that has to be mended, where it is one: a form shows the message there. `buttons` offer what
    can be done instead.
    """

    keeps_card = False
    """Whether the card whose button was pressed stays as it is."""

    def __init__(
        self,
        message: str,
        *,
        did_you_mean: Sequence[str] = (),
        field: str | None = None,
        buttons: Sequence[Button] = (),
    ) -> None:
        if did_you_mean:
            message = f"{message} Did you mean {', '.join(did_you_mean)}?"
        super().__init__(message)
        self.did_you_mean = tuple(did_you_mean)
        self.field = field
        self.buttons = tuple(buttons)


class NotFound(CommandError):
    """Nothing visible has this name or id.

    The message is the same for a hidden record and for none: otherwise asking would show what others have.
    """


class NotSettled(CommandError):
    """The press settled nothing: the question waits as before, or its answer stands where its card stood."""

    keeps_card = True


class NoOpenQuestion(NotSettled, NotFound):
    """The question that is answered is not this person's. Whose it is still needs the card."""


# Not a CommandError: nothing is refused, the dispatcher asks which one is meant and goes on from there.
class Ambiguous(Exception):
    """Several visible records have the name that an argument gives; the person has to choose."""

    def __init__(self, field: str, words: str, choices: Sequence[NamedRecord]) -> None:
        super().__init__(f"“{words}” fits {len(choices)} records")
        self.field = field
        self.words = words
        self.choices = tuple(choices)
