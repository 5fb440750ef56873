"""Whole screens: a conversation, a modal, the Home tab."""

from __future__ import annotations

import html
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.playground.page.block_html import render_blocks
from bot.playground.page.inline_html import render_mrkdwn, render_plain
from bot.playground.page.page_style import STYLE
from bot.playground.screen.screen_view import state_values
from bot.playground.workspace.slack_state import Channel, LocalMessage, User, View
from bot.playground.workspace.slack_world import World


def render_conversation(
    user: User, channel: Channel, shown: list[LocalMessage], prompts: list[str], world: World
) -> str:
    """Render a conversation as the person sees it, threads opened below their first message."""
    # A thread stands where its first visible message stands, its replies below in the order of their ts.
    last = {each.root_ts: place for place, each in enumerate(shown)}
    ordered = sorted(
        shown, key=lambda each: (min(p for p, m in enumerate(shown) if m.root_ts == each.root_ts), float(each.ts))
    )
    articles = "".join(_render_message(each, user, world) for each in ordered)
    lines = [
        f'<div class="thinking">{render_plain(world.app.name)} {render_plain(line)}</div>'
        for root in last
        if root in channel.sessions and (line := channel.sessions[root].line_at(world.now))
    ]
    chips = "".join(f"<span>{render_plain(each)}</span>" for each in prompts)
    name = world.app.name if channel.is_im else f"#{channel.name}"
    under = f"{user.real_name}, {user.tz}"
    return render_page(
        name,
        f"<header>{render_plain(name)}<small>{render_plain(under)}</small></header>"
        f'<div class="messages">{articles}{"".join(lines)}</div>'
        + (f'<div class="prompts">{chips}</div>' if chips else ""),
    )


def render_view(shown: View, world: World) -> str:
    """Render a modal with its buttons, or a Home tab."""
    body = f'<div class="sheet">{render_blocks(shown.content["blocks"], world, shown.values)}</div>'
    if shown.kind == "home":
        return render_page("Home", f"<header>{render_plain(world.app.name)}<small>Home</small></header>{body}")
    close = shown.content.get("close", {}).get("text", "Cancel")
    buttons = f'<button type="button">{render_plain(close)}</button>'
    if "submit" in shown.content:
        buttons += f'<button type="button" class="primary">{render_plain(shown.content["submit"]["text"])}</button>'
    return render_page(shown.title, f"<header>{render_plain(shown.title)}</header>{body}<footer>{buttons}</footer>")


def render_page(title: str, body: str) -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        # Whatever got past the escaping can still neither run nor fetch anything.
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{html.escape(title)}</title><style>{STYLE}</style></head><body><main>{body}</main></body></html>"
    )


def _render_message(message: LocalMessage, reader: User, world: World) -> str:
    name = message.username or world.users[message.user].real_name
    at = datetime.fromtimestamp(float(message.ts), ZoneInfo(reader.tz))
    kinds = ("reply" if message.root_ts != message.ts else "", "ephemeral" if message.only_for else "")
    values = state_values(world, reader.id, message)
    body = (
        render_blocks(message.blocks, world, values)
        if message.blocks
        else f"<div>{render_mrkdwn(message.text, world)}</div>"
    )
    notes = [
        "Only visible to you" if message.only_for else "",
        "(edited)" if message.edited else "",
        "writing …" if message.is_streaming else "",
        " ".join(f":{name}: {len(users)}" for name, users in message.reactions.items()),
    ]
    shown = "".join(f'<span class="note">{render_plain(each)}</span>' for each in notes if each)
    badge = '<span class="app">APP</span>' if message.bot_id else ""
    initials = "".join(word[0] for word in name.split()[:2]).upper()
    return (
        f'<article class="{" ".join(filter(None, kinds))}" data-ts="{message.ts}">'
        f'<div class="avatar{"" if message.bot_id else " human"}">{html.escape(initials)}</div>'
        f'<div class="body"><span class="who">{render_plain(name)}</span>{badge} <time>{at:%H:%M}</time>'
        f"{body}{shown}</div></article>"
    )
