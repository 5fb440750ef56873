"""Renders rows of figures as a table block, or as aligned text where a table is not possible."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.slack.render.blocks import Json
from bot.slack.render.escaping import one_line
from commands.wording.figure_columns import build_columns

# Characters of a line in letters of one width that fit a phone.
PHONE_WIDTH = 44
GAP = "  "


def table_block(rows: Sequence[dict[str, Any]]) -> Json:
    """Build a table block of the rows, with titles over the columns and numbers aligned to the right."""
    shown = build_columns(rows)
    cells = [[_table_cell(each.title.capitalize()) for each in shown]]
    cells += [[_table_cell(each.cells[place]) for each in shown] for place in range(len(shown[0].cells))]
    settings = [{"align": "right" if each.number else "left", "is_wrapped": not each.number} for each in shown]
    return {"type": "table", "rows": cells, "column_settings": settings}


def _table_cell(text: str) -> Json:
    return {"type": "raw_text", "text": one_line(text) or "–"}


def table_as_text(block: Json) -> Json:
    """Turn a table block into rich text: aligned columns, or a line a row where they are wider than a phone."""
    rows = [[cell["text"] for cell in row] for row in block["rows"]]
    numbers = [each["align"] == "right" for each in block["column_settings"]]
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    if sum(widths) + len(GAP) * (len(widths) - 1) > PHONE_WIDTH:
        titles, *rest = rows
        text = "\n".join(_describe_row(titles, row) for row in rest)
        return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [_text_leaf(text)]}]}
    text = "\n".join(_align_row(row, widths, numbers) for row in rows)
    return {"type": "rich_text", "elements": [{"type": "rich_text_preformatted", "elements": [_text_leaf(text)]}]}


def _text_leaf(text: str) -> Json:
    return {"type": "text", "text": text}


def _align_row(row: Sequence[str], widths: Sequence[int], numbers: Sequence[bool]) -> str:
    cells = (
        cell.rjust(width) if right else cell.ljust(width)
        for cell, width, right in zip(row, widths, numbers, strict=True)
    )
    return GAP.join(cells).rstrip()


def _describe_row(titles: Sequence[str], row: Sequence[str]) -> str:
    """Write a row in one line: `Negotiation: count 2 · amount $40,000`."""
    first, *rest = row
    said = [f"{title.lower()} {cell}" for title, cell in zip(titles[1:], rest, strict=True) if cell != "–"]
    return f"{first}: {' · '.join(said)}"
