"""What code and pages refer to is there: documents, headings, files, rooms."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.rules.page_steps import BLOCK

ROOT = Path(__file__).parents[2]
ROOMS = ("bot", "commands", "storage")
PAGES = (*(ROOT / f"{name}.md" for name in ("README", "CHANGELOG", "SECURITY")), *sorted((ROOT / "docs").rglob("*.md")))
CODE = tuple(path for room in (*ROOMS, "tests") for path in sorted((ROOT / room).rglob("*.py")))
DOCUMENT = re.compile(r"(?<![\w./*-])(?:\.\./)?[\w-][\w./-]*\.md\b")
HEADING = re.compile(r'((?:docs/[\w./-]+|README)\.md), "([^"]+)"')
LINK = re.compile(r"\]\(([^)\s#:]*)(?:#([^)\s]+))?\)")
CODE_PATH = re.compile(r"(?<![\w./-])(?:bot|commands|storage|tests)/[\w./-]*[\w/]")
LINE_BREAK = re.compile(r"\n[ \t]*(?:#:?[ \t]+)?")
each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


def joined(path: Path) -> str:
    """The text with its lines joined, so that a reference that goes on in the next line is whole."""
    return LINE_BREAK.sub(" ", path.read_text(encoding="utf-8"))


def headings(page: Path) -> list[str]:
    """The headings of a page as they are read, without marks; what stands in blocks of code is none."""
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    return [found.replace("`", "").strip() for found in re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)]


def anchor(heading: str) -> str:
    """The name under which a heading can be linked to."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def unknown_documents(path: Path) -> Iterator[str]:
    for name in DOCUMENT.findall(joined(path)):
        places = (ROOT, path.parent if path.suffix == ".md" else ROOT / "docs")
        if not any((place / name).is_file() for place in places):
            yield f"{path.relative_to(ROOT)}: {name}"


def test_every_document_that_is_named_is_in_the_repository() -> None:
    assert [found for path in (*CODE, *PAGES) for found in unknown_documents(path)] == []


def test_every_heading_that_is_named_stands_on_its_page() -> None:
    named = {found for path in (*CODE, *PAGES) for found in HEADING.findall(joined(path))}

    assert len(named) > 20
    assert sorted((page, name) for page, name in named if name not in headings(ROOT / page)) == []


def test_sections_are_named_and_not_numbered() -> None:
    numbered = re.compile(r"\bsections? \d")

    assert [str(path.relative_to(ROOT)) for path in CODE if numbered.search(joined(path))] == []


@each_page
def test_every_heading_of_a_page_is_its_own(page: Path) -> None:
    found = headings(page)

    assert [name for name in found if found.count(name) > 1] == []


@each_page
def test_every_link_leads_somewhere(page: Path) -> None:
    for path, name in LINK.findall(page.read_text(encoding="utf-8")):
        target = page.parent / path if path else page
        assert target.exists(), path
        assert not name or name in map(anchor, headings(target)), name


@each_page
def test_every_file_and_folder_that_a_page_names_is_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    # Files that a page's own steps write are not there before they are carried out.
    written = {path for language, path, _ in BLOCK.findall(text) if language == "python"}
    assert [name for name in CODE_PATH.findall(text) if name not in written and not (ROOT / name).exists()] == []


def test_every_room_stands_in_the_drawing() -> None:
    drawing = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rooms = {room for path in CODE if (room := path.parent.relative_to(ROOT)).parts[0] in ROOMS}

    assert sorted(str(room) for room in rooms if f"{room}/" not in drawing) == []
