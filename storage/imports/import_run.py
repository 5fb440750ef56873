"""One import: files are understood, ordered, read row by row and written in batches."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy.orm import Session

from storage.database.bulk_writes import bulk_mode, free_cycles, pause_cycle_search
from storage.database.doors import Database
from storage.imports.files.rejects import Rejects, find_origin
from storage.imports.files.sheets import Row
from storage.imports.files.source_files import open_sheets
from storage.imports.rows.built_records import Entry
from storage.imports.rows.imported_definitions import Definitions
from storage.imports.rows.record_builder import Builder
from storage.imports.rows.row_reader import FINISHED, Cells, RowReader, list_keys
from storage.imports.rows.seen_keys import SeenKeys
from storage.imports.understanding.fields import KINDS
from storage.imports.understanding.sheet_plan import Plan, Surroundings, make_plan
from storage.imports.values.import_errors import ImportTrouble, Unreadable
from storage.imports.values.lead_outcomes import guess_outcome
from storage.imports.writing.batches import Writer
from storage.imports.writing.converted_touches import attach_converted_touches
from storage.imports.writing.managers import create_manager_stubs, settle_roles
from storage.imports.writing.references import Finder
from storage.imports.writing.score_writer import ScoreWriter
from storage.imports.writing.trial_references import TrialReferences
from storage.imports.writing.unknown_owners import MOST_NAMED, describe_unknown_owners
from storage.ledger.change_ledger import ChangeLedger
from storage.records.missing_references import (
    MissingReferences,
    describe_missing_references,
    describe_shared_names,
    list_missing_references,
)
from storage.scores.showing.bands import recompute_bands
from storage.tables import AuditEntry, Stage, Status
from storage.workspaces.default_definitions import settle_defaults
from storage.workspaces.workspace_vocabulary import load_vocabulary

# A batch is one transaction, during which other writers wait.
BATCH = 5000
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class ImportDefaults:
    """Settings that hold where the workspace has none of its own."""

    time_zone: str = "UTC"


@dataclass(frozen=True)
class ColumnExplanation:
    """What one column was understood to be, and why, as shown to the person who imports."""

    column: str
    field: str | None
    why: str


@dataclass
class ImportResult:
    """What came of one file, or of one part of a JSON document. Where it has an `error`, nothing was imported."""

    path: Path
    part: str | None = None
    kind: str | None = None
    columns: dict[str, str | None] = field(default_factory=dict)
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    rejects_file: Path | None = None
    reasons: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    unknown_owners: dict[str, int] = field(default_factory=dict)
    explain: list[ColumnExplanation] = field(default_factory=list)
    error: str | None = None

    @property
    def rows(self) -> int:
        return self.created + self.updated + self.unchanged + self.rejected


def run_import(
    database: Database,
    workspace_id: int,
    paths: Sequence[Path],
    *,
    now: datetime,
    kind: str | None = None,
    mapping: Mapping[str, str | None] | None = None,
    dry_run: bool = False,
    finished: bool = False,
    defaults: ImportDefaults | None = None,
    progress: Progress | None = None,
    rejects_folder: Path | None = None,
    who: str = "console",
    surface: str = "shell",
) -> list[ImportResult]:
    """Import files into a workspace and return one result a file, or several for a JSON document of several kinds.

    A file that cannot be understood gets a result with `error`; the others are imported. Raises ImportTrouble for an
    unknown kind, and DatabaseTrouble where the database cannot be written. `now` is aware; `progress(label, done, of)`
    is called after every batch.
    """
    if kind is not None and kind not in KINDS:
        raise ImportTrouble(f"There is no kind “{kind}”. Use one of {', '.join(KINDS)}.")
    definitions = Definitions(database, workspace_id, dry_run=dry_run)
    around = _find_surroundings(definitions, now, defaults or ImportDefaults(), finished=finished)
    results: list[ImportResult] = []
    plans: list[tuple[Plan, ImportResult]] = []
    paths = [Path(path) for path in paths]
    for path in paths:
        if origin := find_origin(path, paths):
            # `*.csv` names them too, and lines of totals would come in as records.
            note = f"It holds the rejected rows of {origin.name}. Once they are mended, import it alone."
            results.append(ImportResult(path, notes=[note]))
            continue
        for plan, result in _plan_file(path, around, kind, mapping):
            results.append(result)
            if plan is not None:
                plans.append((plan, result))
    # Users first, then accounts, then what refers to both: few references then have to wait for their target.
    plans.sort(key=lambda each: KINDS.index(each[0].kind))
    entry_id = None
    if plans and not dry_run:
        with database.begin_write() as session:
            entry_id = _add_audit_entry(session, workspace_id, plans, who=who, surface=surface, now=now)
    finder = Finder(workspace_id)
    trial = TrialReferences(workspace_id, finder) if dry_run else None
    for plan, result in plans:
        # What was added until now belongs to the results before.
        known = len(definitions.added)
        try:
            _SheetImport(database, workspace_id, plan, definitions, finder, progress, trial).import_rows(
                result, rejects_folder
            )
        except ImportTrouble as trouble:
            result.error = str(trouble)
        result.notes += [f"added {each}" for each in definitions.added[known:]]
    _settle_defaults(database, workspace_id, plans, definitions, entry_id, now)
    # Only now: what one file refers to may have been in the next.
    if trial is not None:
        with database.begin_read() as session:
            _note_missing_references(session, finder, plans, trial.list_missing(session))
    elif plans:
        _finish_run(database, finder, plans, now)
    return results


def _settle_defaults(
    database: Database,
    workspace_id: int,
    plans: Sequence[tuple[Plan, ImportResult]],
    definitions: Definitions,
    entry_id: int | None,
    now: datetime,
) -> None:
    """Set aside default statuses and stages that nobody uses where the files brought the workspace's own.

    What changes is written under the import's audit entry; a dry run has none.
    """
    tables: dict[str, type[Any]] = {"lead": Status, "opportunity": Stage}
    last = {plan.kind: result for plan, result in plans if not result.error and plan.kind in tables}
    for kind, result in last.items():
        table = tables[kind]
        with database.begin_read() if entry_id is None else database.begin_write() as session:
            ledger = _open_ledger(session, workspace_id, now) if entry_id is not None else None
            settled = settle_defaults(
                session,
                workspace_id,
                table,
                set_aside=table in definitions.own,
                arriving=definitions.touched[table].values() if ledger is None else (),
                set_retired=None if ledger is None else partial(_set_retired, ledger),
            )
            if ledger is not None and ledger.noted:
                ledger.write_entry(session.get_one(AuditEntry, entry_id))
        result.notes += settled.list_sentences()


def _open_ledger(session: Session, workspace_id: int, now: datetime) -> ChangeLedger:
    vocabulary = load_vocabulary(session, workspace_id)
    assert vocabulary is not None
    return ChangeLedger(session, vocabulary, now)


def _set_retired(ledger: ChangeLedger, rows: Sequence[Any], retired: bool) -> None:
    ledger.change_records(rows, retired=retired)


def _finish_run(database: Database, finder: Finder, plans: Sequence[tuple[Plan, ImportResult]], now: datetime) -> None:
    """Bring touches of converted leads to what these became, and say which references point to nothing."""
    kinds = {plan.kind for plan, result in plans if not result.error}
    with database.begin_write(patient=True) as session:
        attach_converted_touches(session, finder.workspace_id, until=now)
        of_rows = kinds | {"follow_up"} if "activity" in kinds else kinds
        missing = list_missing_references(session, finder.workspace_id, of_rows)
        _note_missing_references(session, finder, plans, missing)


def _note_missing_references(
    session: Session,
    finder: Finder,
    plans: Sequence[tuple[Plan, ImportResult]],
    missing: Sequence[MissingReferences],
) -> None:
    """Say which references point to nothing, with the last file of their kind."""
    last = {plan.kind: result for plan, result in plans if not result.error}
    for each in missing:
        # A file of activities brings follow-ups too.
        result = last.get(each.kind) or last.get("activity")
        if result is not None:
            shared = sorted(finder.find_shared_names(session, each.named))
            if len(shared) < each.targets:
                result.notes.append(describe_missing_references(each))
            if shared:
                result.notes.append(describe_shared_names(shared))


def _find_surroundings(
    definitions: Definitions, now: datetime, defaults: ImportDefaults, *, finished: bool
) -> Surroundings:
    workspace = definitions.workspace
    name = workspace.time_zone or defaults.time_zone
    zone: tzinfo
    try:
        zone = ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        name, zone = "UTC", UTC
    return Surroundings(now.astimezone(UTC), zone, name, workspace.currency, finished)


def _plan_file(
    path: Path, around: Surroundings, kind: str | None, mapping: Mapping[str, str | None] | None
) -> Iterator[tuple[Plan | None, ImportResult]]:
    try:
        sheets = open_sheets(path)
    except ImportTrouble as trouble:
        yield None, ImportResult(path, error=str(trouble))
        return
    for sheet in sheets:
        try:
            plan = make_plan(sheet, around, kind, mapping)
        except ImportTrouble as trouble:
            yield None, ImportResult(path, sheet.part, error=str(trouble))
            continue
        explained = [ColumnExplanation(use.name, use.use, use.why) for use in plan.uses]
        yield plan, ImportResult(path, sheet.part, plan.kind, plan.columns, explain=explained)


def _add_audit_entry(
    session: Session,
    workspace_id: int,
    plans: Sequence[tuple[Plan, ImportResult]],
    *,
    who: str,
    surface: str,
    now: datetime,
) -> int:
    files = [
        {"file": plan.sheet.label, "kind": plan.kind, "rows": plan.rows, "finished": plan.around.finished}
        for plan, _ in plans
    ]
    entry = AuditEntry(
        workspace_id=workspace_id,
        who=who[:255],
        at=now,
        surface=surface[:40],
        command="import",
        arguments={"files": files},
    )
    session.add(entry)
    session.flush()
    return entry.id


class _SheetImport:
    """The import of one sheet."""

    def __init__(
        self,
        database: Database,
        workspace_id: int,
        plan: Plan,
        definitions: Definitions,
        finder: Finder,
        progress: Progress | None,
        trial: TrialReferences | None,
    ) -> None:
        self.database = database
        self.workspace_id = workspace_id
        self.plan = plan
        self.progress = progress
        self.trial = trial
        self.reader = RowReader(plan)
        self.builder = Builder(plan, definitions)
        writer = ScoreWriter if plan.kind == "score" else Writer
        self.writer = writer(plan, self.builder, finder)

    def import_rows(self, result: ImportResult, rejects_folder: Path | None) -> None:
        rows = self.plan.sheet.rows()
        done = 0
        with (
            pause_cycle_search(),
            bulk_mode(self.database),
            SeenKeys() as seen,
            Rejects(self.plan.sheet, rejects_folder, dry_run=self.trial is not None) as rejects,
        ):
            while batch := list(islice(rows, BATCH)):
                entries = self._build_entries(batch, seen, rejects)
                if self.trial is not None:
                    with self.database.begin_read() as session:
                        self.writer.count_entries(session, entries)
                        self.trial.add_entries(session, self.plan, entries)
                elif entries:
                    with self.database.begin_write(patient=True) as session:
                        self.writer.write_entries(session, entries)
                done += len(batch)
                free_cycles()
                if self.progress is not None:
                    self.progress(self.plan.sheet.label, done, self.plan.rows)
                self._update_result(result, rejects)
        if self.trial is None:
            self._finish_sheet()
        self._update_result(result, rejects)
        result.notes = self.plan.notes.list_sentences()
        result.unknown_owners = dict(self.plan.unknown_owners)
        result.notes += describe_unknown_owners(self.plan.kind, self.plan.unknown_owners)
        if not done:
            result.notes.append("There are no rows below the column names, so there was nothing to import")

    def _update_result(self, result: ImportResult, rejects: Rejects) -> None:
        tally = self.writer.tally
        result.created, result.updated, result.unchanged = tally["created"], tally["updated"], tally["unchanged"]
        result.rejected, result.rejects_file, result.reasons = rejects.count, rejects.path, rejects.reasons

    def _build_entries(self, batch: Sequence[tuple[int, Row]], seen: SeenKeys, rejects: Rejects) -> list[Entry]:
        read: list[tuple[int, Row, Cells]] = []
        for line, row in batch:
            try:
                self.plan.notes.line, self.plan.notes.muted = line, False
                read.append((line, row, self.reader.read_cells(line, row)))
            except Unreadable as reason:
                rejects.add_row(line, row, str(reason))
        kind = self.plan.kind
        keys = [(line, list_keys(kind, cells)) for line, _, cells in read]
        entries = []
        for (line, row, cells), (_, options), (key, first_line) in zip(read, keys, seen.choose_keys(keys), strict=True):
            if key is None:
                rejects.add_row(line, row, f"repeats the record of row {first_line}")
                continue
            if self.plan.around.finished and kind == "lead":
                cells[FINISHED] = "yes"
                if guess_outcome(cells.get(self.plan.outcome_key or "", "")):
                    cells.setdefault("converted", "yes")
            try:
                self.plan.notes.line = line
                built = self.builder.build_record(cells)
            except Unreadable as reason:
                rejects.add_row(line, row, str(reason))
                continue
            entries.append(Entry(line, cells, key, key == options[0], built))
        return entries

    def _finish_sheet(self) -> None:
        """Do what can only be done once the whole file is read: roles, users for named managers, bands."""
        with self.database.begin_write(patient=True) as session:
            if self.plan.kind == "user":
                added = create_manager_stubs(session, self.workspace_id, self.plan.around.now)
                # A slip in a manager's name would otherwise make one more person in silence.
                self.plan.notes.line = None
                for name in added[:MOST_NAMED]:
                    self.plan.notes.add(f"added “{name}”, whom others name as their manager: no row says more of them")
                self.plan.notes.add_total(
                    max(0, len(added) - MOST_NAMED), "added 1 more manager", "added {} more managers"
                )
                settle_roles(session, self.workspace_id)
            if self.plan.kind in {"lead", "score"}:
                recompute_bands(session, self.workspace_id)
