"""Which column fills which field, by name and by content, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from storage.imports.files.sheets import Row, Sheet
from storage.imports.understanding.column_content import (
    EMAIL,
    WEB,
    fits_field,
    is_phone,
    measure_share,
    names_statuses,
)
from storage.imports.understanding.fields import FIELDS
from storage.imports.understanding.record_kinds import LEAD_LIKE, list_meanings, says_amount
from storage.imports.values.amount_units import AmountUnit, split_unit
from storage.imports.values.cell_text import clean_cell, squash_name
from storage.imports.values.import_errors import ImportTrouble
from storage.names.column_synonyms import COMPUTED, CUSTOM

AS_MAPPED, BY_VALUES, AS_LEFT_OVER = "as mapped", "by its values", "kept as a custom field"
DELETED = frozenset(["isdeleted", "deleted", "archived", "isarchived"])
PEOPLE = ("lead", "contact")
# Added to the place of what can be computed: an expected revenue is the amount where a file has no other.
STAND_IN = 1000
DOUBTFUL_STATUSES = frozenset(["active", "inactive", "open", "closed", "new", "archived", "connected"])
# An age can be computed where the file has dates of creation; without these it is a person's.
OF_PEOPLE_TOO = frozenset(["age"])


@dataclass(frozen=True)
class ColumnUse:
    """A column, what it fills (a field, `custom:NAME` or nothing), and why, as shown to the person who imports.

    `unit` is the currency and the zeros that the name of a column of amounts says.
    """

    index: int
    name: str
    use: str | None
    why: str
    unit: AmountUnit | None = None


def assign_columns(
    sheet: Sheet, sample: Sequence[Row], kind: str, mapping: Mapping[str, str | None] | None = None
) -> list[ColumnUse]:
    """Decide what every column of a sheet fills. A mapping overrules; it raises ImportTrouble where it does not fit."""
    values = [_list_values(sample, index) for index in range(len(sheet.columns))]
    given = _check_mapping(sheet, kind, mapping or {})
    taken: dict[str, list[int]] = {}
    chosen: dict[int, tuple[str | None, str]] = {}
    for index, use in given.items():
        chosen[index] = (use, AS_MAPPED)
        if use:
            taken.setdefault(use, []).append(index)
    for rank, index, field in sorted(_rank_fields(sheet, kind, values, given)):
        if index in chosen:
            continue
        holders = taken.get(field, [])
        if rank >= STAND_IN and any(values[holder] for holder in holders):
            continue
        # Some exports spread one field over two columns, of which each row fills one.
        if rank < STAND_IN and not all(_are_complementary(sample, index, holder) for holder in holders):
            continue
        chosen[index] = (field, "by its name" if not holders else f"where “{sheet.columns[holders[0]]}” is empty")
        taken.setdefault(field, []).append(index)
    _assign_by_content(sheet, kind, values, taken, chosen)
    _drop_repetitions(kind, taken, chosen, given)
    uses = []
    for index, name in enumerate(sheet.columns):
        use, why = chosen.get(index) or _explain_leftover(sheet, index, values[index], dated="created_at" in taken)
        uses.append(ColumnUse(index, name, use, why, _find_unit(kind, name, use)))
    return uses


def _find_unit(kind: str, name: str, use: str | None) -> AmountUnit | None:
    unit = split_unit(name)[1] if use and says_amount(kind, use) else None
    return unit if unit != AmountUnit() else None


def _rank_fields(
    sheet: Sheet, kind: str, values: list[list[str]], given: Mapping[int, str | None]
) -> list[tuple[int, int, str]]:
    """List (rank, column, field) for each field that a column's name and content allow; the lowest rank comes first."""
    return [
        (place + (STAND_IN if squash_name(name) in COMPUTED else 0), index, field)
        for index, name in enumerate(sheet.columns)
        # A person who is archived has left, and still owns records.
        if index not in given and (kind == "user" or squash_name(name) not in DELETED)
        for field, place in list_meanings(kind, name)
        if fits_field(kind, FIELDS[kind][field], values[index], squash_name(name))
    ]


def _list_values(sample: Sequence[Row], index: int) -> list[str]:
    return [cell for row in sample if index < len(row) and (cell := clean_cell(row[index]))]


