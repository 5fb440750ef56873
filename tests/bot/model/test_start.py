"""The model costs nothing where it is not asked."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from bot.playground.scripted_model.scripted_answers import calls_tools, says
from bot.playground.scripted_model.scripted_server import LocalModel
from storage.database.doors import Database
from tests.bot.model.talker import UNREAD
from tests.company import Company

ASK = (
    "import sys, json\n"
    "from bot.shell.program import app\n"
    "try:\n    app(['ask', *sys.argv[1:]])\n"
    "except SystemExit:\n    pass\n"
    "print(json.dumps({'openai': 'openai' in sys.modules, 'model': 'bot.model.model_listener' in sys.modules}))\n"
)


@pytest.fixture
def ask(company: Company, sqlite_database: Database, model: LocalModel) -> object:
    def run(sentence: str, *, key: bool) -> tuple[dict[str, object], dict[str, bool]]:
        named = {"OPENAI_API_KEY": model.key, "OPENAI_MODEL": model.name, "OPENAI_BASE_URL": model.url}
        settings = {name: value for name, value in os.environ.items() if not name.startswith("OPENAI_")}
        settings |= {"DATABASE_URL": str(sqlite_database.url)} | (named if key else {})
        words = [sys.executable, "-c", ASK, sentence, "--as", "nora", "--now", company.now.isoformat(), "--json"]
        found = subprocess.run(words, env=settings, capture_output=True, text=True, check=True).stdout
        reply, loaded = found.strip().splitlines()
        return json.loads(reply), json.loads(loaded)

    return run


def test_without_a_key_nothing_of_it_is_loaded(ask: object) -> None:
    reply, loaded = ask(UNREAD, key=False)  # type: ignore[operator]

    assert reply["state"] == "not_understood"
    assert loaded == {"openai": False, "model": False}


@pytest.mark.slow
def test_the_package_is_loaded_when_it_is_first_asked(ask: object, model: LocalModel) -> None:
    model.script_answers(calls_tools(("list_leads", {"band": "hot"})), says("You have 4 hot leads."))
    _, read = ask("who's hot right now?", key=True)  # type: ignore[operator]
    reply, asked = ask(UNREAD, key=True)  # type: ignore[operator]

    assert read["openai"] is False
    assert asked["openai"] is True
    assert reply["understood_by"] == "model"
    assert str(reply["text"]).startswith("You have 4 hot leads.\n4 leads:")
