"""Texts that cost a careless reader much: the same few signs again and again, in any length."""

from __future__ import annotations

REPEATED = {
    "opening angles": "<",
    "mentions left open": "<@U1|",
    "comments left open": "<!--",
    "images left open": '<img alt="',
    "brackets": "[",
    "stars": "*",
    "marked words": "*a ",
    "underscores": "_",
    "at signs": "@",
    "half addresses": "a@",
    "dotted letters": "a.",
    "escaped angles": "&lt;",
    "spaces": " ",
    "line ends": "\n",
    "line ends and spaces": " \n",
    "digits": "1",
    "grouped digits": "1,",
    "digits and blanks": "1 ",
    "commas": ",",
    "colons": ": ",
    "minus signs": "-",
    "dots": ".",
    "ellipses": "…",
    "ands": "and ",
    "quotation marks": '"',
    "curly quotes": "“a” ",
    "apostrophes": "'",
    "accents upon accents": "e\u0301\u0301",
    "text directions": "\u202e",
    "emoji": "😀",
    "emoji codes": ":a",
    "one long word": "a",
    "one-letter words": "x ",
    "capitals": "Aa ",
    "dates": "12 May 2026 ",
    "clocks": "10:30 ",
    "counts in brackets": "(1) ",
    "totals": "total ",
    "reasons": "; ",
    "braces": "{",
    "lists in JSON": "[[",
}
"""What it is -> the signs."""
# A reader may take a text for what it is only at its end.
ENDS = ("", "!", ">")


def repeat_signs(signs: str, length: int, end: str = "") -> str:
    """Make a text of this length."""
    return (signs * (length // len(signs) + 1))[: length - len(end)] + end
