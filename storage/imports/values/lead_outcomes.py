"""Reading how a lead ended: a yes or no, or the words for it."""

from __future__ import annotations

import re
from functools import lru_cache

from storage.imports.values.cell_text import simplify_words
from storage.imports.values.cell_vocabulary import FAILURE, FLAGS, LOST_LEAD, NO, STATUS_CLASSES, SUCCESS, WON_LEAD, YES
from storage.imports.values.import_errors import Unreadable

ANSWERS = FLAGS | SUCCESS | FAILURE


def is_flag(text: str) -> bool:
    """Say whether this is a yes or no that does not say what it is about."""
    return text.lower() in ANSWERS


@lru_cache(maxsize=10_000)
def guess_outcome(text: str) -> bool | None:
    """Guess whether a lead with this in its row converted; None where the words do not say."""
    if is_flag(text):
        return text.lower() in YES | SUCCESS
    words = simplify_words(text)
    if re.search(WON_LEAD, words):
        return True
    status_class = next(found for found, pattern in STATUS_CLASSES if re.search(pattern, words))
    return False if status_class == "closed" or re.search(LOST_LEAD, words) else None


def read_outcome(text: str) -> bool:
    """Read whether a lead converted from a column that says so. Raise Unreadable where the words do not."""
    word = text.lower()
    outcome = word in YES if word in YES or word in NO else guess_outcome(text)
    if outcome is None:
        raise Unreadable(f"“{text[:60]}” does not say whether the lead converted")
    return outcome
