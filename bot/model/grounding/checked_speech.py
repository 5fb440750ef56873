"""The model's prose on its way to the reader: only sentences that are harmless and true."""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.model.grounding.ground import Ground
from bot.model.grounding.grounding_check import is_grounded
from bot.model.grounding.prose import LONGEST, is_harmless, plain, sentence_ends, sentences

THOUGHTS = re.compile(r"^\s*<(think|thinking|reasoning)>.*?</\1>", re.S)
"""What some models write down for themselves first."""
FEWEST_WORDS = 3
"""Fewer say nothing that the answer below does not."""


class Speech:
    """Prose as it comes. `ground` is asked for anew whenever tools have answered."""

    def __init__(self, ground: Callable[[], Ground], on_sentence: Callable[[str], None]) -> None:
        self._ground = ground
        self._on_sentence = on_sentence
        self._begin()

    def _begin(self) -> None:
        self._text = ""
        self._done = 0
        self._passed: list[str] = []
        self._silent = False

    def begin(self, *, silent: bool) -> None:
        """A new round. Nothing of it is passed on while `silent`."""
        self._begin()
        self._silent = silent

    def hear(self, piece: str) -> None:
        """Take in a piece, and pass on the sentences that it completes."""
        self._text += piece
        if self._silent:
            return
        ends = [end + self._done for end in sentence_ends(self._text[self._done :])]
        # A full stop at the very end may yet become a decimal point or a dot within a name.
        for end in [each for each in ends if each < len(self._text)]:
            sentence, self._done = plain(self._text[self._done : end]), end
            if sentence and not self._say(sentence):
                self._silent = True
                return

    def end(self, text: str) -> str:
        """The whole prose if every sentence of it passes, else nothing. Passes on what was not yet."""
        kept: list[str] = []
        for sentence in sentences(THOUGHTS.sub("", text)):
            if not self._passes(sentence):
                return ""
            if not _fits(kept, sentence):
                break
            kept.append(sentence)
        if not self._silent:
            for sentence in kept[len(self._passed) :]:
                self._say(sentence)
        said = " ".join(kept)
        return said if said.count(" ") >= FEWEST_WORDS - 1 else ""

    def _say(self, sentence: str) -> bool:
        if not _fits(self._passed, sentence) or not self._passes(sentence):
            return False
        self._passed.append(sentence)
        self._on_sentence(sentence)
        return True

    def _passes(self, sentence: str) -> bool:
        return is_harmless(sentence) and is_grounded(sentence, self._ground())


def _fits(kept: list[str], sentence: str) -> bool:
    return sum(len(each) + 1 for each in kept) + len(sentence) <= LONGEST
