"""How people talk stands in data files: the code that reads sentences holds few words beside the names of its parts."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

LANGUAGE = Path(__file__).parents[2] / "commands" / "language"
MOST_WORDS = 1150
"""Words in string literals: names of arguments, concepts and features. The reader of cases had 6,882."""


def list_literals(tree: ast.AST) -> Iterator[str]:
    documented = {
        id(each.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        for each in node.body
        if isinstance(each, ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documented:
            yield node.value


def test_the_reader_holds_few_words() -> None:
    texts = [path.read_text(encoding="utf-8") for path in LANGUAGE.rglob("*.py")]
    count = sum(len(re.findall(r"[a-z]{2,}", literal)) for text in texts for literal in list_literals(ast.parse(text)))

    assert 0 < count <= MOST_WORDS, "put words of people into a .toml file of commands/language"
