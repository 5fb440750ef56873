"""Text that strangers may have written, made ready to be quoted: nothing invisible, nothing endless."""

from __future__ import annotations

from unicodedata import category

UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0")
"""Letters and marks that show nothing."""
MOST_MARKS = 4
"""Combining marks on one letter; more of them only pile up."""
LONGEST_FIELD = 600


def visible(text: str) -> str:
    """The text without what nobody sees: controls, format and tag characters, selectors, private use, fillers.

    Line and paragraph separators become new lines.
    """
    if text.isascii() and text.isprintable():
        return text
    kept: list[str] = []
    marks = 0
    for letter in text.replace("\r\n", "\n").replace("\r", "\n"):
        if letter in "\n\t":
            kept.append(letter)
            continue
        if letter in "\u2028\u2029\x0b\x0c\x85":
            kept.append("\n")
            continue
        kind = category(letter)
        if (
            kind in UNSEEN
            or letter in BLANK
            or "\ufe00" <= letter <= "\ufe0f"
            or "\U000e0100" <= letter <= "\U000e01ef"
        ):
            continue
        marks = marks + 1 if kind in ("Mn", "Me") else 0
        if marks <= MOST_MARKS:
            kept.append(letter)
    return "".join(kept)


def quoted(text: str, longest: int = LONGEST_FIELD) -> str:
    """Visible text on one line, cut where it is too long."""
    words = " ".join(visible(text).split())
    return words if len(words) <= longest else f"{words[: longest - 1]}…"
