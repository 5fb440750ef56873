"""Finding the column that says whether a lead converted, by its name and its values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from storage.imports.understanding.column_content import MOST_WORDS
from storage.imports.understanding.column_mapping import AS_LEFT_OVER, BY_VALUES, ColumnUse, find_life_cycle_column
from storage.imports.understanding.column_words import LIKELY, SURE, rate_outcome_name, split_title
from storage.imports.understanding.sampled_columns import SampledColumns
from storage.imports.values.import_errors import Unreadable
from storage.imports.values.lead_outcomes import guess_outcome, is_flag, read_outcome
from storage.names.column_synonyms import OUTCOME_STRANGERS

# Where only the values tell, so many rows have to say that the lead ended.
ENDED = 0.3
# Two columns that differ in fewer rows than this, of those in which both say it, mean the same.
DIFFERENT = 0.005
SHOWN_COLUMNS = 2
# What counts first: a column that is mapped or known, one named for the outcome, one of statuses, the values alone, and
# last that a cell is filled.
KNOWN, NAMED, STATUS, WORDED, FILLED = range(5)
Verdicts = list[bool | None]


@dataclass(frozen=True)
class OutcomeColumn:
    """A column that says how leads ended: `verdicts` by sampled row, None where it does not say.

    `is_pure`: each of its values says it, so that the column holds nothing else.
    """

    use: ColumnUse
    rank: int
    verdicts: Verdicts
    is_pure: bool
    yes: Counter[str] = field(default_factory=Counter)
    no: Counter[str] = field(default_factory=Counter)
    neither: Counter[str] = field(default_factory=Counter)

    @property
    def key(self) -> str:
        """Return what the column fills."""
        is_outcome = self.rank == KNOWN or (self.is_pure and self.use.why in {AS_LEFT_OVER, BY_VALUES})
        return "converted" if is_outcome else self.use.use or ""


def list_outcome_columns(uses: Sequence[ColumnUse], columns: SampledColumns) -> list[OutcomeColumn]:
    """List the columns that say how leads ended, the surest first."""
    life_cycle = find_life_cycle_column(uses)
    found = [
        outcome
        for use in uses
        if use.use and use.use != life_cycle and (outcome := _judge_column(use, columns.list_cells(use.index)))
    ]
    # In HubSpot the life cycle says it; the status beside it says how the work goes.
    return sorted((each for each in found if not life_cycle or each.rank < STATUS), key=lambda each: each.rank)


def find_presence(uses: Sequence[ColumnUse], columns: SampledColumns) -> OutcomeColumn | None:
    """Find the column that is filled for leads that converted alone, such as the date or the deal of it."""
    for use in sorted(uses, key=lambda each: each.use != "converted_at"):
        if (use.use or "").startswith("converted_") and any(cells := columns.list_cells(use.index)):
            return OutcomeColumn(use, FILLED, [True if cell else None for cell in cells], False)
    return None


def fill_outcome(uses: list[ColumnUse], outcome: OutcomeColumn) -> list[ColumnUse]:
    """Let the column of the outcome fill `converted` where it holds nothing else."""
    if outcome.key != "converted" or outcome.rank == KNOWN:
        return uses
    return [replace(use, use="converted", why=BY_VALUES) if use is outcome.use else use for use in uses]


def _judge_column(use: ColumnUse, cells: list[str]) -> OutcomeColumn | None:
    known = use.use == "converted"
    if not known and (use.use != "status" and use.why != AS_LEFT_OVER):
        return None
    counts = Counter(cell for cell in cells if cell)
    if not counts or (len(counts) > MOST_WORDS and not known):
        return None
    judge = _read_known if known else guess_outcome
    says = {cell: judge(cell) for cell in counts}
    yes = Counter({cell: count for cell, count in counts.items() if says[cell]})
    no = Counter({cell: count for cell, count in counts.items() if says[cell] is False})
    rank = KNOWN if known else _rank_column(use, counts, yes, no, blank=len(cells) > counts.total())
    if rank is None:
        return None
    neither = counts - yes - no
    return OutcomeColumn(use, rank, [says.get(cell) for cell in cells], not neither, yes, no, neither)


def _read_known(text: str) -> bool | None:
    try:
        return read_outcome(text)
    except Unreadable:
        return None


def _rank_column(
    use: ColumnUse, counts: Counter[str], yes: Counter[str], no: Counter[str], *, blank: bool
) -> int | None:
    named = rate_outcome_name(use.name)
    flags = sum(map(is_flag, counts))
    if flags:
        # Yes and no say nothing of what they answer: the name has to.
        if flags < len(counts) or not yes or not (no or (blank and named == SURE)):
            return None
        return {SURE: NAMED, LIKELY: STATUS, None: None}[named]
    if not yes:
        return None
    if named == SURE and (no or blank):
        return NAMED
    if named == LIKELY or (use.use == "status" and use.why != BY_VALUES):
        return STATUS
    stranger = bool(split_title(use.name) & OUTCOME_STRANGERS)
    return WORDED if no and not stranger and yes.total() + no.total() >= ENDED * counts.total() else None


def word_outcome(outcome: OutcomeColumn, others: Sequence[OutcomeColumn], columns: SampledColumns) -> list[str]:
    """Word which column was taken as the outcome, and which others say something else."""
    rows = len(outcome.verdicts)
    share = _word_share(sum(1 for each in outcome.verdicts if each), rows, columns)
    notes = [
        f"Took “{outcome.use.name}” ({_word_values(outcome)}, {share} of rows) as whether the lead converted;"
        " say --map to choose another"
    ]
    if outcome.neither:
        (first, _), *more = outcome.neither.most_common()
        notes.append(
            f"“{first[:40]}”{_word_more(more)} ({_word_share(outcome.neither.total(), rows, columns)} of rows)"
            " says neither and counts as not converted; leave such rows out where the lead is still open"
        )
    for other in others[:SHOWN_COLUMNS]:
        both = [(one, two) for one, two in zip(outcome.verdicts, other.verdicts, strict=True) if None not in (one, two)]
        differ = sum(1 for one, two in both if one != two)
        if differ > DIFFERENT * len(both):
            notes.append(
                f"“{other.use.name}” says otherwise than “{outcome.use.name}” in {_word_share(differ, rows, columns)}"
                f' of rows; if it is the right one, say --map with {{"{other.use.name}": "converted"}}'
            )
    return notes


def word_one_sided(verdicts: Verdicts, columns: SampledColumns) -> list[str]:
    """Word that all leads ended alike, where they did."""
    converted = sum(1 for each in verdicts if each)
    if not columns.is_whole:
        return []
    if not converted:
        return ["No lead of this file converted: scores are learned only where some did"]
    if converted == len(verdicts):
        return ["All leads of this file converted: to learn scores, import those that did not as well"]
    return []


def _word_values(outcome: OutcomeColumn) -> str:
    if outcome.rank == FILLED:
        return "filled"
    if not outcome.yes:
        return f"only “{outcome.no.most_common(1)[0][0][:40]}”" if outcome.no else "no word of it"
    (first, _), *more = outcome.yes.most_common()
    if outcome.no and all(map(is_flag, (*outcome.yes, *outcome.no))):
        return f"{first} of {outcome.no.most_common(1)[0][0]}/{first}"
    return f"“{first[:40]}”{_word_more(more)}"


def _word_more(more: Sequence[object]) -> str:
    return f" and {len(more)} more" if more else ""


def _word_share(count: int, rows: int, columns: SampledColumns) -> str:
    return f"{'' if columns.is_whole else 'about '}{100 * count / max(rows, 1):.0f} %"
