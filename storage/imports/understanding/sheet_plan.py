"""The plan for a sheet: its kind, what each column fills, and how its values are read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from itertools import islice

from storage.imports.files.sheets import Row, Sheet
from storage.imports.understanding.column_mapping import ColumnUse, assign_columns, find_life_cycle_column
from storage.imports.understanding.conventions import Convention, Survey
from storage.imports.understanding.fields import FIELDS, KINDS
from storage.imports.understanding.record_kinds import detect_kind
from storage.imports.values.cell_text import squash_name
from storage.imports.values.import_errors import ImportTrouble
from storage.names.column_synonyms import CUSTOM

SAMPLE = 2000
# Where nothing in the file tells 3/4 from 4/3, the workspace's time zone decides: America writes the month
# first.
MONTH_FIRST_ZONES = ("America/", "US/")


@dataclass(frozen=True)
class Surroundings:
    """What an import knows besides the file: the moment, time zone and currency, and whether all rows are finished."""

    now: datetime
    zone: tzinfo
    zone_name: str
    currency: str
    finished: bool = False


@dataclass
class Plan:
    """A sheet as it was understood. `notes` counts, by sentence, what the person who imports should be told."""

    sheet: Sheet
    kind: str
    why: str
    uses: list[ColumnUse]
    rows: int
    conventions: dict[str, Convention]
    around: Surroundings
    life_cycle: str | None = None
    code_fields: frozenset[str] = frozenset()
    notes: Counter[str] = field(default_factory=Counter)

    @property
    def columns(self) -> dict[str, str | None]:
        """Return column -> field, `custom:NAME` or None, as shown to people and programs."""
        return {use.name: use.use for use in self.uses}

    def find_column_name(self, name: str) -> str:
        """Find the file's own name for a field."""
        return next((use.name for use in self.uses if use.use == name), name)

    def find_convention(self, name: str) -> Convention:
        """Find how a field is written."""
        return self.conventions.get(name, Convention())


def make_plan(
    sheet: Sheet, around: Surroundings, kind: str | None = None, mapping: Mapping[str, str | None] | None = None
) -> Plan:
    """Work out the plan for a sheet. Raise ImportTrouble where it cannot be understood."""
    sample = [row for _, row in islice(sheet.rows(), SAMPLE)]
    if kind is not None and kind not in KINDS:
        raise ImportTrouble(f"There is no kind “{kind}”. Use one of {', '.join(KINDS)}.")
    kind, why = (kind, "as told") if kind else detect_kind(sheet, sample)
    uses = assign_columns(sheet, sample, kind, mapping)
    fields = FIELDS[kind]
    survey = Survey(sheet, {use.index: fields[use.use] for use in uses if use.use in fields}, sample)
    day_first = bool(around.zone_name.count("/")) and not around.zone_name.startswith(MONTH_FIRST_ZONES)
    plan = Plan(
        sheet,
        kind,
        why,
        uses,
        survey.rows,
        survey.decide_conventions(day_first_here=day_first),
        around,
        find_life_cycle_column(uses) if kind == "lead" else None,
        frozenset(_list_code_fields(uses, sample)),
    )
    if "--kind" in why:
        plan.notes[why] += 1
    for name in survey.list_doubtful_fields():
        order = "day" if day_first else "month"
        plan.notes[
            f"Dates in “{plan.find_column_name(name)}” could be read either way; they were read with the {order} first"
        ] += 1
    if plan.life_cycle:
        stages = "Opportunity, Customer and Evangelist count as converted"
        plan.notes[f"{plan.life_cycle.removeprefix(CUSTOM)}: {stages}"] += 1
    return plan


def _list_code_fields(uses: list[ColumnUse], sample: Sequence[Row]) -> list[str]:
    """List the reference fields that hold ids rather than names, judged by column name or by values."""
    found = []
    for use in uses:
        if not use.use or use.use.startswith(CUSTOM):
            continue
        if squash_name(use.name).endswith(("id", "ids", "domain", "email")):
            found.append(use.use)
            continue
        values = [row[use.index].strip() for row in sample if use.index < len(row) and row[use.index].strip()]
        if values and sum(map(is_code, values)) >= 0.8 * len(values):
            found.append(use.use)
    return found


def is_code(value: str) -> bool:
    """Say whether a value looks like an id rather than a name: `A-05`, `10042`, a uuid."""
    return any(map(str.isdigit, value)) and " " not in value
