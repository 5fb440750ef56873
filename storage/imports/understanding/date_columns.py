"""Finding by name, values and outcome the dates of a lead: when it came in, converted or was closed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from statistics import median

from storage.imports.understanding.column_content import is_date, measure_share
from storage.imports.understanding.column_mapping import AS_LEFT_OVER, ColumnUse
from storage.imports.understanding.column_words import says_date, split_date_title
from storage.imports.understanding.conventions import FormatEvidence, decide_day_first
from storage.imports.understanding.fields import FIELDS
from storage.imports.understanding.outcome_columns import Verdicts
from storage.imports.understanding.sampled_columns import SampledColumns
from storage.imports.values.dates import is_written_date, read_date
from storage.imports.values.import_errors import Unreadable
from storage.names.column_synonyms import CLOSED_WORDS, CREATED_WORDS, CUSTOM, LOST_WORDS, OTHER_DATES, WON_WORDS

DATED = 0.9
# A column of creations is filled in nearly every row, and one of an outcome in most leads that ended so and no other.
COMPLETE, MOSTLY, ALMOST_ALL = 0.95, 0.8, 0.98
# Dates of birth and of founding lie further apart than the leads of any file.
LONGEST_SPAN = timedelta(days=20 * 365)
FIELDS_OF_DATES = ("created_at", "converted_at", "closed_at")


@dataclass(frozen=True)
class DateColumn:
    """A column of dates that fills no field yet: the words of its name, and its day by sampled row."""

    use: ColumnUse
    words: frozenset[str]
    days: list[date | None]

    @property
    def share(self) -> float:
        """Measure in which share of the rows it is filled, from 0 to 1."""
        return measure_share(["" if day is None else "x" for day in self.days], bool)


def may_hold_dates(uses: Sequence[ColumnUse], columns: SampledColumns) -> bool:
    """Say whether a column that fills no field may hold the dates that a lead still lacks."""
    for use in uses:
        if use.why == AS_LEFT_OVER and not (words := split_date_title(use.name)) & OTHER_DATES:
            values = columns.list_first_values(use.index)
            named = says_date(use.name) or words & (WON_WORDS | LOST_WORDS | CLOSED_WORDS)
            if (named and not values) or (values and measure_share(values, _choose_test(use)) >= DATED):
                return True
    return False


def fill_dates(
    uses: list[ColumnUse],
    columns: SampledColumns,
    verdicts: Verdicts | None,
    *,
    now: datetime,
    finished: bool,
    day_first_here: bool,
) -> tuple[list[ColumnUse], list[str]]:
    """Let columns of dates fill when leads came in and ended, where no column does by its name; say which in words.

    `verdicts` says by sampled row which leads converted, None where no column does.
    """
    found = _list_date_columns(uses, columns, day_first_here=day_first_here)
    free = {use.name: days for use, days in found if (use.use or "").startswith(CUSTOM)}
    known = {use.use: days for use, days in found if use.use in FIELDS_OF_DATES}
    taken = {use.use for use in uses}
    dates = [
        each
        for use, days in found
        if use.name in free and not (each := DateColumn(use, split_date_title(use.name), days)).words & OTHER_DATES
    ]
    chosen: dict[str, DateColumn] = {}
    if "created_at" not in taken:
        ends = [known[field] for field in ("converted_at", "closed_at") if field in known]
        ends += [each.days for each in dates if each.words & (WON_WORDS | LOST_WORDS | CLOSED_WORDS)]
        if created := _choose_created(dates, ends, now.date()):
            chosen["created_at"] = created
    begun = chosen["created_at"].days if "created_at" in chosen else known.get("created_at")
    for field, choose in (("converted_at", _is_converted), ("closed_at", _is_closed)):
        for each in sorted(dates, key=lambda one: not one.words & (WON_WORDS | LOST_WORDS | CLOSED_WORDS)):
            if (
                field not in taken | chosen.keys()
                and each not in chosen.values()
                and not _lies_before(each.days, begun)
                and not _is_ahead(each.days, now.date())
                and choose(each, verdicts, finished=finished)
            ):
                chosen[field] = each
    fields = {each.use.index: field for field, each in chosen.items()}
    filled = [replace(use, use=fields[use.index], why="by its dates") if use.index in fields else use for use in uses]
    notes = _word_choice(chosen)
    if "created_at" not in taken | chosen.keys():
        notes += _word_incomplete(dates)
    return filled, notes


def _list_date_columns(
    uses: Sequence[ColumnUse], columns: SampledColumns, *, day_first_here: bool
) -> list[tuple[ColumnUse, list[date | None]]]:
    """List the columns of dates, those that fill a date already and those that fill nothing, with their days."""
    evidence: list[tuple[ColumnUse, FormatEvidence]] = []
    for use in uses:
        if use.use not in FIELDS_OF_DATES and use.why != AS_LEFT_OVER:
            continue
        cells = [cell for cell in columns.list_cells(use.index) if cell]
        if cells and measure_share(cells, _choose_test(use)) >= DATED:
            evidence.append((use, FormatEvidence(FIELDS["lead"]["created_at"])))
            for cell in cells:
                evidence[-1][1].add_value(cell)
    in_file = sum(each.weight for _, each in evidence)
    return [
        (
            use,
            [
                _read_day(cell, decide_day_first(each, in_file, here=day_first_here))
                for cell in columns.list_cells(use.index)
            ],
        )
        for use, each in evidence
    ]


def _choose_test(use: ColumnUse) -> Callable[[str], bool]:
    """Choose what a date of the column has to look like: a bare number is one only where the name says so."""
    return is_date if use.use in FIELDS_OF_DATES or says_date(use.name) else is_written_date


def _read_day(cell: str, day_first: bool) -> date | None:
    try:
        return read_date(cell, day_first=day_first) if cell else None
    except Unreadable:
        return None


def _choose_created(dates: Sequence[DateColumn], ends: Sequence[list[date | None]], today: date) -> DateColumn | None:
    """Choose the complete column that says by its name when leads came in; else the earliest."""
    able = [
        each
        for each in dates
        if each.share >= COMPLETE
        and not each.words & (WON_WORDS | LOST_WORDS | CLOSED_WORDS)
        and not _is_ahead(each.days, today)
        and _measure_span(each.days) <= LONGEST_SPAN
        and not any(_lies_before(end, each.days) for end in ends)
    ]
    return min(
        able,
        key=lambda each: (not each.words & CREATED_WORDS, median(day.toordinal() for day in each.days if day)),
        default=None,
    )


def _is_converted(column: DateColumn, verdicts: Verdicts | None, *, finished: bool) -> bool:
    if column.words & LOST_WORDS:
        return False
    if verdicts is None:
        # Nothing but this date says which leads converted, so its name has to be plain.
        return bool(column.words & WON_WORDS)
    return _belongs_to(column, verdicts, outcome=True)


def _is_closed(column: DateColumn, verdicts: Verdicts | None, *, finished: bool) -> bool:
    if column.words & LOST_WORDS:
        return True
    if verdicts is None or column.words & WON_WORDS:
        return False
    if not finished:
        # Among leads of which many are open, it says when the others were closed: no converted lead has it.
        closed = [not verdict for day, verdict in zip(column.days, verdicts, strict=True) if day is not None]
        return bool(column.words & CLOSED_WORDS) and sum(closed) >= ALMOST_ALL * len(closed) > 0
    # The day on which any lead ended: where it converted, this is the day of that.
    ended = [day is not None for day, verdict in zip(column.days, verdicts, strict=True) if verdict is not None]
    if column.words & CLOSED_WORDS and sum(ended) >= MOSTLY * len(ended):
        return True
    return _belongs_to(column, verdicts, outcome=False)


def _belongs_to(column: DateColumn, verdicts: Verdicts, *, outcome: bool) -> bool:
    """Say whether the column is filled for most leads of one outcome, and for no others."""
    rows = list(zip(column.days, verdicts, strict=True))
    filled = [bool(verdict) is outcome for day, verdict in rows if day is not None]
    ended = [day is not None for day, verdict in rows if bool(verdict) is outcome]
    return len(filled) < len(rows) and sum(filled) >= ALMOST_ALL * len(filled) > 0 and sum(ended) >= MOSTLY * len(ended)


def _lies_before(days: Sequence[date | None], others: Sequence[date | None] | None) -> bool:
    """Say whether days lie before others of the same rows more often than by mistake."""
    both = [(one, two) for one, two in zip(days, others or (), strict=False) if one is not None and two is not None]
    return sum(1 for one, two in both if one < two) > (1 - ALMOST_ALL) * len(both)


def _is_ahead(days: Sequence[date | None], today: date) -> bool:
    known = [day for day in days if day is not None]
    return sum(1 for day in known if day > today + timedelta(days=1)) > (1 - ALMOST_ALL) * len(known)


def _measure_span(days: Sequence[date | None]) -> timedelta:
    known = sorted(day for day in days if day is not None)
    edge = len(known) // 20
    return known[-1 - edge] - known[edge]


def _word_choice(chosen: dict[str, DateColumn]) -> list[str]:
    says = {"created_at": "came in", "converted_at": "converted", "closed_at": "ended"}
    parts = [f"“{each.use.name}” as when it {says[field]}" for field, each in chosen.items()]
    if not parts:
        return []
    parts[0] = parts[0].replace(" as when it ", " as when a lead ")
    listed = ", ".join(parts[:-1]) + (" and " if parts[1:] else "") + parts[-1]
    return [f"Took {listed}; say --map to choose {'others' if parts[1:] else 'another'}"]


def _word_incomplete(dates: Sequence[DateColumn]) -> list[str]:
    """Word which column may say when leads came in but is not filled often enough to be taken for it."""
    begun = [each for each in dates if each.words & CREATED_WORDS and 0.5 <= each.share < COMPLETE]
    return [
        f"“{each.use.name}” may be when leads came in, but is filled in only {100 * each.share:.0f} % of rows;"
        f' if it is, say --map with {{"{each.use.name}": "created_at"}}'
        for each in begun[:1]
    ]
