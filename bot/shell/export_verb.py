"""The verb `export`: records out, as CSV."""

from __future__ import annotations

import sys
from pathlib import Path

from bot.settings import read_settings
from bot.terminal.seat import find_workspace, open_database
from bot.terminal.verb_outcome import VerbFailure, VerbOutcome
from storage.people import reps
from storage.people.visibility import build_scope
from storage.upkeep.exports import export_records


def export_file(outcome: VerbOutcome, kind: str, out: Path | None, workspace: int | None) -> None:
    """Write all records of a kind as CSV to the file `out`, in place of one of that name, or to stdout."""
    database = open_database(read_settings())
    workspace_id = find_workspace(database, workspace)
    if out is not None and not out.parent.is_dir():
        raise VerbFailure(f"There is no folder {out.parent}. Make it first.")
    with database.begin_read() as session:
        scope = build_scope(session, reps.make_console_asker(workspace_id), "workspace")
        if out is None:
            export_records(scope, kind, sys.stdout)
            sys.stdout.flush()
            return
        # A file that is half written must not be taken for the whole: it gets its name at the end.
        begun = out.with_name(out.name + ".part")
        try:
            with begun.open("w", newline="", encoding="utf-8") as file:
                count = export_records(scope, kind, file)
            begun.replace(out)
        finally:
            begun.unlink(missing_ok=True)
    print(f"{count:,} rows written to {out}.", file=sys.stderr)  # noqa: T201
