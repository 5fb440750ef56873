"""The project's modules, read once for all rules about them."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDERS = ("bot", "commands", "storage")


@cache
def parse_modules(*folders: str) -> tuple[tuple[Path, ast.Module], ...]:
    """Parse the modules of top folders: each one's path from the root, and its syntax tree."""
    if len(folders) != 1:
        return tuple(module for folder in folders or FOLDERS for module in parse_modules(folder))
    paths = sorted((ROOT / folders[0]).rglob("*.py"))
    return tuple((path.relative_to(ROOT), ast.parse(path.read_text(encoding="utf-8"))) for path in paths)
