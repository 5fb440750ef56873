"""The ground that prose may stand on: what the tools of this turn returned, and what the rep asked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from unicodedata import normalize

from bot.model.grounding.claims import FigureClaim, Place, TimeClaim, Unit, cover, looks_named, read_claims
from bot.model.grounding.quotation import visible
from commands import PRESSABLE
from commands.contract.reply import Reply
from commands.opportunities.deal_stats import DealStats
from commands.values.moment import Moment
from commands.values.text import Token, tokenize_text
from storage.ledger.change_ledger import MONEY_FIELDS

FREE = frozenset(
    "description note next_step lost_reason close_reason budget timeframe product_interest why raises lowers custom "
    "subject text outcome reason".split()
)
"""Fields of free words, which strangers fill: their figures and times count only where they are quoted."""
UNITS = (
    dict.fromkeys(MONEY_FIELDS | {"weighted", "closed", "commit", "best_case", "pipeline", "omitted"}, Unit.MONEY)
    | dict.fromkeys(("rate", "change", "probability", "win_rate"), Unit.PERCENT)
    | dict.fromkeys(("untouched_days", "overdue_days", "cycle_days"), Unit.DAYS)
)
TURNS = frozenset({"movement", "change"})
"""Figures that say by their sign which way something went."""
NAMING = frozenset({"name", "id", "company", "account", "contact"})
CLAIMED = frozenset({"status", "stage", "band", "state"})
"""Fields whose values are said in small letters too."""
OVERALL, AS_OF = "", "as of"
"""Owners of what is so over all, and of the day of an answer; the others are ids of records, and rows."""
LONGEST_NAME = 10


@dataclass(frozen=True)
class Fact:
    """A figure that stands in a result."""

    value: Decimal
    unit: Unit
    owner: str
    label: str = ""
    currency: str = ""
    turn: int = 0

    def bears(self, claim: FigureClaim) -> bool:
        """Whether this is the figure that is claimed."""
        more = abs(self.value) - claim.value
        return (
            abs(more) <= claim.within
            and (not claim.bound or more * claim.bound > 0)
            and (claim.unit is self.unit or (claim.unit is Unit.NUMBER and self.unit is not Unit.PERCENT))
            and (self.label != "previous" or claim.label == "previous")
            and (not claim.turn or claim.turn == self.turn or (not self.turn and claim.unit is Unit.MONEY))
            and (not claim.currencies or not self.currency or self.currency in claim.currencies)
        )


@dataclass(frozen=True)
class NameClaim(Place):
    """A name or a value that results hold: whose it is, and whether it says who is meant or how it is with them."""

    owners: frozenset[str]
    is_name: bool


@dataclass
class TurnEvidence:
    """Everything that may be said, gathered reply by reply."""

    moment: Moment
    facts: list[Fact] = field(default_factory=list)
    days: list[tuple[date, str]] = field(default_factory=list)
    touched: list[tuple[date, str]] = field(default_factory=list)
    """Days that a result tells by how long ago they were."""
    asked: set[Decimal] = field(default_factory=set)
    names: dict[str, set[str]] = field(default_factory=dict)
    values: dict[str, set[str]] = field(default_factory=dict)
    """Names and values of fields, and each part of them, with the records and rows that have them."""
    loose_names: set[str] = field(default_factory=set)
    loose_values: set[str] = field(default_factory=set)
    """Those that are meant in small letters too."""
    only_quoted: set[str] = field(default_factory=set)
    """Names and values that are so long, or speak of money, that they are repeated in quotation marks only."""
    texts: list[tuple[str, str]] = field(default_factory=list)
    """All texts as words with a blank around each, and the record each belongs to."""
    heads: list[str] = field(default_factory=list)
    """The same of heads and receipts: what figures over all are about."""
    records: set[str] = field(default_factory=set)
    listed: set[str] = field(default_factory=set)
    """Records of whole lists, which may be counted."""
    subjects: set[str] = field(default_factory=set)
    """Records that are all that an answer is about: what is said of nobody is said of them."""

    def ask(self, question: str, asker: str = "") -> None:
        """What the rep said may be said back, and the rep be called by name."""
        self._add_words(asker)
        self.asked |= {each.value for each in self._add_text(question, sure=False)}

    def add(self, reply: Reply) -> None:
        """Take in what one tool returned."""
        arguments = reply.arguments or {}
        measure = str(arguments.get("measure") or DealStats.model_fields["measure"].default)
        for record in (*reply.records, *reply.choices):
            self.records.add(record.id)
            self._add_words(f"{record.external_id or ''} {record.kind}")
            self._add_fields({"name": record.name, "id": f"#{record.id}", **record.fields}, record.id)
        for number, row in enumerate(reply.rows):
            # What rows are of stands first in each.
            self._add_fields(row, f"row {reply.command} {number}", measure, naming=frozenset(list(row)[:1]))
        for change in reply.change:
            self._add_fields({"name": change.name, change.field: change.before}, change.id, measure)
            self._add_fields({change.field: change.after}, change.id, measure)
        self._add_fields(reply.figures, OVERALL, measure)
        for period in arguments.values():
            # A period that was asked for, in the form in which a call holds it.
            for day in period.values() if isinstance(period, dict) else ():
                self._add_day(str(day), OVERALL)
        heads = [reply.head]
        if reply.receipt is not None:
            self.facts.append(Fact(Decimal(reply.receipt.count), Unit.NUMBER, OVERALL))
            self._add_day(reply.receipt.as_of, AS_OF)
            heads.append(f"{reply.receipt.filter}; {reply.receipt.scope}")
        kind = PRESSABLE.get(reply.command or "")
        for text in heads:
            self._add_text(text)
            self.heads.append(join(cut(text)))
        for text in _list_lines(reply):
            self._add_text(text, sure=kind is None or not kind.quotes_records)
        if reply.figures.get("count") == len(reply.records):
            self.listed.update(record.id for record in reply.records)
        if reply.card or len(reply.records) == 1:
            self.subjects.update(record.id for record in reply.records[:1])

    def find_names(self, tokens: Sequence[Token]) -> Iterator[NameClaim]:
        """The names and values in a sentence, the longest at each place."""
        at = 0
        while at < len(tokens):
            ends = range(min(len(tokens), at + LONGEST_NAME), at, -1)
            found = next((each for end in ends if (each := self._find_name(tokens, at, end))), None)
            if found is not None:
                yield found
            at = found.last + 1 if found is not None else at + 1

    def _find_name(self, tokens: Sequence[Token], first: int, end: int) -> NameClaim | None:
        said = join(tokens[first:end]).strip()
        loose = said in self.loose_names or said in self.loose_values
        if not loose and not (looks_named(tokens[first]) and (said in self.names or said in self.values)):
            return None
        is_name = said in self.names and (said in self.loose_names or said not in self.loose_values)
        return NameClaim(first, end - 1, frozenset((self.names if is_name else self.values)[said]), is_name)

    def find_texts(self, words: str) -> set[str]:
        """Whose texts these words stand in, together."""
        return {owner for text, owner in self.texts if words in text}

    def find_days(self, claim: TimeClaim) -> set[str]:
        """Whose days lie in this time."""
        known = (*self.days, *self.touched) if claim.ago else self.days
        return {owner for day, owner in known if claim.holds(day)}

    def find_figures(self, claim: FigureClaim) -> set[str]:
        """Whose figure this is."""
        called = self.names.get(claim.label.replace("_", " "), set())
        known = {fact.label for fact in self.facts}
        bare = claim.unit is Unit.NUMBER
        unlabelled = not claim.label or claim.label not in known
        return {
            fact.owner
            for fact in self.facts
            if fact.bears(claim)
            and (unlabelled or fact.label == claim.label or fact.owner in called or (bare and not fact.label))
        }

    def _add_fields(
        self,
        fields: Mapping[str, Any],
        about: str,
        measure: str = "",
        naming: Set[str] = NAMING,
        currency: str = "",
    ) -> None:
        """Take in a record, a row or figures; `measure` is what a mere value is of."""
        currency = str(fields.get("currency") or currency)
        for key, value in fields.items():
            match value:
                case True if key == "never_touched":
                    self.facts.append(Fact(Decimal(), Unit.NUMBER, about, "activities"))
                case bool() | None:
                    pass
                case int() | float() | Decimal():
                    self._add_number(key, Decimal(str(value)), about, measure, currency, whole=isinstance(value, int))
                case Mapping() if key not in FREE:
                    for name, part in value.items():
                        inner = part if isinstance(part, Mapping) else {"amount": part}
                        self._add_fields(inner, about, measure, naming, name if key == "by_currency" else currency)
                case str() if key not in FREE:
                    if UNITS.get(key) is Unit.MONEY and re.fullmatch(r"-?\d+(\.\d+)?", value):
                        self._add_number(key, Decimal(value), about, measure, currency)
                    elif not self._add_day(value, about):
                        loose = key in (CLAIMED if naming is NAMING else naming)
                        self._add_phrase(value, about, named=key in naming, loose=loose)
                case _:
                    # Words of strangers, or lists of them.
                    self._add_words(str(value), about)

    def _add_number(
        self, key: str, number: Decimal, about: str, measure: str, currency: str, *, whole: bool = False
    ) -> None:
        if not number.is_finite():
            return
        unit = UNITS.get(measure if key in ("value", "previous") else key)
        unit = unit or (Unit.NUMBER if whole or not currency else Unit.MONEY)
        if unit is Unit.PERCENT and not whole:
            number *= 100
        if key == "untouched_days":
            self.touched.append((self.moment.today - timedelta(days=int(number)), about))
        turn = (number > 0) - (number < 0) if key in TURNS else 0
        self.facts.append(Fact(number, unit, about, key, currency if unit is Unit.MONEY else "", turn))

    def _add_text(self, text: str, *, sure: bool = True) -> list[FigureClaim]:
        """A text of ours; where it is not `sure`, strangers may have written its figures."""
        self._add_words(text)
        for quoted in self.only_quoted:
            text = text.replace(quoted, " … ")
        tokens = cut(text)
        figures, times = read_claims(tokens, cover(self.find_names(tokens)), self.moment)
        if sure:
            for each in figures:
                currency = min(each.currencies, default="")
                self.facts.append(Fact(each.value, each.unit, OVERALL, each.label, currency, each.turn))
        # “Tue 20 Oct” says the day by itself: the Tuesdays nearest to today would be two days too many.
        periods = [period for each in times if each.weekday is None for period in each.periods]
        self.days += [(day, OVERALL) for each in periods for day in (each.start, each.end) if day]
        return figures

    def _add_words(self, text: str, about: str = OVERALL) -> Sequence[Token]:
        tokens = cut(text)
        self.texts.append((join(tokens), about))
        return tokens

    def _add_phrase(self, text: str, about: str, *, named: bool, loose: bool) -> None:
        """Each part of a short text may be said for all of it; of a long one, or one with money, only quotes may."""
        tokens = self._add_words(text, about)
        figures, _ = read_claims(tokens, frozenset(), self.moment) if len(tokens) <= LONGEST_NAME else ((), ())
        if len(tokens) > LONGEST_NAME or any(each.unit is Unit.MONEY for each in figures):
            self.only_quoted.add(text)
            return
        for first in range(len(tokens)):
            for end in range(first + 1, len(tokens) + 1):
                said = join(tokens[first:end]).strip()
                (self.names if named else self.values).setdefault(said, set()).add(about)
        if loose or (named and len(tokens) > 1):
            (self.loose_names if named else self.loose_values).add(join(tokens).strip())

    def _add_day(self, value: str, about: str) -> bool:
        """Take in a day, a month or a quarter; False where this is none."""
        month = re.sub(r"^(\d{4})-Q([1-4])$", lambda found: f"{found[1]}-{3 * int(found[2]) - 2:02}", value)
        try:
            self.days.append((date.fromisoformat(f"{month}-01" if len(month) == 7 else month[:10]), about))
        except ValueError:
            return False
        return True


def cut(text: str) -> tuple[Token, ...]:
    """The words of a text, with compatibility forms joined: full-width digits are digits."""
    return tokenize_text(normalize("NFKC", visible(text))).tokens


def join(tokens: Iterable[Token]) -> str:
    """Words in the form in which they are compared, a blank around each."""
    return f" {' '.join(token.norm for token in tokens)} "


def _list_lines(reply: Reply) -> list[str]:
    lines = [line for part in reply.parts for line in (part.title or "", *part.lines, *part.below)]
    return [line for line in (*lines, *reply.notes) if line]
