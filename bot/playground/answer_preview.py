"""`python -m bot.playground.answer_preview PAGE.html "SENTENCE" …`: answers from the sample company as Slack shows.

A sentence of `yes` confirms what was asked last.
"""

from __future__ import annotations

import html
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.demo.demo_run import prepare_demo
from bot.playground.page.block_html import render_blocks
from bot.playground.page.screen_page import render_page
from bot.playground.workspace.app_settings import AppSettings
from bot.playground.workspace.slack_state import Json
from bot.playground.workspace.slack_world import World
from bot.slack.render import render_reply


def write_preview(page: Path, sentences: Sequence[str]) -> None:
    """Ask the sentences one after the other and write the page."""
    with TemporaryDirectory(prefix="leadlight-look-") as folder:
        demo = prepare_demo(Path(folder))
        with closing(demo.database):
            shown = [(each, render_reply(demo.answer(each)).blocks) for each in sentences]
    page.write_text(_render_preview(shown, World(AppSettings())), encoding="utf-8")


def _render_preview(messages: Sequence[tuple[str, Sequence[Json]]], world: World) -> str:
    """Render a page of `messages`: pairs of what a person said and the blocks of the answer."""
    exchanges = "".join(_render_exchange(words, list(shown), world) for words, shown in messages)
    return render_page(
        "Leadlight",
        f'<header>Leadlight<small>Messages</small></header><div class="messages">{exchanges}</div>',
    )


def _render_exchange(words: str, shown: list[Json], world: World) -> str:
    return (
        f'<article><div class="avatar human">●</div><div class="body"><span class="who">You</span>'
        f"<div>{html.escape(words)}</div></div></article>"
        f'<article><div class="avatar">L</div><div class="body"><span class="who">{html.escape(world.app.name)}</span>'
        f' <span class="app">APP</span>{render_blocks(shown, world)}</div></article>'
    )


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    write_preview(Path(sys.argv[1]), sys.argv[2:])
