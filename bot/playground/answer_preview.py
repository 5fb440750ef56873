"""`python -m bot.playground.answer_preview PAGE.html "SENTENCE" …`: answers from the sample company as Slack shows.

A sentence of `yes` confirms what was asked last.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.demo.demo_run import prepare_demo
from bot.playground.page.preview_page import render_preview
from bot.playground.workspace.app_settings import AppSettings
from bot.playground.workspace.slack_world import World
from bot.slack.render import render_reply


def write_preview(page: Path, sentences: Sequence[str]) -> None:
    """Ask the sentences one after the other and write the page."""
    with TemporaryDirectory(prefix="leadlight-look-") as folder:
        demo = prepare_demo(Path(folder))
        with closing(demo.database):
            shown = [(each, render_reply(demo.answer(each)).blocks) for each in sentences]
    page.write_text(render_preview(shown, World(AppSettings())), encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    write_preview(Path(sys.argv[1]), sys.argv[2:])
