"""The verb `export`: records out, as CSV."""

from __future__ import annotations

import sys
from pathlib import Path

from bot.settings import read_settings
from bot.terminal.seat import open_database, workspace_of
from bot.terminal.verb_outcome import Failed, Outcome
from storage.people import reps
from storage.people.visibility import scope_of
from storage.upkeep.exports import export


def export_file(outcome: Outcome, kind: str, out: Path | None, workspace: int | None) -> None:
    """Write the records of a kind to a new or existing file, or to stdout."""
    database = open_database(read_settings())
    workspace_id = workspace_of(database, workspace)
    if out is not None and not out.parent.is_dir():
        raise Failed(f"There is no folder {out.parent}. Make it first.")
    with database.reading() as session:
        scope = scope_of(session, reps.console(workspace_id), "workspace")
        if out is None:
            export(scope, kind, sys.stdout)
            sys.stdout.flush()
            return
        # A file that is half written must not be taken for the whole: it gets its name at the end.
        begun = out.with_name(out.name + ".part")
        try:
            with begun.open("w", newline="", encoding="utf-8") as file:
                count = export(scope, kind, file)
            begun.replace(out)
        finally:
            begun.unlink(missing_ok=True)
    print(f"{count:,} rows written to {out}.", file=sys.stderr)  # noqa: T201
