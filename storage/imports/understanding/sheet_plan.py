"""The plan for a sheet: its kind, what each column fills, and how its values are read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from itertools import islice

from storage.imports.files.report_lines import NUMBER, fill_groups
from storage.imports.files.sheets import Row, Sheet
from storage.imports.understanding.column_mapping import ColumnUse, assign_columns, find_life_cycle_column
from storage.imports.understanding.conventions import Convention, Survey
from storage.imports.understanding.fields import FIELDS, KINDS
from storage.imports.understanding.lead_ends import LeadEnds, find_lead_ends
from storage.imports.understanding.record_kinds import detect_activity_kind, detect_kind
from storage.imports.understanding.sampled_columns import SampledColumns
from storage.imports.values.cell_text import squash_name
from storage.imports.values.cell_vocabulary import DAY_FIRST_NAMES, NORTH_AMERICA
from storage.imports.values.import_errors import ImportTrouble
from storage.imports.values.import_notes import ImportNotes
from storage.names.column_synonyms import CUSTOM, KIND_COLUMNS, MATTERS, POINTS_ANYWHERE, REGIONS

SAMPLE = 2000
# Where nothing in the file tells 3/4 from 4/3, the workspace's time zone decides: America writes the month
# first.
MONTH_FIRST_ZONES = ("America/", "US/")
# Fields that name somebody or something: a row with figures in them is a line of totals.
NAMING = frozenset("name first_name last_name company account contact email title subject".split())
LONGEST_CODE = 5


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
    """A sheet as it was understood.

    `notes` are what the person who imports should be told. `worded_columns` name somebody or something in nearly every
    row; in `region_columns` (index, use) NA is a region; `anywhere` are the fields whose ids may be of any kind, which
    the cells of `kind_column` then say; `activity_kind` is what all rows are, such as calls; `stage_probabilities`
    are in percent; `outcome_key` is the use of a column of statuses that says beside others who converted.
    """

    sheet: Sheet
    kind: str
    why: str
    uses: list[ColumnUse]
    rows: int
    conventions: dict[str, Convention]
    around: Surroundings
    life_cycle: str | None = None
    code_fields: frozenset[str] = frozenset()
    worded_columns: tuple[int, ...] = ()
    region_columns: tuple[tuple[int, str], ...] = ()
    anywhere: frozenset[str] = frozenset()
    kind_column: str | None = None
    activity_kind: str | None = None
    stage_probabilities: dict[str, int] = field(default_factory=dict)
    outcome_key: str | None = None
    notes: ImportNotes = field(default_factory=ImportNotes)
    unknown_owners: Counter[str] = field(default_factory=Counter)

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
    sheet = fill_groups(sheet, [row for _, row in islice(sheet.rows(), SAMPLE)])
    sample = [row for _, row in islice(sheet.rows(), SAMPLE)]
    if kind is not None and kind not in KINDS:
        raise ImportTrouble(f"There is no kind “{kind}”. Use one of {', '.join(KINDS)}.")
    kind, why = (kind, "as told") if kind else detect_kind(sheet, sample, finished=around.finished)
    uses = assign_columns(sheet, sample, kind, mapping)
    day_first = (bool(around.zone_name.count("/")) and not around.zone_name.startswith(MONTH_FIRST_ZONES)) or any(
        DAY_FIRST_NAMES.search(squash_name(use.name)) for use in uses
    )
    ends = (
        find_lead_ends(
            uses, SampledColumns(sheet, sample, SAMPLE), now=around.now, finished=around.finished, day_first=day_first
        )
        if kind == "lead"
        else LeadEnds(uses)
    )
    uses = ends.uses
    fields = FIELDS[kind]
    survey = Survey(sheet, {use.index: fields[use.use] for use in uses if use.use in fields}, sample)
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
        tuple(_list_worded_columns(uses, sample)),
        tuple(_list_region_columns(uses, sample)),
        # Beside a column of leads, `Who` is whoever does it.
        frozenset(
            use.use for use in uses if use.use not in {None, "owner"} and squash_name(use.name) in POINTS_ANYWHERE
        ),
        next((use.use for use in uses if squash_name(use.name) in KIND_COLUMNS), None),
        detect_activity_kind(sheet) if kind == "activity" else None,
        survey.find_usual_probabilities() if kind == "opportunity" else {},
        ends.outcome_key,
    )
    _note_understanding(plan, survey, day_first=day_first)
    for note in ends.notes:
        plan.notes.add(note)
    return plan


def _note_understanding(plan: Plan, survey: Survey, *, day_first: bool) -> None:
    for note in plan.sheet.notes:
        plan.notes.add(note)
    if "--kind" in plan.why:
        plan.notes.add(plan.why)
    for name in survey.list_doubtful_fields():
        order = "day" if day_first else "month"
        plan.notes.add(
            f"Dates in “{plan.find_column_name(name)}” could be read either way; they were read with the {order} first"
        )
    if plan.life_cycle:
        stages = "Opportunity, Customer and Evangelist count as converted"
        plan.notes.add(f"{plan.life_cycle.removeprefix(CUSTOM)}: {stages}")
    filled = {use.use for use in plan.uses}
    if missing := [name for name in MATTERS.get(plan.kind, ()) if name not in filled]:
        said = ", ".join(name.replace("_", " ") for name in missing)
        plan.notes.add(f"No column was found for: {said}. If the file has it under another name, say which with --map")


def _list_filled(sample: Sequence[Row], index: int) -> list[str]:
    return [row[index].strip() for row in sample if index < len(row) and row[index].strip()]


def _list_worded_columns(uses: list[ColumnUse], sample: Sequence[Row]) -> list[int]:
    """List the columns of names that hold words in nearly every row."""
    found = []
    for use in uses:
        if use.use in NAMING:
            values = _list_filled(sample, use.index)
            words = sum(1 for value in values if not NUMBER.fullmatch(value))
            if len(values) > 1 and words >= 0.5 * len(sample) and words >= 0.5 * len(values):
                found.append(use.index)
    return found


def _list_region_columns(uses: list[ColumnUse], sample: Sequence[Row]) -> list[tuple[int, str]]:
    """List the columns of regions written as codes, in which NA is North America rather than nothing."""
    found = []
    for use in uses:
        if use.use and squash_name(use.name) in REGIONS:
            values = [value for value in _list_filled(sample, use.index) if value != NORTH_AMERICA]
            codes = sum(1 for value in values if value.isupper() and value.isalpha() and len(value) <= LONGEST_CODE)
            if values and codes >= 0.7 * len(values):
                found.append((use.index, use.use))
    return found


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
