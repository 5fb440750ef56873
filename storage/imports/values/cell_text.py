"""Cleaning what a cell holds: invisible characters, HTML, the mark that keeps spreadsheets from calculating."""

from __future__ import annotations

import html
import re

from storage.imports.values.cell_vocabulary import AS_WRITTEN
from storage.names.normalise import fold_text

# These show nothing, and can hide instructions from the reader, reverse text or break a database.
INVISIBLE = re.compile(
    "[\U000e0000-\U000e007f\ufe00-\ufe0f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\u061c\u00ad\u180e\ufff9-\ufffb"
    "\ud800-\udfff\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x9f]"
)

TAG = re.compile(
    r"</?(?:p|br|div|span|a|b|i|u|s|strong|em|small|font|ul|ol|li|table|tbody|thead|tr|td|th|h[1-6]|hr|img|html|body"
    r"|head|meta|title|blockquote|pre|code|sup|sub|o:p)\b(?:\s[^<>]*|/)?>",
    re.IGNORECASE,
)
# None of these looks past the next `<` for its `>`, so that a cell full of `<` is looked through once.
UNSEEN = re.compile(r"<(script|style)\b[^<>]*>.*?(</\1\s*>|$)", re.IGNORECASE | re.DOTALL)
ALTERNATIVE = re.compile(r"<img\b(?=[^<>]*>)[^<>]*?\balt=[\"']([^\"'<>]*)[\"'][^<>]*>", re.IGNORECASE)
BREAK = re.compile(r"<(?:br|/p|/div|/li|/tr|/h[1-6])\b[^<>]*>", re.IGNORECASE)
ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,10}\d?);", re.IGNORECASE)
NOT_A_LETTER = re.compile(r"[\W_]+")
# Spreadsheets calculate cells that begin so; a `'` in front keeps them from it, and may stand there several times.
FORMULA = re.compile(r"'*[=+\-@\t\r]")
DEFUSED = re.compile(r"'+[=+\-@\t\r]")


def squash_name(name: str) -> str:
    """Reduce a column's name to letters and digits, folded, without Salesforce's ending for custom fields (`__c`)."""
    return NOT_A_LETTER.sub("", fold_text(name.strip().removesuffix("__c"))) if name else ""


def simplify_words(text: str) -> str:
    """Reduce a text to folded words with single spaces; `ClosedWon` is two words."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)
    return " ".join(re.findall(r"[^\W_]+", fold_text(spaced)))


def clean_cell(cell: str) -> str:
    """Remove invisible characters, HTML and outer space from a cell; a placeholder becomes empty."""
    cell = cell.strip()
    if not cell:
        return ""
    # Most cells are plain, and looking is cheaper than searching.
    if not (cell.isascii() and cell.isprintable()):
        cell = INVISIBLE.sub("", cell).strip()
    if "<" in cell or "&" in cell:
        cell = strip_html(cell)
    if cell[:1] == "'" and DEFUSED.match(cell):
        cell = cell[1:]
    return "" if cell in AS_WRITTEN else cell


def strip_html(text: str) -> str:
    """Reduce HTML to the words that a browser would show. Text that only looks like it (`a < b`, `R&D`) stays."""
    text = _drop_comments(text)
    if TAG.search(text) or UNSEEN.search(text):
        text = ALTERNATIVE.sub(r"\1", UNSEEN.sub("", text))
        text = TAG.sub("", BREAK.sub("\n", text))
    if "&" in text:
        # Entities may stand for invisible characters too.
        text = INVISIBLE.sub("", ENTITY.sub(lambda found: html.unescape(found[0]), text))
    return text.strip()


def _drop_comments(text: str) -> str:
    """Drop `<!-- … -->`. One that never ends stays, as text that only looks like HTML does."""
    kept, at = [], 0
    while (begin := text.find("<!--", at)) >= 0 and (end := text.find("-->", begin + 4)) >= 0:
        kept.append(text[at:begin])
        at = end + 3
    return "".join((*kept, text[at:])) if kept else text


def defuse_formula(cell: str) -> str:
    """Put a `'` before what a spreadsheet would take for a formula; `clean_cell` takes it off again."""
    return f"'{cell}" if cell[:1] in "'=+-@\t\r" and FORMULA.match(cell) else cell
