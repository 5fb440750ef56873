"""What is known of a lead, as named columns: standard fields, custom fields and engagement."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy import BigInteger, select, type_coerce
from sqlalchemy.orm import Session

from storage.database.expressions import skip_index
from storage.names.column_synonyms import ADDRESS, COMPANY, CUSTOM, OWN_WORDS, PERSON, SOURCE
from storage.names.normalise import split_words
from storage.tables import Lead

Origin = Literal["standard", "custom", "engagement"]
Values = list[Any]

# The standard fields that may say something about a lead; why others may not stands below.
FIELDS = (
    *("source", "industry", "title", "salutation", "country", "state", "city", "employees", "annual_revenue"),
    *("rating", "product_interest", "budget", "timeframe"),
)

NOT_USED = {
    "name": "a name",
    "company": "a name",
    "email": "an email address",
    "phone": "a phone number",
    "mobile": "a phone number",
    "website": "an address",
    "street": "an address",
    "postal_code": "an address",
    "description": "free text",
    "owner": "who works on a lead says nothing about the lead",
    "status": "moves with the outcome",
    "last_activity_at": "counted from the activities instead",
}
# More columns than any export has. Further ones are left out, so that memory stays bounded.
MOST_CUSTOM = 400


@dataclass(frozen=True)
class LeadColumn:
    """One column: the name people know, where it comes from, and its name there."""

    name: str
    origin: Origin
    field: str


@dataclass
class LeadTable:
    """Leads as rows and what is known of them as columns. A missing value is None.

    `late` counts, by column, the leads that have a value only since their outcome; `crowded` says that some columns
    were left out because there are too many.
    """

    ids: list[int]
    columns: dict[LeadColumn, Values]
    late: Counter[LeadColumn] = field(default_factory=Counter)
    crowded: bool = False

    def index_by_name(self) -> dict[str, LeadColumn]:
        return {column.name: column for column in self.columns}


def make_custom_column(field: str) -> LeadColumn:
    """Make the column of a custom field; one called like a standard field gets `custom:` in front."""
    taken = field in FIELDS or field in NOT_USED
    return LeadColumn(CUSTOM + field if taken else field, "custom", field)


def make_standard_column(field: str) -> LeadColumn:
    return LeadColumn(field, "standard", field)


def select_stored(field: str) -> Any:
    """Select a standard field, amounts as the whole hundredths that the database holds."""
    column: Any = getattr(Lead, field)
    # Decimals would cost an object for each lead, only to become floats at once.
    return type_coerce(column, BigInteger).label(field) if field == "annual_revenue" else column


def convert_to_units(field: str, values: Iterable[Any]) -> Values:
    """Convert amounts from hundredths to the currency's main unit; leave anything else as it is."""
    if field == "annual_revenue":
        return [None if value is None else value / 100 for value in values]
    return list(values)


def read_lead_table(
    session: Session, workspace_id: int, ids: Sequence[int], before: Mapping[int, Mapping[str, Any]]
) -> LeadTable:
    """Read everything known of these leads (ids ascending). `before`: values as they were, lead -> field -> value."""
    place = {number: at for at, number in enumerate(ids)}
    cells: dict[LeadColumn, Values] = {make_standard_column(name): [None] * len(ids) for name in FIELDS}
    fields = list(cells.items())
    custom: dict[str, tuple[LeadColumn, Values]] = {}
    sheet = LeadTable([*ids], cells)
    same: dict[str, str] = {}
    for start in range(0, len(ids), PORTION):
        query = select(Lead.id, Lead.custom, *(select_stored(name) for name in FIELDS)).where(
            Lead.id.in_(ids[start : start + PORTION]), skip_index(Lead.workspace_id) == workspace_id
        )
        for number, extra, *values in session.execute(query):
            at = place[number]
            then = before.get(number, {})
            for (column, found), value in zip(fields, values, strict=True):
                found[at] = then.get(column.field, value)
                sheet.late[column] += found[at] is None and value is not None
            known = then.get("custom", extra)
            for name, value in (known or {}).items():
                if name not in custom:
                    if len(custom) >= MOST_CUSTOM:
                        sheet.crowded = True
                        continue
                    column = make_custom_column(name)
                    custom[name] = column, cells.setdefault(column, [None] * len(ids))
                custom[name][1][at] = same.setdefault(value, value) if isinstance(value, str) else to_cell(value)
            if "custom" in then:
                sheet.late.update(make_custom_column(name) for name in (extra or {}).keys() - (known or {}).keys())
    revenue = make_standard_column("annual_revenue")
    cells[revenue] = convert_to_units(revenue.field, cells[revenue])
    return sheet


PORTION = 2000


def to_cell(value: Any) -> Any:
    """Turn a custom field's value into a cell that can be compared: lists and objects become text."""
    return str(value) if isinstance(value, list | dict) else value


def find_column(words: str, columns: Iterable[LeadColumn]) -> LeadColumn | None:
    """Find the column that a person means: by its name, or by what exports call a standard field (`Lead Source`)."""
    every = list(columns)
    for column in every:
        if words in {column.name, column.field, CUSTOM + column.field if column.origin == "custom" else ""}:
            return column
    plain = "".join(split_words(words.removeprefix(CUSTOM)))
    for column in every:
        if plain == "".join(split_words(column.field)):
            return column
    for standard, called in (ADDRESS | PERSON | COMPANY | {"source": SOURCE}).items():
        known = called.split()
        own = next((plain.removeprefix(word) for word in OWN_WORDS["lead"] if plain.startswith(word)), plain)
        if plain in known or own in known:
            return next((column for column in every if column.origin == "standard" and column.field == standard), None)
    return None
