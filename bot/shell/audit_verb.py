"""The verb `audit`: who changed what."""

from __future__ import annotations

import csv
import json
import sys
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from rich.table import Table
from rich.text import Text

from bot.settings import read_settings
from bot.terminal.seat import find_workspace, open_database
from bot.terminal.terminal_reply import open_console
from bot.terminal.verb_outcome import VerbFailure, VerbOutcome
from commands.dispatching.name_resolution import identify_record
from commands.values.phrases import format_moment
from commands.wording.change_words import TOLD_IN_WORDS, format_field_name, format_value
from commands.wording.record_words import format_kind
from storage.audit import audit_log
from storage.audit.audit_log import AuditRow
from storage.database.doors import Session
from storage.imports.values.cell_text import defuse_formula
from storage.names import name_index
from storage.names.name_index import NamedRecord
from storage.people import reps
from storage.people.visibility import build_scope


def show_audit(outcome: VerbOutcome, record: str | None, since: str | None, limit: int, workspace: int | None) -> None:
    """Print the changes, newest first. `since` is ISO text, in the settings' time zone where it has no offset."""
    settings = read_settings()
    database = open_database(settings)
    workspace_id = find_workspace(database, workspace)
    start = _read_start(since, settings.timezone)
    with database.begin_read() as session:
        found = _find_records(session, workspace_id, record) if record else None
        rows = audit_log.list_changes(session, workspace_id, records=found, since=start, limit=limit)
    if outcome.json:
        outcome.print_object({"changes": [_encode_change(row) for row in rows]})
        return
    if not rows:
        open_console().print("No changes.")
        return
    zone = ZoneInfo(settings.timezone)
    today = datetime.now(zone).date()
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for row in rows:
        # A conversion changes several fields at once: one line for all of them is enough for a person, JSON has each.
        if row.field not in TOLD_IN_WORDS or row.field == "converted_at":
            table.add_row(format_moment(row.at.astimezone(zone), today), _format_change(row))
    open_console().print(table)


COLUMNS = ("when", "who", "from", "command", "kind", "id", "record", "field", "before", "after")


def export_audit(outcome: VerbOutcome, path: Path, since: str | None, until: str | None, workspace: int | None) -> None:
    """Write the changes to a new CSV or JSON Lines file, oldest first. Raises VerbFailure for another ending."""
    if path.suffix.lower() not in (".csv", ".jsonl"):
        raise VerbFailure("Name a file that ends in .csv, or in .jsonl for one JSON object a line.", "refused")
    if not path.parent.is_dir():
        raise VerbFailure(f"There is no folder {path.parent}. Make it first.")
    if path.exists():
        raise VerbFailure(f"{path} is there already. Name a new file.", "refused")
    settings = read_settings()
    database = open_database(settings)
    workspace_id = find_workspace(database, workspace)
    start, end = (_read_start(each, settings.timezone) for each in (since, until))
    # A file that is half written must not be taken for the whole: it gets its name at the end.
    begun = path.with_name(path.name + ".part")
    count = 0
    try:
        with begun.open("w", newline="", encoding="utf-8") as file, database.begin_read() as session:
            writer = csv.DictWriter(file, COLUMNS)
            if path.suffix.lower() == ".csv":
                writer.writeheader()
            for row in audit_log.iterate_changes(session, workspace_id, since=start, until=end):
                count += 1
                change = _encode_change(row)
                if path.suffix.lower() == ".csv":
                    writer.writerow({name: _format_cell(change[name]) for name in COLUMNS})
                else:
                    file.write(json.dumps(change, ensure_ascii=False) + "\n")
        begun.replace(path)
    finally:
        begun.unlink(missing_ok=True)
    print(f"{count:,} changes written to {path}.", file=sys.stderr)  # noqa: T201


def _format_cell(value: Any) -> str:
    if value is None:
        return ""
    return defuse_formula(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def _format_change(row: AuditRow) -> Text:
    """Write a change as a line: `Jane Doe: status Open → Contacted  Nora Lindqvist, chat`."""
    match row.field:
        case "":
            what = row.command.replace("_", " ")
        case "record":
            made = row.after is not None
            what = f"{'new' if made else 'removed'} {format_kind(row.kind)} {row.after if made else row.before}"
        case "converted_at":
            what = f"{row.name}: {'conversion taken back' if row.after is None else 'converted'}"
        case field:
            before, after = (format_value(each, field) for each in (row.before, row.after))
            what = f"{row.name}: {format_field_name(field)} {before} → {after}"
    return Text.assemble(what, (f"  {row.who}, {row.surface}", "dim"))


def _encode_change(row: AuditRow) -> dict[str, Any]:
    return {
        "when": row.at.astimezone(UTC).isoformat(timespec="seconds"),
        "who": row.who,
        "from": row.surface,
        "command": row.command,
        "kind": row.kind,
        "id": name_index.format_ref(row.kind, row.record_id) if row.kind in name_index.LETTERS else None,
        "record": row.name,
        "field": row.field,
        "before": row.before,
        "after": row.after,
    }


def _read_start(since: str | None, zone: str) -> datetime | None:
    if since is None:
        return None
    try:
        # A day alone begins at midnight of that zone.
        if len(since) == len("2026-01-31"):
            return datetime.combine(date.fromisoformat(since), time.min, ZoneInfo(zone))
        moment = datetime.fromisoformat(since)
    except ValueError:
        raise VerbFailure(f"“{since}” is not a day or a moment. Write it like 2026-11-18", "refused") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))


def _find_records(session: Session, workspace_id: int, words: str) -> list[tuple[str, int]]:
    scope = build_scope(session, reps.make_console_asker(workspace_id), "workspace")
    found: tuple[NamedRecord, ...] = identify_record(
        scope, words, ("lead", "contact", "account", "opportunity", "user")
    ).found
    if not found:
        raise VerbFailure(f"There is no record called “{words}”.", "not_found")
    return [(each.kind, each.id) for each in found]
