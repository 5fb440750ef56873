"""Migrations that have landed stay as they are: databases have run them already."""

from __future__ import annotations

import hashlib
from pathlib import Path

from storage import migrations

VERSIONS = Path(migrations.__file__).parent / "versions"
LANDED = Path(__file__).with_name("migrations.sha256")
"""A line for each migration that has landed, as `sha256sum *.py` in its folder writes it."""


def compute_checksum(path: Path) -> str:
    # Line ends are those of the repository also where a checkout has made others of them.
    return hashlib.sha256(path.read_bytes().replace(b"\r\n", b"\n")).hexdigest()


def test_landed_migrations_are_frozen() -> None:
    landed = {name: checksum for checksum, name in map(str.split, LANDED.read_text(encoding="utf-8").splitlines())}
    found = {path.name: compute_checksum(path) for path in VERSIONS.glob("*.py")}

    changed = sorted(name for name, checksum in landed.items() if found.get(name) != checksum)
    assert changed == [], "landed migrations are frozen; write a new one"
    unlisted = [f"{found[name]}  {name}" for name in sorted(found.keys() - landed.keys())]
    assert unlisted == [], f"a migration that lands is frozen: add its line to {LANDED.name}"
