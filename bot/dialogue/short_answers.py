"""Reads a line that answers a question: a yes, a no, or a place among choices."""

from __future__ import annotations

import re
from collections.abc import Sequence

from commands.values.number_words import ORDINAL_ENDINGS, ORDINALS, UNITS
from commands.values.text import tokenize_text

# Whole lines, not words: “yes, and call her tomorrow” agrees and asks for something more, so it is no mere yes.
YES = frozenset(
    re.split(
        r",\s*",
        "yes, yep, yeah, yup, ya, yea, ok, okay, sure, confirm, confirmed, go, do it, go ahead, please do, go "
        "for it, correct, right, of course, absolutely, definitely, exactly, y, k, oui, si, ja, sounds good, "
        "that is right, looks good, lgtm, approved, alright, all right, fine, aye, ok go, ok do it, yes "
        "please, yes do it, yes go, ok yes, yes go ahead, ok go ahead, yep do it, sure do it, sure go ahead, "
        "make it so, yes confirm, do that, yes thanks, yes correct, yes that is right, just do it, ye, yess, yas, "
        "kk, okey, oki, okey dokey, ok cool, sure thing, go on then, yep that is right, hell yes",
    )
)
NO = frozenset(
    re.split(
        r",\s*",
        "no, nope, nah, cancel, stop, forget it, never mind, nevermind, do not, abort, leave it, nvm, no "
        "thanks, not now, drop it, scrap that, scratch that, wait, hold on, nein, non, cancel that, cancel "
        "it, do not do it, do not do that, forget about it, no way, n, skip it, forget that, nope forget it, "
        "no forget it, no cancel, no do not, no stop, no cancel that, no cancel it, please do not, no never "
        "mind, no leave it, no wait, not yet, better not, rather not, ok forget it, actually no, hmm no, no "
        "thank you, none, neither, none of them, none of these, nope cancel, nah forget it, nah leave it",
    )
)
# Slack sends a thumb by its name, other keyboards as a sign.
THUMB_UP = re.compile(r"(\+1|👍|👌|✅|:(\+1|thumbsup|ok_hand|white_check_mark):)", re.IGNORECASE)
THUMB_DOWN = re.compile(r"(-1|👎|❌|:(-1|thumbsdown|x):)", re.IGNORECASE)
SKIN_TONE = re.compile(r":skin-tone-\d:|[\U0001F3FB-\U0001F3FF\uFE0F]")
# More choices than ten are never offered.
PLACES = {word: number for word, number in (UNITS | ORDINALS).items() if 1 <= number <= 10}
# What people put around a number or a name: “the second one please”, “jane at globex”.
AROUND = frozenset(
    "the one number no please i mean that option choice from at with of lead deal take it is a nr".split()
)


def read_yes_or_no(text: str) -> tuple[bool, bool]:
    """Tell whether a line is a yes, and whether it is a no."""
    sign = SKIN_TONE.sub("", text).strip()
    tokens = tokenize_text(text).tokens
    # Also as it was typed: in a sentence “y” is short for “why”, and “n” for “and”.
    spellings = ([token.norm for token in tokens], [token.raw.lower() for token in tokens])
    said = {" ".join(word for word in words if word not in ("please", "thanks", "just")) for words in spellings}
    agrees = THUMB_UP.fullmatch(sign) is not None or not said.isdisjoint(YES)
    return agrees, THUMB_DOWN.fullmatch(sign) is not None or not said.isdisjoint(NO)


def read_choice_number(words: Sequence[str]) -> int | None:
    """Read the place that was said (`2`, `the second one`, `number 3`); None for anything else."""
    # “One” stands around other words, but it may also be the number itself.
    rest = [word for word in words if word not in AROUND] or [word for word in words if word in PLACES]
    if len(rest) == 2 and rest[0].isdigit() and rest[1] in ORDINAL_ENDINGS:
        rest = rest[:1]
    if len(rest) != 1:
        return None
    word = rest[0].removeprefix("#")
    return int(word) if word.isascii() and word.isdigit() and len(word) < 4 else PLACES.get(word)
