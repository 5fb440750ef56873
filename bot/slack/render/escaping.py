"""Text of records and people as harmless characters: shown as it is, read as nothing else.

Whoever fills in a web form writes into a lead. So nothing of a record may mention, link, format or hide anything
(docs/slack.md, "Hostile text").
"""

from __future__ import annotations

import re
from functools import lru_cache
from unicodedata import category

UNSEEN = frozenset(
    (
        0x034F,  # combining grapheme joiner
        0x115F,  # fillers, which are letters that show nothing
        0x1160,
        0x17B4,
        0x17B5,
        0x2800,
        0x3164,
        0xFFA0,
        0x2065,
        *range(0x180B, 0x1810),  # selectors of variants, which carry hidden bytes
        *range(0xFE00, 0xFE10),
        *range(0xFDD0, 0xFDF0),
        *range(0xFFF0, 0xFFF9),
        *range(0xE0000, 0xE1000),  # tags and more selectors
    )
)
SHOWS_NOTHING = re.compile(f"[{''.join(map(chr, sorted(UNSEEN)))}]")
HIDDEN = frozenset(("Cc", "Cf", "Cs", "Co"))
"""Controls, directions, halves of characters, and what only a private font has."""
BREAKS = dict.fromkeys(map(ord, "\r\v\f\x85\u2028\u2029"), "\n") | {ord("\t"): " "}
LOOKALIKES = str.maketrans({"*": "∗", "~": "∼", "`": "'"})
ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
EDGES = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
SCHEMES = re.compile(r":(?=//)|(?<=mailto):|(?<=tel):", re.I)
HOSTS = re.compile(r"(?<=[^\W_])\.(?=[^\W\d_])")
QUOTES = re.compile(r"^(\s*)>", re.M)
HALF_ESCAPE = re.compile(r"&\w{0,4}…$")
EMOJI = re.compile(r":(?=[\w+'-]+:)")


def clean_text(text: str) -> str:
    """Remove characters that show nothing or turn the direction; every kind of line break becomes one."""
    # What is printable is of no hidden category, as far as Unicode knows; some of it shows nothing all the same.
    if text.isprintable() and (text.isascii() or not SHOWS_NOTHING.search(text)):
        return text
    return "".join(letter for letter in text.translate(BREAKS) if letter == "\n" or not _is_hidden(letter))


@lru_cache(maxsize=4096)
def _is_hidden(letter: str) -> bool:
    return ord(letter) in UNSEEN or category(letter) in HIDDEN or ord(letter) & 0xFFFE == 0xFFFE


def one_line(text: str) -> str:
    """Clean the text, with every run of white space as one space."""
    return " ".join(clean_text(text).split())


def cut_text(text: str, longest: int) -> str:
    """Cut to so many characters, with an ellipsis where some are missing."""
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def cut_escaped(text: str, longest: int) -> str:
    """Cut as `cut_text`, never through the middle of an escaped letter."""
    return HALF_ESCAPE.sub("…", cut_text(text, longest)) if len(text) > longest else text


def escape_mrkdwn(text: str) -> str:
    """Make a text harmless where Slack reads mrkdwn: no mark, mention, link, address or emoji code is left.

    Marks and dots between letters become characters that look alike. `&`, `<` and `>` are escaped.
    """
    text = clean_text(text).translate(LOOKALIKES)
    text = EDGES.sub("ˍ", text)
    text = QUOTES.sub(r"\1›", text)
    text = SCHEMES.sub("∶", text)
    text = HOSTS.sub("․", text)
    text = EMOJI.sub("∶", text)
    return text.translate(ESCAPES)
