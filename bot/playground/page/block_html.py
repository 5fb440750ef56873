"""Block Kit's blocks as HTML."""

from __future__ import annotations

import html

from bot.playground.page.element_html import render_element
from bot.playground.page.inline_html import render_mrkdwn, render_plain
from bot.playground.page.markdown_html import render_markdown
from bot.playground.page.rich_text_html import render_rich_text
from bot.playground.workspace.slack_state import Json, Values
from bot.playground.workspace.slack_world import World


def render_blocks(given: list[Json], world: World, values: Values | None = None) -> str:
    return "".join(
        f'<div class="block {html.escape(each["type"])}">{_render_block(each, world, values or {})}</div>'
        for each in given
    )


def render_text(given: Json, world: World) -> str:
    """Render a text object."""
    return render_mrkdwn(given["text"], world) if given["type"] == "mrkdwn" else render_plain(given["text"])


def _render_block(block: Json, world: World, values: Values) -> str:
    match block["type"]:
        case "header":
            return f"<h3>{render_text(block['text'], world)}</h3>"
        case "divider":
            return "<hr>"
        case "section":
            return _render_section(block, world, values)
        case "context":
            return "".join(_render_context_item(each, world) for each in block["elements"])
        case "actions" | "context_actions":
            return "".join(render_element(block, each, values) for each in block["elements"])
        case "input":
            return _render_input(block, values)
        case "rich_text":
            return render_rich_text(block, world)
        case "markdown":
            return render_markdown(block["text"])
        case "table" | "data_table":
            return _render_table(block, world)
        case "image":
            # A page that is looked at fetches nothing: an image's address could carry away what an answer says.
            return _render_omitted(block["alt_text"])
        case "alert":
            return f'<div class="said {html.escape(block.get("level", ""))}">{render_text(block["text"], world)}</div>'
        case "card":
            return _render_card(block, world, values)
        case "carousel":
            return "".join(_render_card(each, world, values) for each in block["elements"])
        case "container":
            return _render_heading(block, world) + render_blocks(block["child_blocks"], world, values)
        case kind:
            return _render_omitted(kind)


def _render_section(block: Json, world: World, values: Values) -> str:
    body = f"<div>{render_text(block['text'], world)}</div>" if "text" in block else ""
    if "fields" in block:
        body += (
            '<div class="fields">'
            + "".join(f"<div>{render_text(each, world)}</div>" for each in block["fields"])
            + "</div>"
        )
    if "accessory" not in block:
        return body
    beside = block["accessory"]
    shown = _render_omitted(beside["alt_text"]) if beside["type"] == "image" else render_element(block, beside, values)
    return f'<div class="beside"><div>{body}</div><div>{shown}</div></div>'


def _render_context_item(given: Json, world: World) -> str:
    shown = _render_omitted(given["alt_text"]) if given["type"] == "image" else render_text(given, world)
    return f"<span>{shown}</span>"


def _render_input(block: Json, values: Values) -> str:
    optional = ' <small class="optional">(optional)</small>' if block.get("optional") else ""
    hint = f"<small>{render_plain(block['hint']['text'])}</small>" if "hint" in block else ""
    label = f"<label>{render_plain(block['label']['text'])}{optional}</label>"
    return f"{label}{render_element(block, block['element'], values)}{hint}"


def _render_table(block: Json, world: World) -> str:
    columns = block.get("column_settings", [])
    rows = []
    for number, row in enumerate(block["rows"]):
        tag = "td" if number else "th"
        cells = []
        for place, cell in enumerate(row):
            align = (columns[place] or {}).get("align", "left") if place < len(columns) else "left"
            cells.append(f'<{tag} class="{html.escape(align)}">{_render_cell(cell, world)}</{tag}>')
        rows.append(f"<tr>{''.join(cells)}</tr>")
    return f'<div class="wide"><table>{"".join(rows)}</table></div>'


def _render_cell(cell: Json, world: World) -> str:
    match cell.get("type"):
        case "rich_text":
            return render_rich_text(cell, world)
        case "raw_text":
            return render_plain(cell["text"])
        case _:
            return render_plain(str(cell.get("text", cell.get("value", ""))))


def _render_card(block: Json, world: World, values: Values) -> str:
    body = f"<div>{render_text(block['body'], world)}</div>" if "body" in block else ""
    pressed = "".join(render_element(block, each, values) for each in block.get("actions", []))
    return f'<div class="card">{_render_heading(block, world)}{body}<div class="block actions">{pressed}</div></div>'


def _render_heading(block: Json, world: World) -> str:
    title = f"<b>{render_text(block['title'], world)}</b>" if isinstance(block.get("title"), dict) else ""
    under = f"<small>{render_text(block['subtitle'], world)}</small>" if isinstance(block.get("subtitle"), dict) else ""
    return f"<div>{title} {under}</div>"


def _render_omitted(what: str) -> str:
    return f'<span class="omitted">[{html.escape(what)}]</span>'
