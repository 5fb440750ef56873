"""What is kept beside the code agrees with it."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from bot.settings import Settings
from storage import migrations

ROOT = Path(__file__).parents[2]
LARGEST = 1_000_000
LEARNED = {"commands/language/weights.json": 8_000_000}
"""Files that are learned from tables, and how large each may become."""


def kept_files() -> list[str]:
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("not a git working tree")
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True)
    return listed.stdout.splitlines()


def test_the_example_settings_are_the_settings() -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    example = dict(line.split("=", 1) for line in lines if re.match(r"[A-Z_]+=", line))

    assert example.keys() == {name.upper() for name in Settings.model_fields}


def test_the_example_settings_are_the_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)

    assert Settings(_env_file=ROOT / ".env.example") == Settings(_env_file=None)


def test_every_migration_is_listed() -> None:
    files = sorted((Path(migrations.__file__).parent / "versions").glob("[0-9]*.py"))

    assert tuple(path.name.split("_")[0] for path in files) == migrations.REVISIONS


def test_every_requirement_is_pinned_with_a_hash() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    entries = [entry for entry in lock.replace("\\\n", " ").splitlines() if entry.strip() and entry[0] != "#"]

    assert "://" not in lock
    assert [
        entry for entry in entries if not re.match(r"[A-Za-z0-9._-]+==\S+ .*--hash=sha256:[0-9a-f]{64}", entry)
    ] == []


def test_every_dependency_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    named = [*project["project"]["dependencies"]]
    for group in (
        *project["project"].get("optional-dependencies", {}).values(),
        *project["dependency-groups"].values(),
    ):
        named += [each for each in group if isinstance(each, str)]
    wanted = {re.split(r"[\[~=<>!; ]", each)[0].lower().replace("_", "-") for each in named}
    locked = {
        line.split("==")[0].lower() for line in (ROOT / "requirements.lock").read_text().splitlines() if "==" in line
    }

    assert wanted - locked == set()


def test_nothing_is_kept_that_a_machine_made_or_that_is_secret() -> None:
    unwanted = re.compile(
        r"(^|/)(\.env|__pycache__|\.venv|\.idea|\.vscode|\.DS_Store|node_modules|dist|build)(/|$)"
        r"|\.(pyc|db|db-wal|db-shm|sqlite3?|log|orig|rej|bak|swp|pkl|joblib|pem|key)$"
    )

    assert [name for name in kept_files() if unwanted.search(name)] == []


def test_nothing_large_is_kept() -> None:
    assert [
        name
        for name in kept_files()
        if (ROOT / name).is_file() and (ROOT / name).stat().st_size > LEARNED.get(name, LARGEST)
    ] == []


def test_no_token_is_kept() -> None:
    token = re.compile(r"xox[bpars]-\d{6,}-|xapp-\d-[A-Z0-9]{8,}|\bsk-[A-Za-z0-9]{20,}|-----BEGIN [A-Z ]*PRIVATE KEY")
    texts = [ROOT / name for name in kept_files() if Path(name).suffix in {".py", ".md", ".toml", ".yml", ".json", ""}]

    assert [path.name for path in texts if path.is_file() and token.search(path.read_text(errors="replace"))] == []


def test_code_lives_in_three_folders() -> None:
    folders = {name.split("/")[0] for name in kept_files() if name.endswith(".py")}

    assert folders <= {"bot", "commands", "storage", "tests"}
