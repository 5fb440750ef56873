"""docs/add-a-command.md does what it says: its code is carried out, beside the repository, and everything is there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from sqlalchemy import select

import commands
from bot import command_pages
from bot.playground.scripted_model.scripted_answers import calls_tools
from bot.playground.scripted_model.scripted_server import LocalModel
from bot.slack.render import render_reply
from commands.contract.command import Command
from commands.contract.context import WorkspaceDefaults
from commands.contract.reply import ReplyState
from commands.dispatching.dispatcher import Dispatcher
from commands.language.message_requests import index_examples
from storage.audit.audit_log import list_changes
from storage.database.doors import Database
from storage.tables import AuditEntry
from tests.bot.model.talker import Talker
from tests.bot.slack.modals.form_sheet import sheet
from tests.bot.slack.render.rendered_blocks import calls
from tests.company import Company
from tests.database_rows import records
from tests.desk import Desk
from tests.rules.page_steps import read_steps

Desks = Callable[..., Desk]
ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "add-a-command.md"
VERB = "rate_lead"
SENTENCE = "rate Jane Doe cold: no budget until spring"


@pytest.fixture(scope="module")
def steps() -> dict[str, str]:
    return read_steps(PAGE, ROOT)


def load(steps: dict[str, str], path: str) -> ModuleType:
    """The page's file as a module of its own; what stands in the repository is left alone."""
    module = ModuleType("page." + path.removesuffix(".py").replace("/", "."))
    # Pydantic looks there for the names in annotations.
    sys.modules[module.__name__] = module
    exec(compile(steps[path], path, "exec"), module.__dict__)
    return module


@pytest.fixture(scope="module")
def rate_lead(steps: dict[str, str]) -> type[Command]:
    """The page's class."""
    kind: type[Command] = load(steps, "commands/leads/rate.py").RateLead
    return kind


@pytest.fixture(scope="module")
def qualify_lead(steps: dict[str, str]) -> type[Command]:
    """The command that offers the page's button, as the page changes it."""
    kind: type[Command] = load(steps, "commands/leads/qualify.py").QualifyLead
    return kind


@pytest.fixture
def listed(rate_lead: type[Command], qualify_lead: type[Command], monkeypatch: pytest.MonkeyPatch) -> None:
    """The second step: the class is in the list of commands."""
    every = tuple(qualify_lead if kind.verb() == "qualify_lead" else kind for kind in commands.COMMANDS)
    every = (*every, rate_lead)
    for module in (commands, command_pages):
        monkeypatch.setattr(module, "COMMANDS", every)
    index_examples.cache_clear()
    for kind in (rate_lead, qualify_lead):
        monkeypatch.setitem(commands.BY_VERB, kind.verb(), kind)
        monkeypatch.setitem(commands.PRESSABLE, kind.verb(), kind)


@pytest.fixture
def company(sqlite_database: Database) -> Company:
    """What the page says does not depend on the database, so one is enough here."""
    return Company(sqlite_database)


@pytest.fixture
def dispatcher(company: Company, listed: None) -> Dispatcher:
    return Dispatcher(company.database, commands.BY_VERB, WorkspaceDefaults())


@pytest.fixture
def nora(desk: Desks) -> Desk:
    return desk("nora", thread="page")


def test_it_is_typed(nora: Desk) -> None:
    done = nora.types('rate_lead jane roe rating=hot why="met at the fair"')

    assert (done.state, done.head) == (ReplyState.DONE, "Jane Roe is rated Hot.")
    assert [(each.field, each.before, each.after) for each in done.change] == [
        ("rating", "Warm", "Hot"),
        ("reason", None, "met at the fair"),
    ]
    assert nora.types("rate_lead jane roe rating=hot").head == "Jane Roe is rated Hot already."
    assert nora.types("rate_lead jane roe rating=lukewarm").state is ReplyState.REFUSED
    assert nora.types("rate_lead jane rating=hot").state is ReplyState.CHOOSE


def test_it_is_said_shown_confirmed_audited_and_taken_back(nora: Desk, company: Company) -> None:
    before = records(company.database)

    card = nora.says(SENTENCE)
    assert (card.state, card.command, card.head) == (ReplyState.CONFIRM, VERB, "Rate Jane Doe Cold?")
    assert records(company.database) == before, "a card changes nothing"

    done = nora.says("yes")
    assert (done.state, done.change) == (ReplyState.DONE, card.change)
    with company.database.begin_read() as session:
        entries = session.execute(select(AuditEntry.who, AuditEntry.surface).where(AuditEntry.command == VERB)).all()
        rows = [each for each in list_changes(session, company.workspace_id) if each.command == VERB]
    assert entries == [("Nora Lindqvist", "chat")]
    assert [(each.name, each.field, each.before, each.after) for each in rows] == [
        ("Jane Doe", "rating", "Hot", "Cold"),
        ("Jane Doe", "reason", None, "no budget until spring"),
    ]

    assert nora.presses(done.buttons[-1]).state is ReplyState.DONE
    assert records(company.database) == before


