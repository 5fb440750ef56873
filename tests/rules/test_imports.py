"""Imports point one way: bot -> commands -> storage. Only `bot` knows the outside world."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOREIGN = {
    "storage": {"bot", "commands", "slack_sdk", "slack_bolt", "openai", "apscheduler", "typer", "rich", "starlette"},
    "commands": {"bot", "sqlalchemy", "alembic", "psycopg", "slack_sdk", "slack_bolt", "openai", "apscheduler"},
    "bot": {"tests"},
}
UNSAID = {"manager", "service", "handler", "util", "utils", "helper", "helpers", "core", "common"}
"""Words that name nothing. `manager` is also a role, so only the last word of a class name counts."""


def modules(folder: str) -> Iterator[tuple[str, ast.Module]]:
    for path in sorted((ROOT / folder).rglob("*.py")):
        yield str(path.relative_to(ROOT)), ast.parse(path.read_text())


def imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (each.name for each in names)
            case ast.ImportFrom(module=module, level=level):
                assert level == 0, "imports are absolute"
                yield module or ""


@pytest.mark.parametrize("folder", FOREIGN)
def test_imports_point_one_way(folder: str) -> None:
    wrong = [
        f"{path} imports {name}"
        for path, tree in modules(folder)
        for name in imported(tree)
        if name.split(".")[0] in FOREIGN[folder]
    ]

    assert wrong == []


def test_the_bot_builds_no_queries() -> None:
    """Of SQLAlchemy it knows the session alone, to hand it on: queries and changes of rows are storage's."""
    wrong = [
        f"{path}: {ast.unparse(node)}"
        for path, tree in modules("bot")
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        and "sqlalchemy" in ast.unparse(node)
        and ast.unparse(node) != "from sqlalchemy.orm import Session"
    ]

    assert wrong == []


@pytest.mark.parametrize("folder", FOREIGN)
def test_names_say_what_a_thing_is(folder: str) -> None:
    wrong = [path for path, _ in modules(folder) if Path(path).stem in UNSAID]
    wrong += [
        f"{path}: {node.name}"
        for path, tree in modules(folder)
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and re.split(r"(?=[A-Z])", node.name)[-1].lower() in UNSAID
    ]

    assert wrong == []


@pytest.mark.parametrize("folder", FOREIGN)
def test_every_module_says_what_it_is_for(folder: str) -> None:
    silent = [path for path, tree in modules(folder) if tree.body and not ast.get_docstring(tree)]

    assert silent == []


@pytest.mark.parametrize("folder", FOREIGN)
def test_the_clock_is_read_with_a_time_zone(folder: str) -> None:
    naive = [
        f"{path}:{node.lineno}"
        for path, tree in modules(folder)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and (
            (
                node.func.attr in {"utcnow", "utcfromtimestamp", "today"}
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id in {"date", "datetime"}
            )
            or (
                node.func.attr == "now"
                and ast.unparse(node.func.value).endswith("datetime")
                and not (node.args or node.keywords)
            )
        )
    ]

    assert naive == []


@pytest.mark.parametrize("folder", ["storage", "commands"])
def test_time_comes_from_the_request(folder: str) -> None:
    """Only making and upgrading a database reads the clock by itself."""
    asking = {
        path
        for path, tree in modules(folder)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"datetime.now", "date.today", "time.time"}
    }

    assert asking <= {"storage/upkeep/upgrade.py"}
