"""What pages say of commands is what the commands say of themselves."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.command_pages import BEGIN, render_pages, write_pages

PAGES = render_pages()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_about_commands_is_up_to_date(page: Path) -> None:
    assert page.read_text(encoding="utf-8") == PAGES[page], f"{page.name} is stale; run: make docs"


def test_writing_the_pages_leaves_the_rest_of_the_readme_alone(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "README.md").write_text("Above.\n\n<!-- commands -->\nold\n<!-- /commands -->\n\nBelow.\n")

    write_pages(tmp_path)

    lines = (tmp_path / "README.md").read_text(encoding="utf-8").splitlines()
    assert (lines[0], lines[-1]) == ("Above.", "Below.")
    assert "old" not in lines
    assert any(line.startswith("| `list_leads` |") for line in lines)


def test_a_readme_without_its_marks_is_said_to_be_so(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("Nothing here.\n")

    with pytest.raises(ValueError, match=BEGIN.strip()):
        render_pages(tmp_path)