def test_its_examples_and_what_its_keywords_promise_are_read(nora: Desk, rate_lead: type[Command]) -> None:
    assert all(nora.says(example).command == VERB for example in rate_lead.examples)

    for_another = nora.says("same for jane doe")
    assert (for_another.command, for_another.arguments) == (VERB, {"name": "Jane Doe", "rating": "Hot"})
    nora.says("show jane roe")
    of_her = nora.says("rate her cold")
    assert (of_her.command, of_her.arguments) == (VERB, {"name": "Jane Roe", "rating": "Cold"})


@pytest.mark.parametrize(
    "sentence", ["don't rate Jane Doe cold", "should I rate Jane Doe cold?", "if she says no rate Jane Doe cold"]
)
def test_what_does_not_order_it_is_not_read_as_it(nora: Desk, sentence: str) -> None:
    assert nora.says(sentence).command != VERB


def test_a_language_model_has_it_as_a_tool_and_can_only_propose(company: Company, dispatcher: Dispatcher) -> None:
    with LocalModel() as model:
        model.script_answers(calls_tools((VERB, {"name": "Jane Doe", "rating": "Cold", "why": None})))
        card = Talker(dispatcher, company, model, "nora").says()
        tool = next(each["function"] for each in model.asked[0].tools if each["function"]["name"] == VERB)

    assert (card.state, card.command, card.understood_by) == (ReplyState.CONFIRM, VERB, "model")
    assert tool["description"].startswith("Say how promising a lead is: hot, warm or cold.")
    assert tool["parameters"]["properties"]["rating"]["enum"] == ["Hot", "Warm", "Cold"]
    assert tool["parameters"]["properties"]["why"]["type"] == ["string", "null"]


def test_another_command_offers_it_as_a_button_that_opens_its_form(nora: Desk, company: Company) -> None:
    reply = nora.types("qualify_lead will hartley budget=40k")
    call = calls(render_reply(reply))["Rate"]
    assert (call.verb, call.opens) == (VERB, True)
    assert "Rate" not in calls(render_reply(nora.types("qualify_lead jane doe budget=40k")))

    form = sheet(nora, call.verb, **call.arguments)
    assert form.offers("rating") == ["Hot", "Warm", "Cold"]
    done = form.fill(rating="Warm", why="answers at once").send()
    assert [(each.name, each.field, each.after) for each in getattr(done, "change", ())] == [
        ("Will Hartley", "rating", "Warm"),
        ("Will Hartley", "reason", "answers at once"),
    ]


def test_its_form_begins_with_what_holds_now(nora: Desk, company: Company) -> None:
    assert sheet(nora, VERB, name=company.id("L-02")).value("rating") == "Warm"


def test_help_and_the_pages_have_it(nora: Desk, rate_lead: type[Command]) -> None:
    assert rate_lead.help_line() in "\n".join(nora.says("help change").notes)
    assert "Typed: rate_lead <name> rating=… [why=…]" in nora.says("help rate_lead").notes
    assert f"| `{VERB}` | {rate_lead.help_line()} | rate Jane Roe hot |" in command_pages.render_table()
    assert f"### {VERB}" in command_pages.render_reference()


@pytest.mark.slow
def test_with_all_its_steps_done_the_tests_it_names_are_content(steps: dict[str, str], tmp_path: Path) -> None:
    """In a copy of the repository, where the page is followed to the letter."""
    for folder in ("bot", "commands", "storage", "tests", "docs"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__", "*.db*"))
    for name in ("README.md", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path / name)
    for path, code in steps.items():
        (tmp_path / path).write_text(code, encoding="utf-8")
    run(tmp_path, "bot.command_pages")
    own = ("tests/commands/leads/test_rate.py", "tests/commands/dispatching/test_every_write.py",
           "tests/bot/slack/test_every_card.py", "tests/rules/test_commands.py", "tests/rules/test_examples.py",
           "tests/rules/test_command_pages.py")  # fmt: skip

    said = run(tmp_path, "pytest", "-p", "no:cacheprovider", "-n", "0", *own,
               "-k", "(rate_lead or test_rate or listed_once or up_to_date or Jane) and not postgres")  # fmt: skip

    assert " passed" in said


def run(folder: Path, *module: str) -> str:
    """Run a module in that folder; AssertionError with what it says where it fails."""
    done = subprocess.run(
        [sys.executable, "-m", *module], cwd=folder, env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
