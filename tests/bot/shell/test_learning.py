"""`leadlight learn` teaches the reader a workspace's own way to talk."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from bot.dialogue.dialogue import Conversation
from bot.shell.program import app
from commands import BY_VERB
from commands.contract.context import WorkspaceDefaults
from commands.contract.reply import Reply, ReplyState
from commands.dispatching.dispatcher import Dispatcher
from commands.dispatching.request import Request
from storage.tables import ReaderLearning
from tests.company import Company

HOT = {"command": "list_leads", "arguments": {"band": ["hot"], "owner": "me"}}
TAUGHT = (
    "my sizzlers",
    "sizzlers of mine please",
    "show me my sizzlers",
    "which sizzlers do I have?",
    "any sizzlers on my list today?",
)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "ours.jsonl"
    lines = [json.dumps({"say": say, "as": "nora", "expect": HOT}) for say in TAUGHT]
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.fixture
def learn(company: Company, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", str(company.database.url))

    def run(*words: str) -> tuple[int, Any]:
        # A database on a server is not copied: its tests are said to it.
        here = ["--here"] if words and company.database.engine.dialect.name != "sqlite" else []
        result = CliRunner().invoke(app, ["learn", *words, *here, "--json"])
        return result.exit_code, json.loads(result.stdout)

    return run


def ask_nora(company: Company, sentence: str) -> Reply:
    dispatcher = Dispatcher(company.database, BY_VERB, WorkspaceDefaults())
    request = Request(company.workspace_id, company.person("nora"), "chat", company.now, "learning")
    return Conversation(dispatcher).answer_text(request, sentence)


def is_kept(company: Company) -> bool:
    with company.database.begin_read() as session:
        return session.scalar(select(ReaderLearning.sentences)) is not None


@pytest.mark.slow
@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)], indirect=True)
def test_a_workspace_teaches_its_own_words_until_they_are_forgotten(company: Company, learn: Any, table: Path) -> None:
    assert ask_nora(company, "my sizzlers").state is ReplyState.NOT_UNDERSTOOD

    status, found = learn(str(table), "--now", company.now.isoformat())
    reply = ask_nora(company, "my sizzlers")

    assert status == 0
    assert (found["sentences"], found["right_before"]) == (5, 0)
    assert found["right_after"] > 0
    assert found["given"]["right_after"] >= found["given"]["right_before"] - 3
    assert (reply.command, dict(reply.arguments or {})) == (HOT["command"], HOT["arguments"])

    status, _ = learn("--forget")

    assert status == 0
    assert not is_kept(company)
    assert ask_nora(company, "my sizzlers").state is ReplyState.NOT_UNDERSTOOD


# What a dry run leaves out is one write, whichever database it would go to.
@pytest.mark.slow
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_dry_run_keeps_nothing(company: Company, learn: Any, table: Path) -> None:
    status, found = learn(str(table), "--dry-run", "--now", company.now.isoformat())

    assert (status, found["state"]) == (0, "answered")
    assert not is_kept(company)


def test_without_a_table_it_says_what_to_do(learn: Any) -> None:
    status, found = learn()

    assert status == 1
    assert "table" in found["text"]
