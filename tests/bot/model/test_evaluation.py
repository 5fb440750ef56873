"""`leadlight eval` compares phrases and model on a table of sentences."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from typer.testing import CliRunner

from bot.evaluation.sentence_table import load_table
from bot.playground.scripted_model.scripted_answers import ScriptedAnswer, calls_tools, refuses_with, says
from bot.playground.scripted_model.scripted_server import CompletionRequest, LocalModel
from bot.shell.eval_verb import OWN_TABLE
from bot.shell.program import app
from commands import BY_VERB
from storage.database.doors import Database
from storage.tables import AuditEntry, Confirmation
from tests.bot.model.talker import UNREAD
from tests.company import Company

HOT = {"command": "list_leads", "arguments": {"band": "hot", "owner": "me"}}
DIGEST = {"command": "set_digest", "arguments": {"time": "07:15"}, "state": "done"}
WHY = {"command": "explain_score", "arguments": {"name": "Rich Osborne"}}
TABLE = (
    {"say": "my hot leads", "as": "nora", "expect": HOT},
    {"say": UNREAD, "as": "nora", "expect": HOT},
    {"say": "send my digest at 7:15", "as": "nora", "expect": DIGEST},
    {"say": "why?", "as": "nora", "after": ["show rich osborne"], "expect": WHY},
)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "table.jsonl"
    path.write_text("".join(f"{json.dumps(line)}\n" for line in TABLE))
    return path


@pytest.fixture
def run(company: Company, model: LocalModel, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", str(company.database.url))
    for name in ("OPENAI_API_KEY", "OPENAI_MODEL", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)

    def ask(*words: str, with_model: bool = True, **settings: str) -> tuple[int, Any]:
        if with_model:
            settings |= {"OPENAI_API_KEY": model.key, "OPENAI_MODEL": model.name, "OPENAI_BASE_URL": model.url}
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        result = CliRunner().invoke(app, ["eval", *words, "--now", company.now.isoformat(), "--json"])
        return result.exit_code, json.loads(result.stdout)

    return ask


def knowing(asked: CompletionRequest) -> ScriptedAnswer:
    """A model that understands the table."""
    if asked.tool_results:
        return says("Here it is.").with_changes(usage=(1000, 10))
    words = asked.question
    if "digest" in words:
        found: tuple[str, Any] = ("set_digest", {"time": "07:15"})
    elif words.startswith("why"):
        found = ("explain_score", {"name": "#L8"})
    else:
        found = ("list_leads", {"band": "hot", "owner": "me"})
    return calls_tools(found).with_changes(usage=(1000, 20))


def test_phrases_and_model_are_counted_apart_and_together(run: Any, model: LocalModel, table: Path) -> None:
    model.script_answers(plan=knowing)
    status, found = run(str(table), OPENAI_PRICE_IN="2", OPENAI_PRICE_OUT="10")

    assert status == 0
    assert (found["sentences"], found["phrases"]["right"], found["never_needed_the_model"]) == (4, 0.75, 0.75)
    assert (found["model"]["sentences"], found["model"]["right"], found["together"]["right"]) == (4, 1.0, 1.0)
    assert found["model"]["tokens_in"] == 8_000
    assert found["model"]["cost"] == pytest.approx((8_000 * 2 + 4 * 30 * 10) / 1_000_000)
    assert found["model"]["p50_ms"] > 0
    assert found["wrong"] == []


def test_the_model_may_be_asked_only_what_it_is_for(run: Any, model: LocalModel, table: Path) -> None:
    model.script_answers(plan=knowing)
    _, found = run(str(table), "--unsure")

    assert found["model"]["sentences"] == 1
    assert found["together"]["right"] == 1.0


def test_sentences_are_said_to_a_copy(run: Any, model: LocalModel, table: Path, sqlite_database: Database) -> None:
    model.script_answers(plan=knowing)
    run(str(table))
    with sqlite_database.begin_read() as session:
        assert session.scalar(select(func.count()).select_from(AuditEntry)) == session.scalar(
            select(func.count()).select_from(AuditEntry).where(AuditEntry.command == "import")
        )
        assert session.scalar(select(func.count()).select_from(Confirmation)) == 0


def test_a_model_that_cannot_work_is_given_up_at_once(run: Any, model: LocalModel, table: Path) -> None:
    model.script_answers(refuses_with(401))
    status, found = run(str(table))

    assert status == 0
    assert len(model.asked) == 1
    assert "OPENAI_API_KEY" in found["trouble"]
    assert found["together"]["right"] == 0.75


@pytest.mark.parametrize("line", ['{"say": "x"}', "nonsense", '{"say": 1, "as": 2, "expect": 3}', ""])
def test_a_file_that_is_no_table_is_explained(run: Any, tmp_path: Path, line: str) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text(line)
    status, found = run(str(path), with_model=False)

    assert status == 1
    assert str(path) in found["text"]


@pytest.mark.slow
def test_our_own_table_needs_nothing(run: Any) -> None:
    status, found = run(with_model=False, DATABASE_URL="sqlite:///none.db")

    assert status == 0
    assert found["sentences"] >= 100
    assert found["phrases"]["right"] >= 0.75
    assert "model" not in found


def test_our_own_table_names_commands_that_there_are() -> None:
    expected = [case.expect for case in load_table(OWN_TABLE)]

    assert {each["command"] for each in expected} - {None} <= BY_VERB.keys()
    for each in expected:
        if each["command"]:
            assert each["arguments"].keys() <= BY_VERB[each["command"]].model_fields.keys()
    assert len({each["command"] for each in expected}) >= 25
