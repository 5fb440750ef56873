"""How a file writes dates and numbers, decided for each field by its values, else by the file's, else by the place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from storage.imports.files.sheets import Row, Sheet
from storage.imports.understanding.fields import Field
from storage.imports.values.dates import is_ambiguous, looks_day_first, uses_points, weigh_day_order
from storage.imports.values.import_errors import Unreadable
from storage.imports.values.numbers import read_number, uses_comma, weigh_decimal_comma

DATES = frozenset(["date", "moment"])
NUMBERS = frozenset(["money", "whole", "percent"])
# So many values that can be read either way are kept, to see how the column as a whole writes them.
ENOUGH = 500
# So many different pairs of stage and probability are counted; a file has a few hundred at most.
MOST_PAIRS = 20_000


@dataclass(frozen=True)
class Convention:
    """How one field is written. `fraction`: probabilities are from 0 to 1 rather than in percent."""

    day_first: bool = False
    comma: bool = False
    fraction: bool = False


@dataclass
class FormatEvidence:
    """What the values of a field say about how they are written."""

    of: Field

    def __post_init__(self) -> None:
        self.weight = 0
        self.seen = 0
        self.unclear: list[str] = []
        self.above_one = False
        self.doubt = False

    def add_value(self, text: str) -> None:
        """Take one value into account."""
        self.seen += 1
        if self.of.reads in DATES:
            self.weight += weigh_day_order(text)
            unclear = is_ambiguous(text)
        else:
            self.weight += weigh_decimal_comma(text)
            unclear = "," in text or "." in text or (len(text) > 3 and text.isdigit())
            if self.of.reads == "percent":
                self._add_percent(text)
        self.doubt |= unclear and not text.isdigit()
        if unclear and len(self.unclear) < ENOUGH:
            self.unclear.append(text)

    def _add_percent(self, text: str) -> None:
        try:
            self.above_one |= read_number(text, comma=weigh_decimal_comma(text) > 0).value > 1 or "%" in text
        except Unreadable:
            return

    @property
    def is_clear(self) -> bool:
        """Say whether further values can no longer change the decision."""
        # One value above 1 is enough to make all of them percentages.
        if self.of.reads == "percent" and not self.above_one:
            return False
        return self.seen > 0 and (self.weight != 0 or not self.doubt)


def decide_day_first(evidence: FormatEvidence, in_file: int, *, here: bool) -> bool:
    """Decide whether a column's dates begin with the day: by itself, else by the weight of the file, else by place."""
    weight = evidence.weight or in_file
    written = uses_points(evidence.unclear) or any(map(looks_day_first, evidence.unclear))
    return weight > 0 if weight else written or here


class Survey:
    """Reads all rows once, counts them, and collects evidence of how dates and numbers are written."""

    def __init__(self, sheet: Sheet, fields: Mapping[int, Field], sample: Sequence[Row]) -> None:
        self.delimiter = sheet.delimiter
        self.evidence: dict[str, FormatEvidence] = {}
        self.places: list[tuple[int, FormatEvidence]] = []
        for index, each in fields.items():
            if each.reads in DATES | NUMBERS:
                evidence = self.evidence.setdefault(each.name, FormatEvidence(each))
                self.places.append((index, evidence))
        self.stages = StageSurvey(fields)
        self.rows = 0
        for row in sample:
            self._add_row(row)
        unclear = [place for place in self.places if not place[1].is_clear]
        skip = len(sample)
        for number, (_, row) in enumerate(sheet.rows()):
            self.rows += 1
            self.stages.add_row(row)
            if unclear and number >= skip:
                self._add_row(row, unclear)
                # Fields that are decided need no further look, but checking that after each row would cost more than it
                # saves.
                if number % 1000 == 0:
                    unclear = [place for place in unclear if not place[1].is_clear]

    def _add_row(self, row: Row, places: list[tuple[int, FormatEvidence]] | None = None) -> None:
        for index, evidence in self.places if places is None else places:
            if index < len(row) and row[index]:
                evidence.add_value(row[index].strip())

    def decide_conventions(self, *, day_first_here: bool) -> dict[str, Convention]:
        """Decide the convention of each field with dates or numbers."""
        return {name: self._decide_convention(each, day_first_here) for name, each in self.evidence.items()}

    def list_doubtful_fields(self) -> list[str]:
        """List the date fields for which nothing in the file tells the order of day and month."""
        return [
            name
            for name, each in self.evidence.items()
            if each.of.reads in DATES
            and each.unclear
            and not each.weight
            and not self._sum_weights(DATES)
            and not uses_points(each.unclear)
            and not any(map(looks_day_first, each.unclear))
        ]

    def _decide_convention(self, evidence: FormatEvidence, day_first_here: bool) -> Convention:
        if evidence.of.reads in DATES:
            return Convention(day_first=decide_day_first(evidence, self._sum_weights(DATES), here=day_first_here))
        if evidence.weight:
            comma = evidence.weight > 0
        else:
            # Percentages often have decimals where the amounts beside them have none: they say little about these.
            weight = self._sum_weights(NUMBERS - {"percent"})
            comma = weight > 0 if weight else uses_comma(evidence.unclear, otherwise=self.delimiter == ";")
        return Convention(comma=comma, fraction=evidence.of.reads == "percent" and not evidence.above_one)

    def find_usual_probabilities(self) -> dict[str, int]:
        """Find the usual probability of each stage, in percent."""
        return self.stages.find_usual(self.decide_conventions(day_first_here=False).get("probability", Convention()))

    def _sum_weights(self, readings: frozenset[str]) -> int:
        return sum(each.weight for each in self.evidence.values() if each.of.reads in readings)


class StageSurvey:
    """Counts which probabilities the rows of each stage have."""

    def __init__(self, fields: Mapping[int, Field]) -> None:
        places = {each.name: index for index, each in fields.items()}
        self.places = (places["stage"], places["probability"]) if {"stage", "probability"} <= places.keys() else None
        self.counts: Counter[tuple[str, str]] = Counter()

    def add_row(self, row: Row) -> None:
        """Take one row into account."""
        if self.places is None or max(self.places) >= len(row) or len(self.counts) > MOST_PAIRS:
            return
        self.counts[row[self.places[0]].strip(), row[self.places[1]].strip()] += 1

    def find_usual(self, convention: Convention) -> dict[str, int]:
        """Find each stage's most frequent percentage; 0 and 100 are what deals have that are over."""
        usual: dict[str, Counter[int]] = {}
        for (stage, text), count in self.counts.items():
            try:
                amount = read_number(text, comma=convention.comma)
            except Unreadable:
                continue
            percent = round(amount.value if amount.percent or not convention.fraction else amount.value * 100)
            if 0 < percent < 100:
                usual.setdefault(stage, Counter())[percent] += count
        return {stage: counted.most_common(1)[0][0] for stage, counted in usual.items()}
