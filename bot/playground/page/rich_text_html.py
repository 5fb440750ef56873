"""The rich_text block as HTML."""

from __future__ import annotations

import html

from bot.playground.page.inline_html import EMOJI, render_link, render_plain
from bot.playground.workspace.slack_state import Json
from bot.playground.workspace.slack_world import World

_TAGS = {"bold": "b", "italic": "i", "strike": "s", "underline": "u", "code": "code"}


def render_rich_text(block: Json, world: World) -> str:
    counters: dict[int, int] = {}
    return "".join(_render_part(each, world, counters) for each in block["elements"])


def _render_part(part: Json, world: World, counters: dict[int, int]) -> str:
    match part["type"]:
        case "rich_text_list":
            return _render_list(part, world, counters)
        case "rich_text_preformatted":
            return f"<pre>{_render_leaves(part, world).replace('<br>', chr(10))}</pre>"
        case "rich_text_quote":
            return f"<q>{_render_leaves(part, world)}</q>"
        case _:
            return f"<div>{_render_leaves(part, world)}</div>"


def _render_list(part: Json, world: World, counters: dict[int, int]) -> str:
    indent = int(part.get("indent", 0))
    number = counters.get(indent, int(part.get("offset", 0)))
    made = []
    for item in part["elements"]:
        number += 1
        sign = f"{number}." if part["style"] == "ordered" else "•"
        made.append(
            f'<div class="item depth{min(indent, 4)}"><span>{sign}</span><div>{_render_leaves(item, world)}</div></div>'
        )
    if part["style"] == "ordered":
        counters[indent] = number
    return "".join(made)


def _render_leaves(part: Json, world: World) -> str:
    return "".join(_render_leaf(each, world) for each in part["elements"])


def _render_leaf(leaf: Json, world: World) -> str:
    match leaf["type"]:
        case "text":
            shown = render_plain(leaf["text"])
        case "link":
            shown = render_link(html.escape(leaf.get("text", "")), leaf["url"])
        case "emoji":
            shown = EMOJI.get(leaf["name"], html.escape(f":{leaf['name']}:"))
        case "user":
            user = world.users.get(leaf["user_id"])
            shown = f'<span class="mention">@{html.escape(user.real_name if user else leaf["user_id"])}</span>'
        case "channel":
            channel = world.channels.get(leaf["channel_id"])
            shown = f'<span class="mention">#{html.escape(channel.name if channel else leaf["channel_id"])}</span>'
        case "broadcast":
            shown = f'<span class="mention">@{html.escape(leaf["range"])}</span>'
        case "date":
            shown = html.escape(str(leaf.get("fallback", leaf["timestamp"])))
        case kind:
            shown = html.escape(str(leaf.get(f"{kind}_id", leaf.get("value", ""))))
    for name, on in leaf.get("style", {}).items():
        if on and name in _TAGS:
            shown = f"<{_TAGS[name]}>{shown}</{_TAGS[name]}>"
    return shown
