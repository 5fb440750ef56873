"""The code of a page: whole files, and lines that are added to files of the repository.

A block says its file behind its language: ```` ```python commands/leads/rate.py ````. A `diff` holds one change or
several, apart by `@@`; its unchanged lines stand in the file exactly once.
"""

from __future__ import annotations

import re
from pathlib import Path

BLOCK = re.compile(r"^```(python|diff) (\S+)\n(.*?)^```$", re.M | re.S)


def read_steps(page: Path, root: Path) -> dict[str, str]:
    """Read the files that a page writes or changes, as they are when all its steps are done."""
    files: dict[str, str] = {}
    for language, path, code in BLOCK.findall(page.read_text(encoding="utf-8")):
        if language == "python":
            assert not (root / path).exists(), f"{path} is there already: take out what was added for practice"
            files[path] = code
        else:
            files[path] = _change(path, files.get(path) or (root / path).read_text(encoding="utf-8"), code)
    return files


def _change(path: str, text: str, diff: str) -> str:
    for hunk in diff.split("@@\n"):
        lines = hunk.splitlines(keepends=True)
        before = "".join(line[1:] for line in lines if line[0] != "+")
        after = "".join(line[1:] for line in lines if line[0] != "-")
        assert text.count(before) == 1, f"the page's lines are not in {path}, or more than once:\n{before}"
        text = text.replace(before, after)
    return text
