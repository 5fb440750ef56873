"""Building a record from the cells of a row, as far as it is the same for every kind."""

from __future__ import annotations

from collections.abc import Callable

from storage.imports.rows import activity_rows, person_rows, sales_rows
from storage.imports.rows.built_records import BuiltRecord, Reference
from storage.imports.rows.cell_readers import Reader, Several, make_reader
from storage.imports.rows.imported_definitions import Definitions
from storage.imports.rows.row_reader import FINISHED, Cells
from storage.imports.understanding.fields import FIELDS, Field
from storage.imports.understanding.sheet_plan import Plan
from storage.imports.values.import_errors import LostDigits, Unreadable
from storage.names.column_synonyms import CUSTOM, FILE_WORDS
from storage.names.no_company import has_no_company
from storage.names.normalise import order_person_name
from storage.names.text_lengths import LONGEST_NOTE_CELL, LONGEST_VALUE_CELL

LONGEST_CUSTOM = 5_000
MOST_CUSTOM_NAME = 200
# What may be long: words that are kept as they are. Everything else is read, and nothing that long is a date or a name.
LONG = frozenset({"text", "reasons"})
PEOPLE = frozenset({"user", "lead", "contact"})
ANY_TARGET = ("account", "opportunity", "lead", "contact")


Finish = Callable[[BuiltRecord, Plan, Definitions], None]
FINISH: dict[str, Finish] = {
    "user": person_rows.finish_user,
    "contact": person_rows.finish_contact,
    "lead": person_rows.finish_lead,
    "account": sales_rows.finish_account,
    "opportunity": sales_rows.finish_opportunity,
    "activity": activity_rows.finish_activity,
    "follow_up": activity_rows.finish_follow_up,
    "score": activity_rows.finish_score,
}


class Builder:
    """Builds the records of one sheet."""

    def __init__(self, plan: Plan, definitions: Definitions) -> None:
        self.plan = plan
        self.definitions = definitions
        self.fields: dict[str, tuple[Field, Reader]] = {
            name: (each, make_reader(plan, each)) for name, each in FIELDS[plan.kind].items()
        }
        self.finish = FINISH[plan.kind]
        # Most cells are plain texts that fit: they are copied without a further look, since this runs for every row.
        self.texts: dict[str, tuple[str, int]] = {
            name: (each.column, each.longest or LONGEST_NOTE_CELL)
            for name, each in FIELDS[plan.kind].items()
            if each.reads == "text" and each.column
        }

    def build_record(self, cells: Cells, *, forgiving: bool = False) -> BuiltRecord:
        """Build the record of a row. Raise Unreadable where a strict field cannot be read, unless `forgiving`."""
        built = BuiltRecord(self.plan.kind)
        # What is read a second time, to be compared, has been told the first time.
        self.plan.notes.muted = forgiving
        values, facts = built.values, built.facts
        for key, text in cells.items():
            plain = self.texts.get(key)
            if plain is not None and len(text) <= plain[1]:
                values[plain[0]] = text
                continue
            known = self.fields.get(key)
            if key == FINISHED:
                facts[key] = True
                continue
            if known is None:
                self._keep_custom(built, key.removeprefix(CUSTOM), text)
                continue
            field, reader = known
            if len(text) > LONGEST_VALUE_CELL and field.reads not in LONG:
                too_long = Unreadable(
                    f"{len(text):,} characters are more than can be read; {LONGEST_VALUE_CELL:,} at most"
                )
                self._settle_unreadable(built, field, key, text, too_long, forgiving=forgiving)
                continue
            if field.targets == ("account",) and has_no_company(text):
                self._keep_no_company(built, key, text)
                continue
            if field.targets:
                targets = self._list_targets(field, cells)
                words = order_person_name(text) if PEOPLE.issuperset(targets) else text
                built.references[field.column or field.name] = Reference(targets, words)
                continue
            try:
                value = reader(text)
            except Unreadable as reason:
                self._settle_unreadable(built, field, key, text, reason, forgiving=forgiving)
                continue
            if isinstance(value, Several):
                value = self._keep_others(built, key, value)
            if field.reads in {"text", "phone"}:
                longest = field.longest or LONGEST_NOTE_CELL
                if len(value) > longest:
                    # An id cut short could become another record's.
                    if key == "external_id":
                        raise Unreadable(f"{self.plan.find_column_name(key)} is longer than {longest} characters")
                    self.plan.notes.add(f"“{self.plan.find_column_name(key)}” was cut to {longest} characters")
                    value = value[:longest]
            if field.column:
                values[field.column] = value
            else:
                facts[field.name] = value
        self.finish(built, self.plan, self.definitions)
        if built.custom or "custom" in values:
            values["custom"] = built.custom or None
        return built

    def _list_targets(self, field: Field, cells: Cells) -> tuple[str, ...]:
        """List the kinds that a reference may point to: all, where the column may point anywhere."""
        if field.name not in self.plan.anywhere:
            return field.targets
        said = cells.get(self.plan.kind_column or "", "").lower()
        kinds = dict.fromkeys((*field.targets, *ANY_TARGET))
        return tuple(sorted(kinds, key=lambda kind: said not in FILE_WORDS[kind]))

    def _keep_no_company(self, built: BuiltRecord, key: str, text: str) -> None:
        """Keep the words in the place of a company, such as `Self`: an account of that name would join strangers."""
        column = self.plan.find_column_name(key)
        self.plan.notes.add(f"“{column}” names no company; the words are kept, and no account is made of them")
        self._keep_custom(built, column, text)

    def _settle_unreadable(
        self, built: BuiltRecord, field: Field, key: str, text: str, reason: Unreadable, *, forgiving: bool
    ) -> None:
        """Raise Unreadable with the column where the field is strict; else keep the words."""
        if field.strict and not forgiving:
            raise Unreadable(f"{self.plan.find_column_name(key)}: {reason}") from None
        self._keep_unreadable(built, key, text, reason)

    def _keep_unreadable(self, built: BuiltRecord, key: str, text: str, reason: Unreadable) -> None:
        column = self.plan.find_column_name(key)
        if isinstance(reason, LostDigits):
            self.plan.notes.add(f"“{column}” was shortened by a spreadsheet (3.46E+10) and is no number any more")
        else:
            self.plan.notes.add(f"“{column}” could not be read; the words are kept")
        self._keep_custom(built, column, text)

    def _keep_others(self, built: BuiltRecord, key: str, several: Several) -> str:
        column = self.plan.find_column_name(key)
        name = f"{column} (2)"
        self.plan.notes.add(f"“{column}” holds several; the first is used, the others are kept as “{name}”")
        self._keep_custom(built, name, several.others)
        return several.first

    def _keep_custom(self, built: BuiltRecord, name: str, text: str) -> None:
        if len(text) > LONGEST_CUSTOM:
            self.plan.notes.add(f"“{name}” was cut to {LONGEST_CUSTOM} characters")
            text = text[:LONGEST_CUSTOM]
        built.custom[name[:MOST_CUSTOM_NAME]] = text
