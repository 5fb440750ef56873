"""The program as a person or a script meets it: what it prints, where, and its exit status."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from bot.playground.local_slack import LocalSlack
from bot.playground.workspace.app_settings import AppSettings
from bot.shell.program import app
from bot.slack.installation.manifest import required_scopes
from storage.database.doors import Database
from storage.upkeep.upgrade import copy_database
from tests.company import FILE

NOW = json.loads(FILE.read_text())["now"]


class Shell:
    """Runs verbs against one database file in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {"DATABASE_URL": f"sqlite:///{folder / 'desk.db'}"}

    def run(self, *words: str, **environment: str) -> Result:
        return CliRunner(env=self.environment | environment).invoke(app, list(words))

    def email(self, first_name: str) -> str:
        people = json.loads(FILE.read_text())["users"]
        return next(each["email"] for each in people if each["name"].startswith(first_name))

    def ask(self, *words: str, **environment: str) -> tuple[dict[str, Any], int]:
        result = self.run("ask", *words, "--now", NOW, "--json", **environment)
        return json.loads(result.stdout), result.exit_code


@pytest.fixture
def empty_shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    monkeypatch.chdir(tmp_path)
    return Shell(tmp_path)


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database that holds the sample company, brought in by `leadlight import`."""
    made = Shell(tmp_path_factory.mktemp("imported"))
    assert made.run("db", "upgrade").exit_code == 0
    told = made.run("import", str(FILE), "--now", NOW)
    assert told.exit_code == 0, told.output
    # Not the file alone: what was written last is still in SQLite's log beside it.
    whole = made.folder / "whole.db"
    copy_database(Database(made.environment["DATABASE_URL"]), whole)
    return whole


@pytest.fixture
def shell(empty_shell: Shell, imported: Path) -> Shell:
    """A shell with a copy of that database."""
    shutil.copyfile(imported, empty_shell.folder / "desk.db")
    return empty_shell


def test_an_answer_is_one_object_and_exit_status_0(shell: Shell) -> None:
    answer, status = shell.ask("list_leads band=hot", "--as", "nora")

    assert status == 0
    assert answer["state"] == "answered"
    assert answer["command"] == "list_leads"
    assert answer["arguments"] == {"band": ["hot"]}
    assert answer["figures"]["count"] == answer["receipt"]["count"] == len(answer["records"]) > 0
    assert {"kind", "id", "external_id", "name", "score", "status"} <= answer["records"][0].keys()


def test_the_version_is_that_of_the_project(empty_shell: Shell) -> None:
    project = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text())["project"]

    shown = empty_shell.run("--version")
    assert (shown.exit_code, shown.stdout) == (0, f"leadlight {project['version']}\n")


def test_the_terminal_shows_the_same_answer_in_words(shell: Shell) -> None:
    shown = shell.run("ask", "list_leads band=hot", "--as", "nora", "--now", NOW)
    answer, _ = shell.ask("list_leads band=hot", "--as", "nora")

    for record in answer["records"]:
        assert record["name"] in shown.stdout


def test_a_sentence_that_writes_asks_first_and_a_yes_does_it(shell: Shell) -> None:
    asked, status = shell.ask("please set Katrin Müller to unqualified", "--as", "nora")
    assert (asked["state"], status) == ("confirm", 3)
    assert asked["change"][0]["field"] == "status"

    done, status = shell.ask("--confirm", asked["confirmation"], "--as", "nora")
    assert (done["state"], status) == ("done", 0)

    again, status = shell.ask("--confirm", asked["confirmation"], "--as", "nora")
    assert again["state"] != "done"


def test_yes_beforehand_confirms_at_once(shell: Shell) -> None:
    done, status = shell.ask("please set Katrin Müller to unqualified", "--as", "nora", "--yes")

    assert (done["state"], status) == ("done", 0)
    shown, _ = shell.ask("show_record katrin müller", "--as", "nora")
    assert shown["records"][0]["status"] == "Unqualified"


def test_an_ambiguous_name_is_asked_about_and_a_choice_goes_on(shell: Shell) -> None:
    asked, status = shell.ask("set_lead_status jane status=unqualified", "--as", "nora")
    assert (asked["state"], status) == ("choose", 3)
    assert [choice["name"] for choice in asked["choices"]] == ["Jane Doe", "Jane Roe", "Mary-Jane Watts"]

    done, status = shell.ask("set_lead_status jane status=unqualified", "--as", "nora", "--choose", "2")
    assert (done["state"], done["change"][0]["name"], status) == ("done", "Jane Roe", 0)


def test_a_thread_keeps_a_question_open_between_calls(shell: Shell) -> None:
    shell.ask("please set Katrin Müller to unqualified", "--as", "nora", "--thread", "t1")

    done, _ = shell.ask("yes", "--as", "nora", "--thread", "t1")

    assert done["state"] == "done"


def test_what_is_not_understood_or_not_found_ends_with_4(shell: Shell) -> None:
    assert shell.ask("purple monkey dishwasher", "--as", "nora")[1] == 4
    assert shell.ask("show_record zebulon", "--as", "nora")[1] == 4


def test_what_does_not_exist_or_is_not_allowed_ends_with_5_and_offers_what_there_is(shell: Shell) -> None:
    answer, status = shell.ask("set_lead_status jane doe status=blue", "--as", "nora")

    assert (answer["state"], status) == ("refused", 5)
    assert "Contacted" in answer["text"]


def test_a_dry_run_in_an_empty_folder_leaves_no_database(empty_shell: Shell) -> None:
    told = empty_shell.run("import", str(FILE), "--dry-run", "--now", NOW)

    assert told.exit_code == 0, told.output
    assert "would be" in told.output
    assert list(empty_shell.folder.iterdir()) == []


@pytest.mark.parametrize("words", [["frobnicate"], ["ask", "--colour"], ["import"]])
def test_an_unknown_verb_or_option_ends_with_2(empty_shell: Shell, words: list[str]) -> None:
    assert empty_shell.run(*words).exit_code == 2


def test_an_unknown_person_is_named_in_the_error(shell: Shell) -> None:
    answer, status = shell.ask("list_leads", "--as", "zaphod@example.com")

    assert (answer["state"], status) == ("not_found", 4)
    assert "zaphod" in answer["text"]


def test_an_unknown_workspace_or_moment_is_refused(shell: Shell) -> None:
    assert shell.ask("list_leads", "--workspace", "99")[1] == 4
    result = shell.run("ask", "list_leads", "--now", "teatime", "--json")
    assert json.loads(result.stdout)["state"] == "refused"


def test_without_a_database_the_error_says_what_to_run(empty_shell: Shell) -> None:
    answer, status = empty_shell.ask("list_leads")

    assert (answer["state"], status) == ("error", 1)
    assert "leadlight db upgrade" in answer["text"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://root:hunter2@host/db"),
        ("DATABASE_URL", "not a url hunter2"),
        ("TIMEZONE", "Mars/Olympus"),
        ("DIGEST_TIME", "25:00"),
        ("VISIBILITY", "all"),
        ("PORT", "eighty"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named_without_its_secret(empty_shell: Shell, name: str, value: str) -> None:
    result = empty_shell.run("ask", "list_leads", "--json", **{name: value})

    assert result.exit_code == 1
    assert "hunter2" not in result.output
    assert name in json.loads(result.stdout)["text"]


def test_doctor_says_what_is_missing_and_ends_with_1_until_the_bot_could_run(shell: Shell) -> None:
    bare = shell.run("doctor")
    assert bare.exit_code == 1
    assert "SLACK_BOT_TOKEN" in bare.stdout

    app = AppSettings(scopes=frozenset(required_scopes()), app_token="xapp-canary")
    with LocalSlack(app, bot_token="xoxb-canary") as slack:
        ready = shell.run("doctor", **slack.build_environment())
        refused = shell.run("doctor", **{**slack.build_environment(), "SLACK_BOT_TOKEN": "xoxb-canary-old"})

    assert ready.exit_code == 0, ready.output
    assert "all that the manifest names" in ready.stdout
    assert refused.exit_code == 1
    assert "invalid_auth" in refused.stdout
    assert "canary" not in ready.output + refused.output


def test_doctor_names_the_permissions_that_are_missing(shell: Shell) -> None:
    with LocalSlack(AppSettings(scopes=frozenset({"chat:write", "users:read"}))) as slack:
        result = shell.run("doctor", **slack.build_environment())

    assert result.exit_code == 1
    assert "im:history" in result.stdout
    assert "reinstall" in result.stdout


def test_doctor_says_that_slack_cannot_be_reached(shell: Shell) -> None:
    result = shell.run(
        "doctor", SLACK_BOT_TOKEN="xoxb-1", SLACK_APP_TOKEN="xapp-1", SLACK_API_URL="http://127.0.0.1:9/"
    )

    assert result.exit_code == 1
    assert "cannot be reached" in result.stdout
    assert "Traceback" not in result.output


def examine(shell: Shell, **environment: str) -> dict[str, str]:
    """What the doctor says, by what it is about."""
    checks = json.loads(shell.run("doctor", "--json", **environment).stdout)["checks"]
    return {each["about"]: ("" if each["well"] else "! ") + each["words"] for each in checks}


def test_doctor_says_who_is_missing_and_what_to_do(empty_shell: Shell) -> None:
    assert examine(empty_shell)["migrations"].endswith("yet. Run: leadlight db upgrade")
    empty_shell.run("db", "upgrade")
    found = examine(empty_shell)
    assert found["migrations"].startswith("all carried out, up to 00")
    assert found["people"].startswith("! none, so nobody is let in; run: leadlight import people.csv")
    assert found["owners"] == "every open record has one"
    assert "scores" not in found

    people, leads = empty_shell.folder / "people.csv", empty_shell.folder / "leads.csv"
    people.write_text("Id,Name,Email,Role\np1,Ada Reed,ada@pine.example,rep\np2,Bo Ash,,manager\n")
    leads.write_text(
        "Id,Name,Company,Status,Owner\nl1,Cem Vale,Hilltop,Open,p1\nl2,Dee Brook,Riverbed,Open,p9\n"
        "l3,Eva Moss,Lakeside,Open,p9\nl4,Flo Bay,Seaside,Open,\n"
    )
    for each in (people, leads):
        assert empty_shell.run("import", str(each)).exit_code == 0
    found = examine(empty_shell)
    assert found["people"] == (
        "! 1 manager, 1 rep; none is an administrator: import them again with the role admin for one; 1 has no email"
        " address, by which they are found in Slack: add it to your file of people and import it again"
    )
    assert found["owners"].startswith(
        "! 2 records belong to somebody who is not here: p9 (2 leads). Import your people"
    )
    assert found["owners"].endswith("Nobody owns 1 lead: ask for “unassigned leads”, and give them away.")
    assert found["scores"].startswith("! none yet; ")

    empty_shell.run("score", "run", "--now", "2026-01-05T02:00+00:00")
    assert "days old; leadlight serve makes them each night" in examine(empty_shell)["scores"]
    empty_shell.run("score", "run")
    assert not examine(empty_shell)["scores"].startswith("!")


def test_doctor_is_content_with_a_whole_company(shell: Shell) -> None:
    found = examine(shell)

    assert found["people"] == "1 administrator, 2 managers, 5 reps"


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (
            {"SLACK_BOT_TOKEN": "xapp-canary", "SLACK_APP_TOKEN": "xoxb-canary"},
            "SLACK_BOT_TOKEN and SLACK_APP_TOKEN are swapped: xoxb-… is the bot token, xapp-… the app token.",
        ),
        (
            {"SLACK_BOT_TOKEN": "xoxp-canary", "SLACK_APP_TOKEN": "xapp-canary"},
            "SLACK_BOT_TOKEN holds a user token (xoxp-…). Put there the Bot User OAuth Token, which begins with xoxb-"
            " and stands under Install App.",
        ),
        (
            {"SLACK_BOT_TOKEN": "xoxb-canary", "SLACK_SIGNING_SECRET": "xapp-canary"},
            "SLACK_SIGNING_SECRET holds an app-level token (xapp-…). Put there the Signing Secret under Basic"
            " Information.",
        ),
    ],
)
def test_doctor_knows_a_token_in_the_wrong_place(shell: Shell, settings: dict[str, str], said: str) -> None:
    found = examine(shell, **settings)

    assert found["Slack tokens"] == f"! {said}"
    assert "canary" not in "".join(found.values())


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ({"PORT": "abc"}, "PORT in the environment or in .env cannot be used: it should be a whole number."),
        ({"LOG_LEVEL": "loud"}, "cannot be used: it should be 'DEBUG', 'INFO', 'WARNING' or 'ERROR'."),
        ({"DIGEST_TIME": "early"}, "cannot be used: write a time like 08:30."),
        ({"OPENAI_HIDE_CONTACTS": "oui"}, "cannot be used: it should be true or false."),
    ],
)
def test_a_setting_that_cannot_be_used_is_one_line(shell: Shell, setting: dict[str, str], said: str) -> None:
    result = shell.run("serve", **setting)

    assert result.exit_code == 1
    assert result.output.endswith(f"{said}\n")
    assert result.output.count("\n") == 1


def test_doctor_names_a_setting_that_is_misspelt_in_the_file(shell: Shell) -> None:
    shell.folder.joinpath(".env").write_text("DIGEST_TIM=07:00\nOPENAI_KEY=canary\nPOSTGRES_PASSWORD=x\nOUR_OWN=1\n")

    lines = [line for line in shell.run("doctor").output.splitlines() if "in .env" in line]

    assert lines == [
        "-       settings: DIGEST_TIM in .env is none of Leadlight's; write DIGEST_TIME",
        "-       settings: OPENAI_KEY in .env is none of Leadlight's; write OPENAI_API_KEY",
    ]


def test_audit_shows_who_changed_what_newest_first(shell: Shell) -> None:
    shell.ask("set_lead_status may lin status=contacted", "--as", "nora")
    shell.ask("set_lead_status jane roe status=contacted", "--as", "nora")

    found = json.loads(shell.run("audit", "--json").stdout)["changes"]

    changed = [(each["who"], each["record"], each["after"]) for each in found if each["field"] == "status"]
    assert changed == [("Nora Lindqvist", "Jane Roe", "Contacted"), ("Nora Lindqvist", "May Lin", "Contacted")]
    assert {each["from"] for each in found} == {"shell"}


def test_a_backup_can_be_asked_and_is_never_written_over(shell: Shell) -> None:
    copy = shell.folder / "copy.db"
    assert shell.run("db", "backup", str(copy)).exit_code == 0
    assert shell.run("db", "backup", str(copy)).exit_code == 1

    answer, status = shell.ask("list_leads", DATABASE_URL=f"sqlite:///{copy}")
    assert status == 0
    assert answer["figures"]["count"] > 0


def test_a_healthy_database_passes_the_check(shell: Shell) -> None:
    assert shell.run("db", "check").exit_code == 0


def test_an_export_can_be_imported_again_without_a_change(shell: Shell) -> None:
    out = shell.folder / "leads.csv"
    assert shell.run("export", "lead", "--out", str(out)).exit_code == 0
    assert shell.run("export", "nonsense").exit_code != 0

    again = json.loads(shell.run("import", str(out), "--json").stdout)

    assert (again["created"], again["rejected"]) == (0, 0)


def test_chat_reads_lines_from_a_pipe_and_answers_each(shell: Shell) -> None:
    environment = os.environ | shell.environment
    talked = subprocess.run(
        [sys.executable, "-m", "bot", "chat", "--as", "nora", "--now", NOW, "--json"],
        input="list_leads band=hot\nset katrin müller to unqualified please\nyes\n",
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )

    states = [json.loads(line)["state"] for line in talked.stdout.splitlines()]
    assert states == ["answered", "confirm", "done"], talked.stderr


def test_digests_that_are_due_are_sent_once(shell: Shell) -> None:
    due = "2026-11-19T09:00+00:00"
    with LocalSlack() as slack:
        nora = slack.add_person("Nora Lindqvist", shell.email("Nora"))
        shell.run("ask", "set_digest 8:30 timezone=Europe/London", "--as", "nora", "--now", NOW)

        first = shell.run("digest", "--as", "nora", "--now", due, "--json", **slack.build_environment())
        again = shell.run("digest", "--as", "nora", "--now", due, "--json", **slack.build_environment())
        early = shell.run(
            "digest", "--as", "nora", "--now", "2026-11-20T07:00+00:00", "--json", **slack.build_environment()
        )

        assert len(nora.visible_messages()) == 1
    assert [json.loads(each.stdout)["sent"] for each in (first, again, early)] == [True, True, False]
    assert json.loads(first.stdout)["first"] == json.loads(again.stdout)["first"] != []
    assert json.loads(early.stdout)["outcome"] == "not due"


def test_without_slack_digests_wait_in_the_outbox(shell: Shell) -> None:
    due = "2026-11-19T09:00+00:00"
    shell.run("ask", "set_digest 8:30 timezone=Europe/London", "--as", "nora", "--now", NOW)

    result = json.loads(shell.run("digest", "--all", "--now", due, "--json").stdout)["results"]

    assert result
    assert not any(each["sent"] for each in result)
    assert {each["outcome"] for each in result} <= {"queued", "silent"}


def test_an_import_names_a_wrong_file_once_and_says_that_another_has_no_rows(empty_shell: Shell) -> None:
    empty_shell.run("db", "upgrade")
    (empty_shell.folder / "report.csv").write_bytes(b"%PDF-1.7\n")
    (empty_shell.folder / "people.csv").write_text("First Name,Last Name,Company,Email\n")

    assert empty_shell.run("import", "report.csv").stdout.count("report.csv") == 1
    assert "There are no rows below the column names" in empty_shell.run("import", "people.csv").stdout


def test_a_file_that_is_not_there_is_named_in_plain_words(shell: Shell) -> None:
    said = "There is no file gone.jso"

    assert said in shell.run("import", str(FILE), "--map", "gone.json").output
    assert said in shell.run("learn", "gone.jsonl").output