def _are_complementary(sample: Sequence[Row], one: int, other: int) -> bool:
    """Say whether two columns with values are never filled together, so that one field can hold both."""
    longest = max(one, other)
    both = sum(1 for row in sample if len(row) > longest and clean_cell(row[one]) and clean_cell(row[other]))
    return both == 0 and bool(_list_values(sample, one)) and bool(_list_values(sample, other))


def _assign_by_content(
    sheet: Sheet,
    kind: str,
    values: list[list[str]],
    taken: dict[str, list[int]],
    chosen: dict[int, tuple[str | None, str]],
) -> None:
    """Assign columns whose names say nothing but whose values plainly are email, web addresses or phone numbers."""
    for field, holds in (("email", EMAIL.fullmatch), ("website", WEB.fullmatch), ("phone", is_phone)):
        if field not in FIELDS[kind] or field in taken:
            continue
        for index, column in enumerate(values):
            if (
                index not in chosen
                and column
                and measure_share(column, holds) >= 0.9
                and not squash_name(sheet.columns[index]).endswith("id")
            ):
                chosen[index] = (field, BY_VALUES)
                taken[field] = [index]
                break
    if kind == "lead" and "status" not in taken:
        for index, column in enumerate(values):
            # `Active` and `Inactive` alone may be those of a newsletter.
            if index not in chosen and names_statuses(column) and not {*map(str.lower, column)} <= DOUBTFUL_STATUSES:
                chosen[index] = ("status", BY_VALUES)
                taken["status"] = [index]
                break


def _drop_repetitions(
    kind: str,
    taken: dict[str, list[int]],
    chosen: dict[int, tuple[str | None, str]],
    given: Mapping[int, str | None],
) -> None:
    if kind in PEOPLE and "last_name" in taken:
        for index in taken.pop("name", []):
            if index not in given:
                chosen[index] = (None, "repeats first and last name")


def _explain_leftover(sheet: Sheet, index: int, values: list[str], *, dated: bool) -> tuple[str | None, str]:
    """Decide what becomes of a column that fills no field. `dated`: the file says when records were created."""
    name = sheet.columns[index]
    if squash_name(name) in DELETED:
        return None, "rows marked here are rejected"
    if squash_name(name) in COMPUTED and (dated or squash_name(name) not in OF_PEOPLE_TOO):
        return None, "can be computed"
    if index in sheet.unnamed and not values:
        return None, "has no name and no values"
    if (index in sheet.unnamed or name.startswith("Unnamed")) and _numbers_rows(values):
        return None, "numbers the rows"
    return CUSTOM + name.removeprefix(CUSTOM), AS_LEFT_OVER


def _numbers_rows(values: list[str]) -> bool:
    return (
        len(values) > 1
        and all(map(str.isdigit, values))
        and [int(each) for each in values] == list(range(int(values[0]), int(values[0]) + len(values)))
    )


def _check_mapping(sheet: Sheet, kind: str, mapping: Mapping[str, str | None]) -> dict[int, str | None]:
    places = {name: index for index, name in enumerate(sheet.columns)}
    folded = {squash_name(name): index for name, index in places.items()}
    found: dict[int, str | None] = {}
    for column, field in mapping.items():
        index = places.get(column, folded.get(squash_name(column)))
        if index is None:
            raise ImportTrouble(f"{sheet.label} has no column “{column}”. It has: {', '.join(sheet.columns[:30])}.")
        if field and not field.startswith(CUSTOM) and field not in FIELDS[kind]:
            raise ImportTrouble(
                f"“{field}” is no field of a {kind}. Map “{column}” to one of {', '.join(FIELDS[kind])},"
                " custom:NAME or null."
            )
        found[index] = field or None
    return found


def find_life_cycle_column(uses: Sequence[ColumnUse]) -> str | None:
    """Find the custom column with a person's life cycle stage (HubSpot); None where there is none."""
    for each in uses:
        if (
            each.use
            and each.use.startswith(CUSTOM)
            and squash_name(each.name) in LEAD_LIKE - {"leadstatus", "hsleadstatus"}
        ):
            return each.use
    return None
