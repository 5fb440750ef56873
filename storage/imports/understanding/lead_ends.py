"""What a file of leads says of how and when they ended, and since when they are there."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from storage.imports.understanding.column_mapping import AS_MAPPED, ColumnUse, find_life_cycle_column
from storage.imports.understanding.date_columns import fill_dates, may_hold_dates
from storage.imports.understanding.outcome_columns import (
    fill_outcome,
    find_presence,
    list_outcome_columns,
    word_one_sided,
    word_outcome,
)
from storage.imports.understanding.sampled_columns import SampledColumns

NO_OUTCOME = (
    "No column says whether a lead converted, so all count as not converted and no score can be learned from them."
    ' If one does, import the file again with --map and {"COLUMN": "converted"}'
)


@dataclass(frozen=True)
class LeadEnds:
    """Uses of columns, what to tell of them, and the use of the column of statuses that says who converted."""

    uses: list[ColumnUse]
    notes: list[str] = field(default_factory=list)
    outcome_key: str | None = None


def find_lead_ends(
    uses: list[ColumnUse], columns: SampledColumns, *, now: datetime, finished: bool, day_first: bool
) -> LeadEnds:
    """Find the columns of the outcome, which counts where all leads are finished, and of dates, which always do."""
    if not finished and not may_hold_dates(uses, columns):
        return LeadEnds(uses)
    found = list_outcome_columns(uses, columns)
    outcome = found[0] if found else None
    verdicts = outcome.verdicts if outcome else None
    if finished and outcome:
        uses = fill_outcome(uses, outcome)
    uses, dated = fill_dates(uses, columns, verdicts, now=now, finished=finished, day_first_here=day_first)
    if not finished:
        return LeadEnds(uses, dated)
    presence = find_presence(uses, columns)
    if outcome is None and find_life_cycle_column(uses):
        return LeadEnds(uses, dated)
    chosen = outcome or presence
    if chosen is None:
        return LeadEnds(uses, [NO_OUTCOME, *dated])
    others = [each for each in (*found, presence) if each is not None and each is not chosen]
    said = [] if chosen.use.why == AS_MAPPED else word_outcome(chosen, others, columns)
    status = outcome.key if outcome and outcome.key != "converted" else None
    return LeadEnds(uses, [*said, *word_one_sided(chosen.verdicts, columns), *dated], status)
