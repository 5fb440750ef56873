"""No pinned package has a weakness that docs/known_problems.toml knows. Needs no network."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).parents[2]
KNOWN: dict[str, Any] = tomllib.loads((ROOT / "docs" / "known_problems.toml").read_text(encoding="utf-8"))
PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)==([^\s;\\]+)", re.MULTILINE)


def list_pins(lock: str) -> list[tuple[str, str]]:
    """Every pinned package with its version; one that differs by Python or system several times."""
    return PIN.findall(lock)


def find_problems(lock: str) -> list[str]:
    """What is wrong with a lock file, with what to do."""
    return [
        f"{package} {version} has {each['id']}: {each['means']} Raise it beyond {each['affected']} in pyproject.toml,"
        " then run `make lock` and `make test`."
        for package, version in list_pins(lock)
        for each in KNOWN["problem"]
        if each["package"] == package and SpecifierSet(each["affected"], prereleases=True).contains(version)
    ]


def test_no_pinned_version_has_a_known_problem() -> None:
    assert find_problems((ROOT / "requirements.lock").read_text()) == []


def test_a_version_with_a_problem_is_found_with_what_to_do() -> None:
    found = find_problems("h11==0.14.0 \\\n    --hash=sha256:0\nidna==3.7 ; python_version >= '3.11'\n")

    assert len(found) == 1
    assert found[0].startswith("h11 0.14.0 has CVE-2025-43859: ")
    assert "make lock" in found[0]


@pytest.mark.parametrize("each", KNOWN["problem"], ids=lambda each: each["id"])
def test_each_entry_is_about_a_package_that_is_pinned(each: dict[str, str]) -> None:
    assert set(each) == {"package", "affected", "id", "means"}
    assert each["package"] in dict(list_pins((ROOT / "requirements.lock").read_text()))


def test_the_list_says_when_it_was_looked_through() -> None:
    assert isinstance(KNOWN["looked_through"], date)
