"""Export of records as CSV with the field names of the import, so that the file can be imported again.

Custom fields follow the others as `custom:NAME`.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import IO, Any

from sqlalchemy import func, select

from storage.imports.understanding.fields import FIELDS, TABLES
from storage.imports.values.cell_text import defuse_formula
from storage.imports.values.import_errors import ImportTrouble
from storage.names.column_synonyms import CUSTOM
from storage.people.visibility import Scope
from storage.tables import (
    Account,
    Contact,
    Lead,
    LeadScore,
    Opportunity,
    PendingReference,
    Rep,
    Stage,
    Status,
)

PORTION = 1000
KINDS = tuple(FIELDS)
SCORE_COLUMNS = ("lead", "name", "score", "probability", "band", "as_of", "model", "reasons")
SCORE_VALUES = ("score", "probability", "as_of", "model", "reasons")
# The import would make these of the other columns anyway.
LEFT_OUT = {
    "lead": {"name"},
    "contact": {"name", "last_activity_at"},
    "opportunity": {"is_won", "is_closed", "closed_at"},
    "activity": {"due", "task_status"},
    "follow_up": {"task_status"},
}
TARGETS: dict[str, Any] = {
    "owner": Rep,
    "manager": Rep,
    "account": Account,
    "contact": Contact,
    "lead": Lead,
    "opportunity": Opportunity,
    "parent": Account,
    "converted_account": Account,
    "converted_contact": Contact,
    "converted_opportunity": Opportunity,
}
ExportRow = dict[str, Any]


def export_records(scope: Scope, kind: str, out: IO[str]) -> int:
    """Write the visible records of a kind as CSV; return how many. Raise ImportTrouble for an unknown kind."""
    if kind not in KINDS:
        raise ImportTrouble(f"There is no kind “{kind}”. Use one of {', '.join(KINDS)}.")
    writer = csv.writer(out)
    if kind == "score":
        return _write_rows(writer, SCORE_COLUMNS, (), _read_scores(scope))
    fields = tuple(name for name in FIELDS[kind] if name not in LEFT_OUT.get(kind, set()))
    custom = _list_custom_names(scope, kind)
    return _write_rows(
        writer, (*fields, *(CUSTOM + name for name in custom)), custom, _read_records(scope, kind, fields)
    )


def _write_rows(writer: Any, columns: tuple[str, ...], custom: tuple[str, ...], rows: Iterator[ExportRow]) -> int:
    writer.writerow(columns)
    count = 0
    plain = columns[: len(columns) - len(custom)]
    for row in rows:
        kept = row.get("custom") or {}
        writer.writerow(
            [
                *(_format_cell(row.get(name)) for name in plain),
                *(defuse_formula(str(kept.get(name, ""))) for name in custom),
            ]
        )
        count += 1
    return count


def _format_cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case datetime():
            return value.isoformat()
        case Decimal():
            return f"{value:.2f}"
        case dict():
            return json.dumps(value, ensure_ascii=False)
        case str():
            # A `'` in front keeps spreadsheets from calculating the cell; the import takes it off again.
            return defuse_formula(value)
        case _:
            return str(value)


def _filter_rows(scope: Scope, kind: str, query: Any) -> Any:
    table = TABLES[kind]
    if kind == "user":
        return query.where(table.workspace_id == scope.workspace_id)
    return scope.filter_visible(query, table)


def _list_custom_names(scope: Scope, kind: str) -> tuple[str, ...]:
    table = TABLES[kind]
    names: dict[str, None] = {}
    query = _filter_rows(scope, kind, select(table.custom)).where(table.custom.is_not(None))
    for custom in scope.session.scalars(query.execution_options(yield_per=PORTION)):
        names.update(dict.fromkeys(custom or {}))
    return tuple(sorted(names))


def _read_records(scope: Scope, kind: str, fields: tuple[str, ...]) -> Iterator[ExportRow]:
    table = TABLES[kind]
    words = _load_definition_names(scope)
    last = 0
    while True:
        query = (
            _filter_rows(scope, kind, select(*table.__table__.c))
            .where(table.id > last)
            .order_by(table.id)
            .limit(PORTION)
        )
        rows = [dict(row._mapping) for row in scope.session.execute(query)]
        if not rows:
            return
        last = rows[-1]["id"]
        said = _prepare_references(scope, kind, fields, rows)
        for row in rows:
            yield _build_row(kind, row, fields, said, words)


def _build_row(
    kind: str, row: ExportRow, fields: tuple[str, ...], said: Callable[[str, ExportRow], str], words: dict[Any, str]
) -> ExportRow:
    spoken: ExportRow = {"custom": row.get("custom")}
    for name in fields:
        if FIELDS[kind][name].targets:
            spoken[name] = said(name, row)
        else:
            spoken[name] = row.get(FIELDS[kind][name].column or name)
    match kind:
        case "lead":
            spoken["status"] = words["status", row["status_id"]]
            spoken["converted"] = row["lifecycle"] == "converted"
        case "opportunity":
            spoken["stage"] = words["stage", row["stage_id"]]
        case "follow_up":
            spoken["done"] = row["done_at"] is not None
        # A role that followed from who reports to whom would become a given one by the next import.
        case "user" if not row["role_given"]:
            spoken["role"] = None
    return spoken


def _load_definition_names(scope: Scope) -> dict[Any, str]:
    words: dict[Any, str] = {}
    for name, table in (("status", Status), ("stage", Stage)):
        rows = scope.session.execute(select(table.id, table.name).where(table.workspace_id == scope.workspace_id))
        words.update({(name, number): text for number, text in rows})
    return words


def _prepare_references(
    scope: Scope, kind: str, fields: tuple[str, ...], rows: list[ExportRow]
) -> Callable[[str, ExportRow], str]:
    """Return a function that writes a row's reference: the target's external id, else its email address or name."""
    found: dict[tuple[Any, int], str] = {}
    pointing = [(name, _reference_column(name)) for name in fields if name in TARGETS]
    for name, column in pointing:
        target = TARGETS[name]
        wanted = {row[column] for row in rows if row.get(column) is not None}
        if wanted:
            said = func.coalesce(target.external_id, target.email) if hasattr(target, "email") else target.external_id
            query = select(target.id, func.coalesce(said, target.name)).where(target.id.in_(wanted))
            found.update({(target, number): text for number, text in scope.session.execute(query)})
    waiting: dict[tuple[int, str], str] = {}
    for number, field, words in scope.session.execute(
        select(PendingReference.record_id, PendingReference.field, PendingReference.words).where(
            PendingReference.workspace_id == scope.workspace_id,
            PendingReference.kind == kind,
            PendingReference.record_id.in_([row["id"] for row in rows]),
        )
    ):
        waiting[number, field] = words

    def write_reference(name: str, row: ExportRow) -> str:
        column = _reference_column(name)
        number = row.get(column)
        if number is None:
            # A reference whose target has not arrived yet is written as the file had it.
            return waiting.get((row["id"], column), "")
        return found.get((TARGETS[name], number), "")

    return write_reference


def _reference_column(name: str) -> str:
    return f"{name}_id"


def _read_scores(scope: Scope) -> Iterator[ExportRow]:
    """Read the newest shown score of each visible lead that has one."""
    last = 0
    while True:
        query = select(Lead.id, Lead.external_id, Lead.email, Lead.name, Lead.band).where(
            Lead.id > last, Lead.score.is_not(None)
        )
        leads = scope.session.execute(scope.filter_visible(query, Lead).order_by(Lead.id).limit(PORTION)).all()
        if not leads:
            return
        last = leads[-1].id
        scores = scope.session.execute(
            select(LeadScore.lead_id, *(getattr(LeadScore, name) for name in SCORE_VALUES))
            .where(LeadScore.lead_id.in_([lead.id for lead in leads]), LeadScore.shown)
            .order_by(LeadScore.as_of, LeadScore.id)
        )
        newest = {row.lead_id: row._asdict() for row in scores}
        for lead in leads:
            said = lead.external_id or lead.email or lead.name
            yield newest.get(lead.id, {}) | {"lead": said, "name": lead.name, "band": lead.band}
