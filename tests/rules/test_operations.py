"""What a company runs Leadlight with agrees with the program: image, compose file, unit, changelog."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from fnmatch import fnmatch
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.settings import Settings
from bot.shell.program import app
from bot.slack.runtime.metrics import Metrics

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
COMPOSE = (ROOT / "compose.yaml").read_text()
UNIT = (ROOT / "contrib" / "leadlight.service").read_text()
SETTINGS = {name.upper() for name in Settings.model_fields}
OTHERS = {"POSTGRES_USER", "POSTGRES_DB", "POSTGRES_PASSWORD", "LEADLIGHT_ADDRESS"}
"""What the database and the proxy of the compose file are told."""


def has_engine() -> bool:
    """Whether there is a container engine that answers."""
    if shutil.which("docker") is None:
        return False
    return subprocess.run(["docker", "info"], check=False, capture_output=True, timeout=60).returncode == 0


def run_docker(*words: str) -> str:
    done = subprocess.run(["docker", *words], check=False, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.strip()


def test_every_setting_that_is_named_exists() -> None:
    named = set(re.findall(r"^ +([A-Z][A-Z_]+):", COMPOSE, flags=re.MULTILINE))
    named |= set(re.findall(r"\$\{?([A-Z][A-Z_]+)", COMPOSE + (ROOT / "contrib" / "Caddyfile").read_text()))
    named |= set(re.findall(r"([A-Z][A-Z_]+)=", "".join(re.findall(r"^ENV .*$", DOCKERFILE, flags=re.MULTILINE))))

    assert len(named) > 6
    assert named - SETTINGS - OTHERS == set()


def test_all_speak_of_one_port() -> None:
    port = str(Settings.model_fields["port"].default)

    assert f"EXPOSE {port}\n" in DOCKERFILE
    assert f"PORT={port}\n" in DOCKERFILE
    assert {*re.findall(r'PORT: "(\d+)"', COMPOSE), *re.findall(r":(\d+)\"\]$", COMPOSE, re.MULTILINE)} - {"443"} == {
        port
    }
    assert set(re.findall(r"bot-\w:(\d+)", (ROOT / "contrib" / "Caddyfile").read_text())) == {port}


def test_the_image_is_made_of_hashed_packages_and_of_nobody() -> None:
    bases = re.findall(r"^FROM (\S+)", DOCKERFILE, flags=re.MULTILINE)
    users = re.findall(r"^USER (\S+)", DOCKERFILE, flags=re.MULTILINE)

    assert bases == ["python:3.12-slim"] * 2
    assert users == ["leadlight"]
    assert "--require-hashes --requirement requirements.lock" in DOCKERFILE
    assert all("--no-index" in line for line in re.findall(r"pip (?:install|wheel).*", DOCKERFILE))
    assert "/healthz" in DOCKERFILE
    # No secret, and no host of a registry.
    assert "://" not in DOCKERFILE.replace("http://127.0.0.1", "").replace("sqlite://", "")
    assert not re.search(r"^(ARG|ADD)|TOKEN|SECRET|_KEY", DOCKERFILE, flags=re.MULTILINE)


def test_everything_that_is_copied_is_let_in_and_nothing_else_is() -> None:
    lines = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and line[0] != "#"]
    let_in = {line[1:] for line in lines if line[0] == "!"}
    copied = {
        word.rstrip("/") for line in re.findall(r"^COPY (.*) \S+$", DOCKERFILE, flags=re.M) for word in line.split()
    }

    assert lines[0] == "*"
    assert let_in == copied
    assert all((ROOT / name).exists() for name in copied)
    packages = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert set(packages["packages"]) <= copied
    assert not any(fnmatch(secret, name) for secret in (".env", "leadlight.db", ".git") for name in let_in)


def test_both_ways_of_the_compose_file_upgrade_before_they_serve() -> None:
    listed = COMPOSE.partition("\nservices:\n")[2].partition("\nvolumes:\n")[0] + "\n"
    services = dict(re.findall(r"^  ([a-z-]+):\n((?:    .*\n|\n)+)", listed, flags=re.MULTILINE))

    assert {"bot", "bot-a", "bot-b", "upgrade-one", "upgrade-two", "database", "proxy"} <= services.keys()
    assert all("profiles: [" in body for name, body in services.items())
    assert "upgrade-one: {condition: service_completed_successfully}" in services["bot"]
    assert "upgrade-two: {condition: service_completed_successfully}" in services["bot-a"]
    assert "command: [db, upgrade]" in services["upgrade-one"]
    assert "command: [db, upgrade]" in services["upgrade-two"]
    for path in re.findall(r"- (\./\S+?):", COMPOSE):
        assert (ROOT / path).is_file()


def test_the_unit_upgrades_then_serves_as_nobody_in_particular() -> None:
    lines = dict(line.split("=", 1) for line in UNIT.splitlines() if re.match(r"[A-Za-z]+=", line))

    assert lines["ExecStartPre"].endswith("/leadlight db upgrade")
    assert lines["ExecStart"].endswith("/leadlight serve")
    assert lines["User"] == "leadlight"
    assert lines["WorkingDirectory"] == f"/var/lib/{lines['StateDirectory']}"
    assert (lines["NoNewPrivileges"], lines["ProtectSystem"], lines["CapabilityBoundingSet"]) == ("yes", "strict", "")
    # The bot itself needs up to 20 seconds to end.
    assert int(lines["TimeoutStopSec"]) > 20
    assert "stop_grace_period: 25s" in COMPOSE


def test_the_page_tells_every_metric_and_no_other() -> None:
    page = (ROOT / "docs" / "operations.md").read_text()
    counted = {metric.name: metric.type for metric in Metrics().registry.collect()}

    assert set(re.findall(r"leadlight_[a-z_]+[a-z]", page)) == {
        f"{name}_total" if kind == "counter" else name for name, kind in counted.items()
    }


@pytest.mark.parametrize("name", ["docs/operations.md", "docs/security.md"])
def test_pages_for_operators_name_settings_and_verbs_that_exist(name: str) -> None:
    page = (ROOT / name).read_text()
    verbs = [match.split() for match in re.findall(r"(?<![=\w])leadlight ((?:db |score )?[a-z]+)(?!\.)\b", page)]

    assert set(re.findall(r"`([A-Z]+_[A-Z_]+)`?", page)) - SETTINGS - OTHERS == set()
    assert [words for words in verbs if CliRunner().invoke(app, [*words, "--help"]).exit_code != 0] == []


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_systemd_knows_every_line_of_the_unit() -> None:
    unit = str(ROOT / "contrib" / "leadlight.service")
    words = ["systemd-analyze", "verify", unit]
    done = subprocess.run(words, check=False, capture_output=True, text=True, timeout=60)

    assert [line for line in done.stderr.splitlines() if "leadlight" in line and "is not executable" not in line] == []


def test_the_changelog_begins_with_the_version_of_the_project() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    first = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(), flags=re.MULTILINE)

    assert first is not None
    assert first[1].rstrip(",") == version


@pytest.mark.slow
def test_the_image_is_built_and_does_its_work_as_nobody() -> None:
    if not has_engine():
        pytest.skip("no container engine answers")
    run_docker("build", "--quiet", "--tag", "leadlight-test", ".")

    assert run_docker("run", "--rm", "leadlight-test", "--version").startswith("leadlight ")
    assert "upgraded by" in run_docker("run", "--rm", "--read-only", "leadlight-test", "db", "upgrade")
    assert run_docker("run", "--rm", "--entrypoint", "id", "leadlight-test", "-u") == "10001"
    history = run_docker("history", "--no-trunc", "leadlight-test")
    assert not re.search(r"xoxb-|xapp-|ENCRYPTION_KEY|SECRET", history)
    if subprocess.run(["docker", "compose", "version"], check=False, capture_output=True).returncode == 0:
        run_docker("compose", "--profile", "one", "--profile", "two", "config", "--quiet")
