"""Cleaning what a cell holds: invisible characters, HTML, the mark that keeps spreadsheets from calculating."""

from __future__ import annotations

import html
import re

from storage.imports.values.cell_vocabulary import AS_WRITTEN
from storage.names.normalise import fold_text

# Characters that show nothing and can hide instructions, reverse text or break a database.
INVISIBLE = re.compile(
    "[\U000e0000-\U000e007f\ufe00-\ufe0f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\u061c\u00ad\u180e\ufff9-\ufffb"
    "\ud800-\udfff\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x9f]"
)

TAG = re.compile(
    r"</?(?:p|br|div|span|a|b|i|u|s|strong|em|small|font|ul|ol|li|table|tbody|thead|tr|td|th|h[1-6]|hr|img|html|body"
    r"|head|meta|title|blockquote|pre|code|sup|sub|o:p)\b(?:\s[^<>]*|/)?>",
    re.IGNORECASE,
)
UNSEEN = re.compile(r"<(script|style)\b[^>]*>.*?(</\1\s*>|$)|<!--.*?-->", re.IGNORECASE | re.DOTALL)
ALTERNATIVE = re.compile(r"<img\b[^>]*?\balt=[\"']([^\"']*)[\"'][^>]*>", re.IGNORECASE)
BREAK = re.compile(r"<(?:br|/p|/div|/li|/tr|/h[1-6])\b[^>]*>", re.IGNORECASE)
ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,10}\d?);", re.IGNORECASE)
NOT_A_LETTER = re.compile(r"[\W_]+")
FORMULA = re.compile(r"'*[=+\-@\t\r]")
DEFUSED = re.compile(r"'+[=+\-@\t\r]")


def squash_name(name: str) -> str:
    """Strip a column's name of case, accents, spaces, punctuation and Salesforce's ending for custom fields."""
    return NOT_A_LETTER.sub("", fold_text(name.strip().removesuffix("__c"))) if name else ""


def clean_cell(cell: str) -> str:
    """Clean a cell of invisible characters, HTML and outer space; empty for a placeholder."""
    cell = cell.strip()
    if not cell:
        return ""
    if not (cell.isascii() and cell.isprintable()):
        cell = INVISIBLE.sub("", cell).strip()
    if "<" in cell or "&" in cell:
        cell = strip_html(cell)
    if cell[:1] == "'" and DEFUSED.match(cell):
        cell = cell[1:]
    return "" if cell in AS_WRITTEN else cell


def strip_html(text: str) -> str:
    """Keep the words that a browser would show. Text that only looks like HTML (`a < b`, `R&D`) stays as it is."""
    if TAG.search(text) or UNSEEN.search(text):
        text = ALTERNATIVE.sub(r"\1", UNSEEN.sub("", text))
        text = TAG.sub("", BREAK.sub("\n", text))
    if "&" in text:
        text = INVISIBLE.sub("", ENTITY.sub(lambda found: html.unescape(found[0]), text))
    return text.strip()


def defuse_formula(cell: str) -> str:
    """Put a `'` before what a spreadsheet would take for a formula; `clean_cell` takes it off again."""
    return f"'{cell}" if cell[:1] in "'=+-@\t\r" and FORMULA.match(cell) else cell
