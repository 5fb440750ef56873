"""Block Kit's blocks as HTML."""

from __future__ import annotations

import html

from bot.playground.page.element_html import element
from bot.playground.page.inline_html import mrkdwn, plain
from bot.playground.page.markdown_html import markdown
from bot.playground.page.rich_text_html import rich_text
from bot.playground.workspace.slack_state import Json, Values
from bot.playground.workspace.slack_world import World


def blocks(given: list[Json], world: World, values: Values | None = None) -> str:
    return "".join(
        f'<div class="block {html.escape(each["type"])}">{_block(each, world, values or {})}</div>' for each in given
    )


def text(given: Json, world: World) -> str:
    """A text object."""
    return mrkdwn(given["text"], world) if given["type"] == "mrkdwn" else plain(given["text"])


def _block(block: Json, world: World, values: Values) -> str:
    match block["type"]:
        case "header":
            return f"<h3>{text(block['text'], world)}</h3>"
        case "divider":
            return "<hr>"
        case "section":
            return _section(block, world, values)
        case "context":
            return "".join(_small(each, world) for each in block["elements"])
        case "actions" | "context_actions":
            return "".join(element(block, each, values) for each in block["elements"])
        case "input":
            return _input(block, values)
        case "rich_text":
            return rich_text(block, world)
        case "markdown":
            return markdown(block["text"])
        case "table" | "data_table":
            return _table(block, world)
        case "image":
            return _omitted(block["alt_text"])
        case "alert":
            return f'<div class="said {html.escape(block.get("level", ""))}">{text(block["text"], world)}</div>'
        case "card":
            return _card(block, world, values)
        case "carousel":
            return "".join(_card(each, world, values) for each in block["elements"])
        case "container":
            return _heading(block, world) + blocks(block["child_blocks"], world, values)
        case kind:
            return _omitted(kind)


def _section(block: Json, world: World, values: Values) -> str:
    body = f"<div>{text(block['text'], world)}</div>" if "text" in block else ""
    if "fields" in block:
        body += (
            '<div class="fields">' + "".join(f"<div>{text(each, world)}</div>" for each in block["fields"]) + "</div>"
        )
    if "accessory" not in block:
        return body
    beside = block["accessory"]
    shown = _omitted(beside["alt_text"]) if beside["type"] == "image" else element(block, beside, values)
    return f'<div class="beside"><div>{body}</div><div>{shown}</div></div>'


def _small(given: Json, world: World) -> str:
    shown = _omitted(given["alt_text"]) if given["type"] == "image" else text(given, world)
    return f"<span>{shown}</span>"


def _input(block: Json, values: Values) -> str:
    optional = ' <small class="optional">(optional)</small>' if block.get("optional") else ""
    hint = f"<small>{plain(block['hint']['text'])}</small>" if "hint" in block else ""
    return f"<label>{plain(block['label']['text'])}{optional}</label>{element(block, block['element'], values)}{hint}"


def _table(block: Json, world: World) -> str:
    columns = block.get("column_settings", [])
    rows = []
    for number, row in enumerate(block["rows"]):
        tag = "td" if number else "th"
        cells = []
        for place, cell in enumerate(row):
            align = (columns[place] or {}).get("align", "left") if place < len(columns) else "left"
            cells.append(f'<{tag} class="{html.escape(align)}">{_cell(cell, world)}</{tag}>')
        rows.append(f"<tr>{''.join(cells)}</tr>")
    return f'<div class="wide"><table>{"".join(rows)}</table></div>'


def _cell(cell: Json, world: World) -> str:
    match cell.get("type"):
        case "rich_text":
            return rich_text(cell, world)
        case "raw_text":
            return plain(cell["text"])
        case _:
            return plain(str(cell.get("text", cell.get("value", ""))))


def _card(block: Json, world: World, values: Values) -> str:
    body = f"<div>{text(block['body'], world)}</div>" if "body" in block else ""
    pressed = "".join(element(block, each, values) for each in block.get("actions", []))
    return f'<div class="card">{_heading(block, world)}{body}<div class="block actions">{pressed}</div></div>'


def _heading(block: Json, world: World) -> str:
    title = f"<b>{text(block['title'], world)}</b>" if isinstance(block.get("title"), dict) else ""
    under = f"<small>{text(block['subtitle'], world)}</small>" if isinstance(block.get("subtitle"), dict) else ""
    return f"<div>{title} {under}</div>"


def _omitted(what: str) -> str:
    return f'<span class="omitted">[{html.escape(what)}]</span>'
