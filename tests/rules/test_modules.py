"""What holds for every module. Which may import which is in pyproject.toml, as contracts of `lint-imports`."""

from __future__ import annotations

import ast
import re

from tests.rules.source_tree import parse_modules

UNSAID = {"manager", "service", "handler", "util", "utils", "helper", "helpers", "core", "common"}
"""Words that name nothing. `manager` is also a role, so only the last word of a class name counts."""


def test_names_say_what_a_thing_is() -> None:
    wrong = [str(path) for path, _ in parse_modules() if path.stem in UNSAID]
    wrong += [
        f"{path}: {node.name}"
        for path, tree in parse_modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and re.split(r"(?=[A-Z])", node.name)[-1].lower() in UNSAID
    ]

    assert wrong == []


def test_every_module_says_what_it_is_for() -> None:
    silent = [str(path) for path, tree in parse_modules() if tree.body and not ast.get_docstring(tree)]

    assert silent == []


def test_time_comes_from_the_request() -> None:
    """Only making and upgrading a database reads the clock by itself."""
    asking = {
        path.as_posix()
        for path, tree in parse_modules("commands", "storage")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"datetime.now", "date.today", "time.time"}
    }

    assert asking <= {"storage/upkeep/upgrade.py"}
