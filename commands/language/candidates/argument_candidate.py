"""Says what an argument of a command could be, and which of its values form a closed set."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, get_args

from commands.contract.command import Command
from commands.language.sentences.sentence import Sentence

NOWHERE = -1
"""The place of a candidate that stands for no words of the sentence."""
BREAK = re.compile(r"[,.;:!?()\n|>-]")
PHONE = re.compile(r"(?:\+?\d|\(\d)[\d\s().-]{4,}\d")
"""A phone number as people write it, also with its area in brackets: `(415) 555-0177`."""


@dataclass(slots=True)
class ArgumentCandidate:
    """Something an argument could be, and the words (first to last unit) that say so.

    `sort` tells how it was found, for the weights. `shown` are the ways in which a person would write the value.
    `rivals` and `contested_by` are filled in once all candidates are known: what else was found for this argument, and
    which other arguments its words may be meant for.
    """

    argument: str
    value: Any
    first: int
    last: int
    sort: str
    shown: tuple[str, ...] = ()
    rivals: tuple[str, ...] = ()
    contested_by: tuple[str, ...] = ()

    @property
    def is_text(self) -> bool:
        return self.sort == "words"


Finder = Callable[[Sentence, str, type[Command]], Iterator[ArgumentCandidate]]


@cache
def takes_several(kind: type[Command], argument: str) -> bool:
    """Tell whether an argument holds a list of values."""
    return "tuple[" in str(kind.model_fields[argument].annotation)


@cache
def list_choices(kind: type[Command], argument: str) -> tuple[str, ...]:
    """List the values of an argument that takes one of a closed set; empty for any other."""
    return tuple(_list_literals(kind.model_fields[argument].annotation))


def _list_literals(annotation: Any) -> Iterator[str]:
    if getattr(annotation, "__origin__", None) is Literal:
        yield from get_args(annotation)
    else:
        for part in get_args(annotation):
            yield from _list_literals(part)
