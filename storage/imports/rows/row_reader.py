"""Reading a row of a sheet as cells by field; rows that are no records are refused with the reason."""

from __future__ import annotations

import hashlib

from storage.imports.files.csv_records import BrokenRow
from storage.imports.files.report_lines import NUMBER, ReportEnd
from storage.imports.files.sheets import Row
from storage.imports.understanding.column_mapping import DELETED
from storage.imports.understanding.fields import FIELDS
from storage.imports.understanding.sheet_plan import Plan
from storage.imports.values.cell_text import clean_cell, squash_name
from storage.imports.values.cell_vocabulary import AS_WRITTEN, NORTH_AMERICA, YES
from storage.imports.values.import_errors import Unreadable
from storage.imports.values.numbers import LOST_DIGITS
from storage.imports.values.salesforce_ids import shorten_id
from storage.names.column_synonyms import CUSTOM
from storage.names.normalise import normalise_name

Cells = dict[str, str]
# Stands among the cells, though in no file: with `--finished` the same row means something else.
FINISHED = "finished"

# Begins the key of a row that says nothing about who it is. Two such rows may be equal and still be two leads.
ALIKE = "any:"

LONGEST_KEY = 290
IDENTITIES = {
    "user": ("email", "name"),
    "account": ("name",),
    "contact": ("email",),
    "lead": ("email",),
    "opportunity": (),
    "activity": (),
    "follow_up": (),
    "score": (),
}
# In cells that a spreadsheet has shortened to 5.12E+11: the digits are gone, and two ids would become one.
SHORTENED = ("E+", "e+")


class RowReader:
    """Turns the rows of one sheet into cells by field."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.header = list(plan.sheet.columns)
        self.width = len(self.header)
        self.wanted: list[tuple[int, str]] = [(use.index, use.use) for use in plan.uses if use.use]
        self.names = {use.index: use.name for use in plan.uses}
        self.deleted = [use.index for use in plan.uses if not use.use and squash_name(use.name) in DELETED]
        self.report_end = ReportEnd(self.width)
        self.units = [(use.index, use.unit) for use in plan.uses if use.use and use.unit]
        fields = FIELDS[plan.kind]
        self.ids = [
            use for use in plan.uses if use.use == "external_id" or (use.use in fields and fields[use.use].targets)
        ]

    def read_cells(self, line: int, row: Row) -> Cells:
        """Read the cells of a row by field, cleaned and without empty ones. Raise Unreadable if it is no record."""
        if isinstance(row, BrokenRow):
            raise Unreadable("opens a quotation mark that is never closed; correct it and import the file again")
        if self.report_end.is_no_record(line, row):
            raise Unreadable("is a line of totals or a note, not a record")
        row = self._fit_width(row)
        for index in self.deleted:
            if row[index].strip().lower() in YES:
                raise Unreadable("is marked as deleted in the program it comes from")
        cells: Cells = {}
        text = "".join(row)
        if self.units:
            row = self._add_units(row)
        # One look at the whole row spares most rows the cleaning of each cell.
        plain = text.isascii() and text.isprintable() and "<" not in text and "&" not in text and "'" not in text
        for index, key in self.wanted:
            cell = row[index]
            if not cell:
                continue
            if plain:
                cell = cell.strip()
                if cell in AS_WRITTEN:
                    continue
            else:
                cell = clean_cell(cell)
                if not cell:
                    continue
            # Where two columns fill one field, and both have a value, the second one is kept as a custom field.
            cells[CUSTOM + self.names[index] if key in cells else key] = cell
        for index, key in self.plan.region_columns:
            if row[index].strip() == NORTH_AMERICA:
                cells.setdefault(key, NORTH_AMERICA)
        if not cells:
            raise Unreadable("holds nothing but placeholders")
        if self._holds_figures_alone(row, cells):
            raise Unreadable("is a line of totals or a note, not a record")
        if row[0] == self.header[0] and list(row[: self.width]) == self.header:
            raise Unreadable("repeats the column names")
        if SHORTENED[0] in text or SHORTENED[1] in text:
            self._set_aside_shortened_ids(cells)
        return cells

    def _fit_width(self, row: Row) -> Row:
        width = len(row)
        if width > self.width and any(cell.strip() for cell in row[self.width :]):
            raise Unreadable(
                f"has {width} cells, but there are {self.width} columns:"
                " a separator stands inside a cell without quotes"
            )
        return row if width >= self.width else [*row, *[""] * (self.width - width)]

    def _add_units(self, row: Row) -> Row:
        """Write the unit that a column's name says (`Amount (k€)`) into its cells, before what these say themselves."""
        cells = [*row]
        for index, unit in self.units:
            if (cell := cells[index].strip()) and cell not in AS_WRITTEN:
                cells[index] = unit.complete(cell)
        return cells

    def _holds_figures_alone(self, row: Row, cells: Cells) -> bool:
        """Say whether a row has figures only, though the others name somebody or something: totals without a label."""
        for index in self.plan.worded_columns:
            if row[index] and not NUMBER.fullmatch(row[index]):
                return False
        return (
            bool(self.plan.worded_columns)
            and "external_id" not in cells
            and all(NUMBER.fullmatch(cell) for cell in row if cell)
        )

    def _set_aside_shortened_ids(self, cells: Cells) -> None:
        for use in self.ids:
            if use.use and (cell := cells.get(use.use)) and LOST_DIGITS.fullmatch(cell):
                del cells[use.use]
                cells[CUSTOM + use.name] = cell
                self.plan.notes.add(f"“{use.name}” was shortened by a spreadsheet (like {cell}) and is no id any more")


def list_keys(kind: str, cells: Cells) -> list[str]:
    """List the keys by which the row may be known from an earlier import, the surest first.

    Of two rows of one file with the same first key, the second goes by its next key; where all are taken, it repeats
    an earlier row.
    """
    external_id = cells.get("external_id")
    if external_id:
        return [f"id:{shorten_id(external_id)}"[:LONGEST_KEY]]
    keys = []
    for field in IDENTITIES[kind]:
        if value := cells.get(field):
            keys.append(f"{field}:{value.lower() if field == 'email' else normalise_name(value) or value}")
    if kind == "user" and keys:
        return [keys[0][:LONGEST_KEY]]
    if kind in {"lead", "contact"}:
        person = normalise_name(" ".join(cells.get(field, "") for field in ("first_name", "last_name", "name")))
        if person:
            place = cells.get("company") or cells.get("account") or ""
            keys.append(f"{keys[0] if keys else 'name:'}|{person}|{normalise_name(place)}")
    if kind == "opportunity" and (deal := cells.get("name")):
        keys.append(f"name:{normalise_name(deal)}|{normalise_name(cells.get('account', ''))}")
    if kind == "score":
        return [f"{shorten_id(cells.get('lead', '')).lower()}|{cells.get('as_of', '')}"[:LONGEST_KEY]]
    # Rows of a training file often name nobody, and may be equal without being the same lead.
    alike = kind == "lead" and not keys
    keys.append(f"{ALIKE if alike else 'row:'}{_hash_cells(cells)}")
    return [key if len(key) <= LONGEST_KEY else f"long:{hashlib.sha256(key.encode()).hexdigest()}" for key in keys]


def _hash_cells(cells: Cells) -> str:
    joined = "\x1f".join(f"{key}\x1e{cells[key]}" for key in sorted(cells))
    return hashlib.sha256(joined.encode(errors="replace")).hexdigest()
