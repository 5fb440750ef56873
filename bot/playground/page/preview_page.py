"""A look at messages without a conversation: a page of them, each below what was said."""

from __future__ import annotations

import html
from collections.abc import Iterable

from bot.playground.page.block_html import render_blocks
from bot.playground.page.screen_page import render_page
from bot.playground.workspace.slack_state import Json
from bot.playground.workspace.slack_world import World


def render_preview(messages: Iterable[tuple[str, Iterable[Json]]], world: World, title: str = "Leadlight") -> str:
    """Render a page of `messages`: pairs of what a person said and the blocks of the answer."""
    exchanges = "".join(_render_exchange(words, list(shown), world) for words, shown in messages)
    return render_page(
        title,
        f'<header>{html.escape(title)}<small>Messages</small></header><div class="messages">{exchanges}</div>',
    )


def _render_exchange(words: str, shown: list[Json], world: World) -> str:
    return (
        f'<article><div class="avatar human">●</div><div class="body"><span class="who">You</span>'
        f"<div>{html.escape(words)}</div></div></article>"
        f'<article><div class="avatar">L</div><div class="body"><span class="who">{html.escape(world.app.name)}</span>'
        f' <span class="app">APP</span>{render_blocks(shown, world)}</div></article>'
    )
