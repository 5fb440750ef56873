"""Makes text of records and people harmless: Slack shows it as it is and reads no markup in it.

Anybody who fills in a web form writes into a lead. So nothing from a record may mention somebody, become a link, be
formatted or be hidden (docs/slack.md, "Hostile text").
"""

from __future__ import annotations

import re
from functools import lru_cache
from unicodedata import category

from commands.values.phrases import cut_text

INVISIBLE_RANGES = (
    (0x034F, 0x034F),  # combining grapheme joiner
    (0x115F, 0x1160),  # fillers, which are letters that show nothing
    (0x17B4, 0x17B5),
    (0x2800, 0x2800),
    (0x3164, 0x3164),
    (0xFFA0, 0xFFA0),
    (0x2065, 0x2065),
    (0x180B, 0x180F),  # selectors of variants, which carry hidden bytes
    (0xFE00, 0xFE0F),
    (0xFDD0, 0xFDEF),
    (0xFFF0, 0xFFF8),
    (0xE0000, 0xE0FFF),  # tags and more selectors
)
INVISIBLE = frozenset(number for first, last in INVISIBLE_RANGES for number in range(first, last + 1))
# Written as ranges: above U+FFFF `re` compares characters listed one by one, four thousand for each letter of a text.
ANY_INVISIBLE = re.compile(f"[{''.join(f'{chr(first)}-{chr(last)}' for first, last in INVISIBLE_RANGES)}]")
# Unicode categories: controls, formats such as text directions, surrogates, and characters for private use.
HIDDEN_CATEGORIES = frozenset(("Cc", "Cf", "Cs", "Co"))
BREAKS = dict.fromkeys(map(ord, "\r\v\f\x85\u2028\u2029"), "\n") | {ord("\t"): " "}
# Slack has no way to escape these marks, so they become characters that look alike.
LOOKALIKES = str.maketrans({"*": "∗", "~": "∼", "`": "'"})
ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
# An underscore marks italics only at the edge of a word: first_name stays as it is.
EDGES = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
# Slack turns addresses and host names into links by itself, even without any mark.
SCHEMES = re.compile(r":(?=//)|(?<=mailto):|(?<=tel):", re.I)
HOSTS = re.compile(r"(?<=[^\W_])\.(?=[^\W\d_])")
QUOTES = re.compile(r"^([^\S\n]*+)>", re.M)
HALF_ESCAPE = re.compile(r"&\w{0,4}…$")
EMOJI = re.compile(r":(?=[\w+'-]+:)")


def clean_text(text: str) -> str:
    """Remove characters that are invisible or change the direction of text; turn every line break into a newline."""
    # The fast way out for nearly all texts: a printable character is of no hidden category, though a few of them are
    # invisible all the same.
    if text.isprintable() and (text.isascii() or not ANY_INVISIBLE.search(text)):
        return text
    return "".join(letter for letter in text.translate(BREAKS) if letter == "\n" or not _is_hidden(letter))


@lru_cache(maxsize=4096)
def _is_hidden(letter: str) -> bool:
    return ord(letter) in INVISIBLE or category(letter) in HIDDEN_CATEGORIES or ord(letter) & 0xFFFE == 0xFFFE


def one_line(text: str) -> str:
    """Clean a text and turn every run of white space into one space."""
    return " ".join(clean_text(text).split())


def cut_escaped(text: str, longest: int) -> str:
    """Cut an escaped text like `cut_text`, but never within an escape such as `&amp;`."""
    return HALF_ESCAPE.sub("…", cut_text(text, longest)) if len(text) > longest else text


def escape_mrkdwn(text: str, *, verbatim: bool = False) -> str:
    """Make a text harmless where Slack reads mrkdwn: no format, mention, link, address or emoji code is left in it.

    Marks, and dots within host names, become characters that look alike. `&`, `<` and `>` are escaped. In a `verbatim`
    text Slack makes no links by itself: its dots stay, so that an email address can be copied.
    """
    text = clean_text(text).translate(LOOKALIKES)
    text = EDGES.sub("ˍ", text)
    text = QUOTES.sub(r"\1›", text)
    text = SCHEMES.sub("∶", text)
    text = text if verbatim else HOSTS.sub("․", text)
    text = EMOJI.sub("∶", text)
    return text.translate(ESCAPES)
