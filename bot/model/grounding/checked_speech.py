"""The model's prose on its way to the reader: only sentences that are harmless and true."""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.model.grounding.ground import TurnEvidence
from bot.model.grounding.grounding_check import is_grounded
from bot.model.grounding.prose import is_harmless, plain, sentence_ends, sentences
from storage.names.text_lengths import LONGEST_PROSE, LONGEST_SAID

THOUGHTS = re.compile(r"^\s*<(think|thinking|reasoning)>.*?</\1>", re.S)
"""What some models write down for themselves first."""
FEWEST_WORDS = 3
"""Fewer say nothing that the answer below does not."""


class Speech:
    """Passes the model's prose on, sentence by sentence, as far as every sentence is harmless and grounded.

    `ground` is called anew whenever tools have answered.
    """

    def __init__(self, ground: Callable[[], TurnEvidence], on_sentence: Callable[[str], None]) -> None:
        self._ground = ground
        self._on_sentence = on_sentence
        self._reset_round()

    def _reset_round(self) -> None:
        self._text = ""
        self._done = 0
        self._passed: list[str] = []
        self._silent = False

    def begin_round(self, *, silent: bool) -> None:
        """Begin a new round. Nothing of it is passed on while `silent`."""
        self._reset_round()
        self._silent = silent

    def add_piece(self, piece: str) -> None:
        """Add a piece of prose, and pass on the sentences that it completes."""
        self._text += piece
        # A sentence that does not end is not looked through again with every piece.
        self._silent = self._silent or len(self._text) - self._done > 2 * LONGEST_SAID
        if self._silent:
            return
        ends = [end + self._done for end in sentence_ends(self._text[self._done :])]
        # A full stop at the very end may yet become a decimal point or a dot within a name.
        for end in [each for each in ends if each < len(self._text)]:
            sentence, self._done = plain(self._text[self._done : end]), end
            if sentence and not self._pass_on(sentence):
                self._silent = True
                return

    def finish_prose(self, text: str) -> str:
        """Return the whole prose if every sentence passes, else an empty text; pass on what was not yet."""
        kept: list[str] = []
        if len(text) > LONGEST_PROSE:
            return ""
        for sentence in sentences(THOUGHTS.sub("", text)):
            if not self._is_allowed(sentence):
                return ""
            if not _fits_length(kept, sentence):
                break
            kept.append(sentence)
        if not self._silent:
            for sentence in kept[len(self._passed) :]:
                self._pass_on(sentence)
        said = " ".join(kept)
        return said if said.count(" ") >= FEWEST_WORDS - 1 else ""

    def _pass_on(self, sentence: str) -> bool:
        if not _fits_length(self._passed, sentence) or not self._is_allowed(sentence):
            return False
        self._passed.append(sentence)
        self._on_sentence(sentence)
        return True

    def _is_allowed(self, sentence: str) -> bool:
        return len(sentence) <= LONGEST_SAID and is_harmless(sentence) and is_grounded(sentence, self._ground())


def _fits_length(kept: list[str], sentence: str) -> bool:
    return sum(len(each) + 1 for each in kept) + len(sentence) <= LONGEST_SAID
