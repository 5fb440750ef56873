"""The verb `import`: files in, and what was understood of them."""

from __future__ import annotations

import json
import sys
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn
from rich.table import Table

from bot.settings import read_settings
from bot.terminal.seat import find_workspace, read_moment, start_logging
from bot.terminal.terminal_reply import open_console
from bot.terminal.verb_outcome import VerbFailure, VerbOutcome
from commands.administration.staffing import HOW_TO_BRING
from storage.database.doors import Database
from storage.database.errors import DatabaseTrouble, KeyTaken
from storage.imports import ImportDefaults, ImportResult, run_import

# Whoever reads the JSON may count on these keys, empty or not.
ALWAYS = frozenset({"kind", "columns", "rejects_file"})
GOES_ON = "Nothing is half imported: the same command, run again, goes on where this one stopped."


def import_files(
    outcome: VerbOutcome,
    paths: list[Path],
    *,
    kind: str | None,
    map_file: Path | None,
    dry_run: bool,
    finished: bool,
    workspace: int | None,
    now: str | None,
) -> None:
    """Import files and say what was understood and what came of it. Makes the tables of a new database first."""
    settings = read_settings()
    start_logging(settings)
    mapping = _read_mapping(map_file)
    with ExitStack() as opened, _ImportProgress(shown=not outcome.json) as progress:
        database = Database(settings.database_url.get_secret_value())
        if database.is_new():
            from storage.upkeep.upgrade import upgrade_schema

            if dry_run:
                # What changes nothing leaves no database behind, either.
                folder = opened.enter_context(TemporaryDirectory())
                database = Database(f"sqlite:///{Path(folder) / 'dry-run.db'}")
                opened.callback(database.close)
            upgrade_schema(database)
        database.check_revision()
        try:
            results = run_import(
                database,
                find_workspace(database, workspace),
                paths,
                now=read_moment(now, settings.timezone),
                kind=kind,
                mapping=mapping,
                dry_run=dry_run,
                finished=finished,
                defaults=ImportDefaults(settings.timezone),
                progress=progress,
            )
        except DatabaseTrouble as trouble:
            raise VerbFailure(f"{trouble} {GOES_ON}", "error") from trouble
        except KeyTaken as taken:
            raise VerbFailure(
                f"Another import is writing the same records at this moment. {GOES_ON}", "error"
            ) from taken
    # One file gives one object and several a list of them, as with every verb that handles several things.
    if outcome.json:
        objects = [_encode_result(result) for result in results]
        outcome.print_object(objects[0] if len(objects) == 1 else {"results": objects})
    else:
        for result in results:
            _print_result(open_console(), result, dry_run=dry_run)
        if any(result.unknown_owners for result in results):
            open_console().print(HOW_TO_BRING)
    outcome.status = 1 if any(result.error for result in results) else 0


def _read_mapping(path: Path | None) -> dict[str, str | None] | None:
    if path is None:
        return None
    try:
        # Editors on Windows begin a file with a byte order mark, which is no JSON.
        found = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, UnicodeDecodeError):
        raise VerbFailure(f'{path} is not JSON. Write {{"column": "field"}}.', "error") from None
    if not isinstance(found, dict) or not all(value is None or isinstance(value, str) for value in found.values()):
        raise VerbFailure(f'{path} does not map columns to fields. Write {{"column": "field"}}.', "error")
    return found


class _ImportProgress(ExitStack):
    """Shows a bar for each file on a terminal, nothing elsewhere. Called with label, rows done and rows in all."""

    def __init__(self, *, shown: bool) -> None:
        super().__init__()
        self._bars: Progress | None = None
        self._tasks: dict[str, TaskID] = {}
        if shown and sys.stderr.isatty():
            self._bars = self.enter_context(
                Progress(
                    TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), console=Console(stderr=True)
                )
            )

    def __call__(self, label: str, done: int, of: int) -> None:
        if self._bars is not None:
            if label not in self._tasks:
                self._tasks[label] = self._bars.add_task(label, total=of or None)
            self._bars.update(self._tasks[label], completed=done, total=of or None)


def _encode_result(result: ImportResult) -> dict[str, Any]:
    found: dict[str, Any] = {
        "file": str(result.path),
        "part": result.part,
        "kind": result.kind,
        "columns": result.columns,
        "created": result.created,
        "updated": result.updated,
        "unchanged": result.unchanged,
        "rejected": result.rejected,
        "rejects_file": str(result.rejects_file) if result.rejects_file else None,
        "reasons": result.reasons,
        "notes": result.notes,
        "unknown_owners": result.unknown_owners,
    }
    if result.error:
        found = {"file": str(result.path), "state": "error", "text": result.error}
    return {key: value for key, value in found.items() if value not in (None, {}, []) or key in ALWAYS}


def _print_result(screen: Console, result: ImportResult, *, dry_run: bool) -> None:
    name = f"{result.path.name}{f' ({result.part})' if result.part else ''}"
    if result.error:
        # Most errors name the file themselves.
        called = "" if result.path.name in result.error else f"[bold red]{escape(name)}[/]: "
        screen.print(f"{called}{escape(result.error)}")
        return
    if result.kind is None:
        screen.print(f"[bold]{escape(name)}[/]: left alone. {escape(' '.join(result.notes))}")
        return
    screen.print(f"[bold]{escape(name)}[/]: {result.kind} rows")
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 2), header_style="dim")
    for heading in ("column", "field", "why"):
        table.add_column(heading, overflow="fold")
    for each in result.explain:
        table.add_row(escape(each.column), escape(each.field or "–"), f"[dim]{escape(each.why)}[/]")
    screen.print(table)
    for note in result.notes:
        screen.print(f"  {escape(note)}")
    would = "would be " if dry_run else ""
    screen.print(
        f"  {would}created {result.created:,}, updated {result.updated:,}, unchanged {result.unchanged:,}, "
        f"rejected {result.rejected:,}"
    )
    for reason, count in sorted(result.reasons.items(), key=lambda each: -each[1])[:5]:
        screen.print(f"    {count:,} × {escape(reason)}")
    if result.rejects_file:
        screen.print(f"  The rejected rows are in {escape(str(result.rejects_file))}")
