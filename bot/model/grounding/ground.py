"""The ground that prose may stand on: what the tools of this turn returned, and what the rep asked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from bot.model.grounding.claims import Claim, ClaimKind, claims
from bot.model.grounding.quotation import flat
from commands import PRESSABLE
from commands.contract.reply import FieldChange, Record, Reply
from commands.opportunities.deal_stats import DealStats
from storage.ledger.change_ledger import MONEY_FIELDS

FREE = frozenset(
    "description note next_step lost_reason close_reason budget timeframe product_interest why raises lowers custom "
    "subject text outcome reason".split()
)
"""Fields of free words, which strangers fill: what they say counts only where it is quoted."""
AMOUNTS = MONEY_FIELDS | {
    "amount", "weighted", "average", "closed", "commit", "best_case", "pipeline", "omitted", "annual_revenue",
    "won_amount", "lost_amount", "average_amount",
}  # fmt: skip
RATES = frozenset({"rate", "change", "probability", "win_rate"})
COUNTS = frozenset({"count", "converted", "won", "lost", "leads"})
DAYS = frozenset({"untouched_days", "overdue_days", "cycle_days", "days"})
TURNS = frozenset({"movement", "change"})
"""Figures that say by their sign which way something went."""
SCORES = frozenset({"score", "movement", "min_score"})
CLAIMED = frozenset({"status", "stage", "band", "state"})
"""Fields whose value, said beside a record's name, must be that record's own."""
GROUPED = CLAIMED | {"company", "account"}
WORD = re.compile(r"\w+")
AS_OF = "as of"
"""Whom the day of an answer belongs to: no record."""
KINDS = {
    "lead": re.compile(r"\bleads?\b", re.I),
    "opportunity": re.compile(r"\b(?:opportunit(?:y|ies)|deals?)\b", re.I),
    "contact": re.compile(r"\bcontacts?\b", re.I),
    "account": re.compile(r"\baccounts?\b", re.I),
}


@dataclass(frozen=True)
class GroundFact:
    """A figure with what it measures. `about` is the record or row it belongs to, None for a figure over all.

    One that is not `sure` stands in free words only.
    """

    kind: ClaimKind
    value: Decimal
    about: str | None = None
    sure: bool = True
    currencies: frozenset[str] = frozenset()
    turn: int = 0
    """1 for what rose, -1 for what fell."""
    label: str = ""
    kinds: frozenset[str] = frozenset()
    """The kinds of record that the answer speaks of, none where it does not say."""


@dataclass
class TurnEvidence:
    """Everything that may be said, gathered reply by reply."""

    facts: list[GroundFact] = field(default_factory=list)
    days: set[tuple[date, str | None]] = field(default_factory=set)
    said: list[tuple[str, str | None]] = field(default_factory=list)
    """Everything that stands in results or question, as words with a blank around each, and of which record."""
    names: list[str] = field(default_factory=list)
    """Names of records and rows, as words with a blank around each."""
    texts: list[str] = field(default_factory=list)
    """The same for quotes, with punctuation."""
    abouts: dict[str, set[str]] = field(default_factory=dict)
    """Words of a name -> the records and rows they belong to."""
    over: list[str] = field(default_factory=list)
    """What the figures over all are about, as words with a blank around each: heads and receipts."""
    values: dict[str, set[str]] = field(default_factory=dict)
    """A status, stage or band -> the records that have it."""
    asked: set[Decimal] = field(default_factory=set)
    today: date | None = None
    kinds: frozenset[str] = frozenset()
    """Those of the reply that is being taken in."""

    def ask(self, question: str, today: date, asker: str = "") -> None:
        """What the rep said may be said back, and the rep be called by name."""
        self.today = today
        self._words(asker)
        self._words(question)
        for claim in claims(question):
            if claim.kind in (ClaimKind.DATE,):
                self.days.update((day.replace(year=claim.year or today.year), None) for day in claim.days)
            elif claim.kind not in (
                ClaimKind.NAME,
                ClaimKind.QUOTE,
                ClaimKind.WORDS,
                ClaimKind.WEEKDAY,
                ClaimKind.MONTH,
            ):
                self.asked.add(claim.value)

    def add(self, reply: Reply) -> None:
        """Take in what one tool returned."""
        measure = str((reply.arguments or {}).get("measure") or DealStats.model_fields["measure"].default)
        self.kinds = _kinds(reply)
        self._figures(reply.figures, None, measure)
        shown = {record.id: record for record in (*reply.records, *reply.choices)}
        for record in shown.values():
            self._record(record)
        for number, row in enumerate(reply.rows):
            self._row(row, f"row {reply.command} {number}", measure)
        for change in reply.change:
            self._change(change)
        self.facts.append(GroundFact(ClaimKind.COUNT, Decimal(len(reply.records)), kinds=self.kinds))
        if reply.figures.get("count") == len(reply.records):
            self._groups(reply)
        for value in (reply.arguments or {}).values():
            # A period that was asked for, in the form in which a call holds it.
            for day in value.values() if isinstance(value, dict) else ():
                self._day(str(day), None)
        if reply.receipt is not None:
            self.facts.append(GroundFact(ClaimKind.COUNT, Decimal(reply.receipt.count), kinds=self.kinds))
            self._day(reply.receipt.as_of, AS_OF)
            self._text(f"{reply.receipt.filter}; {reply.receipt.scope}", ())
            self._over(f"{reply.receipt.filter}; {reply.receipt.scope}")
        names = [record.name for record in shown.values()]
        names += [
            str(value) for record in shown.values() for key in ("title", "company") if (value := record.fields.get(key))
        ]
        self._text(reply.head, names)
        self._over(reply.head)
        kind = PRESSABLE.get(reply.command or "")
        sure = kind is None or not kind.quotes_records
        for line in _lines(reply):
            self._text(line, names, sure=sure)

    def _groups(self, reply: Reply) -> None:
        """How many of a whole list have each status, stage, band and company."""
        found: dict[str, set[str]] = {}
        for record in reply.records:
            for key in GROUPED & record.fields.keys():
                if record.fields[key]:
                    found.setdefault(str(record.fields[key]), set()).add(record.id)
        for value, records in found.items():
            about = f"group {value}"
            self.facts.append(GroundFact(ClaimKind.COUNT, Decimal(len(records)), about, kinds=self.kinds))
            for word in WORD.findall(flat(value)):
                self.abouts.setdefault(word, set()).update({about, *records})

    def _figures(self, figures: dict[str, Any], about: str | None, measure: str, currency: str = "") -> None:
        currency = currency or _code(figures)
        for key, value in figures.items():
            match value:
                case dict():
                    for name, part in value.items():
                        own = name if key == "by_currency" else currency
                        if isinstance(part, dict):
                            self._figures(part, about, measure, own)
                        else:
                            self._figures({"amount" if own is name else key: part}, about, measure, own)
                    self._words(" ".join(map(str, value)))
                case bool() | None:
                    pass
                case int() | float() | Decimal():
                    self._number(measure if key in ("value", "previous") else key, value, about, currency, label=key)
                case str():
                    self._words(value)
                    self._day(value, about)

    def _number(
        self, key: str, value: float | Decimal, about: str | None, currency: str = "", *, label: str = ""
    ) -> None:
        number = Decimal(str(value))
        if not number.is_finite():
            return
        turn = (number > 0) - (number < 0) if key in TURNS else 0
        if key in RATES:
            percent = number * 100 if isinstance(value, float | Decimal) and not float(value) > 1.0001 else number
            percent = number * 100 if key == "change" else percent
            self.facts += [GroundFact(ClaimKind.RATE, each, about, turn=turn) for each in {percent, abs(percent)}]
            return
        kind = (
            ClaimKind.AMOUNT if key in AMOUNTS or isinstance(value, Decimal)
            else ClaimKind.DAYS if key in DAYS
            else ClaimKind.SCORE if key in SCORES
            else ClaimKind.COUNT if key in COUNTS
            else ClaimKind.NUMBER
        )  # fmt: skip
        of = frozenset({currency}) if currency and kind is ClaimKind.AMOUNT else frozenset[str]()
        self.facts += [
            GroundFact(kind, each, about, currencies=of, turn=turn, label=label or key, kinds=self.kinds)
            for each in {number, abs(number)}
        ]

    def _record(self, record: Record) -> None:
        self._named(record.name, record.id)
        for key in ("company", "account", "contact"):
            if isinstance(record.fields.get(key), str):
                self._named(str(record.fields[key]), record.id)
        self._words(f"{record.id} {record.external_id or ''} {record.kind}", record.id)
        for key, value in record.fields.items():
            if key in FREE:
                self._free(value, record.id)
                continue
            match value:
                case bool() | None:
                    pass
                case int() | float() | Decimal():
                    self._number(key, value, record.id, _code(record.fields))
                case str():
                    if self._day(value, record.id):
                        continue
                    if key in AMOUNTS and re.fullmatch(r"-?\d+(\.\d+)?", value):
                        self._number(key, Decimal(value), record.id, _code(record.fields))
                    if key in CLAIMED:
                        self.values.setdefault(" ".join(WORD.findall(flat(value))), set()).add(record.id)
                    self._words(value, record.id)
                case _:
                    self._free(value, record.id)

    def _row(self, row: dict[str, Any], about: str, measure: str) -> None:
        for key, value in row.items():
            if isinstance(value, str) and key not in ("by_currency",):
                if re.fullmatch(r"\d{4}-\d\d", value):
                    self._day(f"{value}-01", about)
                self._named(value.replace("-", " ") if key == "quarter" else value, about)
                self._words(" ".join(reversed(value.split("-"))) if key == "quarter" else value)
        figures = {key: value for key, value in row.items() if not isinstance(value, str)}
        self._figures(figures, about, measure, _code(row))

    def _change(self, change: FieldChange) -> None:
        self._named(change.name, change.id)
        self._words(change.field.replace("_", " "))
        for value in (change.before, change.after):
            if isinstance(value, str) and not self._day(value, change.id):
                self._words(value)
                if re.fullmatch(r"-?\d+(\.\d+)?", value):
                    self._number(change.field, Decimal(value), change.id)
            elif isinstance(value, int | float | Decimal) and not isinstance(value, bool):
                self._number(change.field, value, change.id)

    def _free(self, value: Any, about: str) -> None:
        for text in _strings(value):
            self._text(text, (), sure=False, about=about)

    def _text(self, text: str, names: Iterable[str], *, sure: bool = True, about: str | None = None) -> None:
        """Figures of a text of ours, the names in it left out; of free words nothing is sure."""
        self._words(text, about)
        for name in sorted(names, key=len, reverse=True):
            text = text.replace(name, " ") if name else text
        for claim in claims(text):
            match claim.kind:
                case ClaimKind.DATE:
                    known = {each for each, _ in self.days}
                    self.days.update((day, None) for day in _meant(claim, self.today) if day not in known)
                case ClaimKind.NAME | ClaimKind.QUOTE | ClaimKind.WORDS | ClaimKind.WEEKDAY | ClaimKind.MONTH:
                    pass
                case kind:
                    self.facts.append(
                        GroundFact(kind, claim.value, None, sure, claim.currencies, claim.turn, kinds=self.kinds)
                    )

    def _named(self, name: str, about: str) -> None:
        self._words(name)
        words = WORD.findall(flat(name))
        self.names.append(f" {' '.join(words)} ")
        for word in words:
            self.abouts.setdefault(word, set()).add(about)

    def _over(self, text: str) -> None:
        self.over.append(f" {' '.join(WORD.findall(flat(text)))} ")

    def is_over(self, name: str) -> bool:
        """Whether the figures over all are those of this name."""
        wanted = f" {' '.join(WORD.findall(flat(name)))} "
        return any(wanted in each for each in self.over)

    def _words(self, text: str, about: str | None = None) -> None:
        plain = flat(text)
        self.texts.append(plain)
        self.said.append((f" {' '.join(WORD.findall(plain))} ", about))

    def _day(self, value: str, about: str | None) -> bool:
        try:
            day = datetime.fromisoformat(value).date() if len(value) > 10 else date.fromisoformat(value)
        except ValueError:
            return False
        self.days.add((day, about))
        return True

    def says(self, words: str, about: Set[str] = frozenset()) -> bool:
        """Whether these words stand together somewhere; where `about` names records, in them or over all."""
        wanted = " ".join(WORD.findall(flat(words)))
        return not wanted or any(
            f" {wanted} " in each and (not about or owner is None or owner in about) for each, owner in self.said
        )

    def quotes(self, text: str) -> bool:
        """Whether this stands somewhere word for word."""
        wanted = flat(text).strip(" .,;:!?…")
        whole = re.compile(rf"(?<!\w){re.escape(wanted)}(?!\w)")
        return not wanted or any(wanted in each and whole.search(each) for each in self.texts)


def _meant(claim: Claim, today: date | None) -> Iterator[date]:
    """The days that a written date means; without a year, those of the years around today."""
    years = (claim.year,) if claim.year or today is None else (today.year - 1, today.year, today.year + 1)
    for day in claim.days:
        for year in years:
            try:
                yield day.replace(year=year or day.year)
            except ValueError:
                continue


def _kinds(reply: Reply) -> frozenset[str]:
    """The kinds of record that a reply speaks of."""
    words = f"{reply.head} {reply.receipt.filter if reply.receipt else ''} {' '.join(_lines(reply))}"
    said = {kind for kind, word in KINDS.items() if word.search(words)}
    return frozenset(said | {record.kind for record in reply.records})


def _code(found: dict[str, Any]) -> str:
    """The currency that figures or a record are of, where they say."""
    code = found.get("currency")
    return code if isinstance(code, str) else ""


def _lines(reply: Reply) -> Sequence[str]:
    lines = [line for part in reply.parts for line in (part.title or "", *part.lines, *part.below)]
    return [line for line in (*lines, *reply.notes) if line]


def _strings(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for key, each in value.items():
                yield str(key)
                yield from _strings(each)
        case list() | tuple():
            for each in value:
                yield from _strings(each)
        case None | bool():
            return
        case _:
            yield str(value)
