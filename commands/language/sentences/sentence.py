"""A sentence with everything that was found in it: names, concepts, times, amounts."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from commands import BY_VERB
from commands.contract.command import Command
from commands.contract.context import Context
from commands.language.models.linear_models import YesNoModel
from commands.language.sentences.lexicon import WORDS, lexicon
from commands.language.sentences.mention import Mention
from commands.language.sentences.names import mentions_in
from commands.language.sentences.workspace_words import OwnName, find_own_names, list_own_words
from commands.values.amounts import AmountMention, read_amount_at
from commands.values.dates import find_times
from commands.values.text import Text, Token, tokenize_text
from commands.values.time_line import TimeMention
from storage.names.mentions import MentionedRecord, load_mentioned
from storage.names.name_index import TABLES, parse_ref

ENDS = re.compile(r"[.;!?\n]")
SHADOWING, KEPT = WORDS["shadowing_sections"], WORDS["kept_sections"]
"""Concepts whose longer phrases hide shorter ones of any concept within them; and those that no other concept hides."""
ABBREVIATED = re.compile(r"\b(?:inc|ltd|co|corp|no|approx)$", re.I)


@dataclass(frozen=True, slots=True)
class ConceptMention:
    """A concept that was said, from its first to its last unit; `fixed` words of it are the phrase's own."""

    concept: str
    first: int
    last: int
    fixed: int


LOADED = {*TABLES, "user"}
"""The kinds of records that a sentence may name."""


Placed = TypeVar("Placed", ConceptMention, TimeMention, AmountMention, OwnName)


@dataclass(frozen=True)
class FocusView:
    """What the thread last showed: references in order, and the call that showed them."""

    records: tuple[str, ...] = ()
    command: str | None = None
    arguments: dict[str, Any] = field(default_factory=dict)
    within: bool = False
    """Whether that call is asked for by the same message."""
    listed: tuple[str, ...] = ()
    """The list that was shown before, where `records` is one of it."""

    @property
    def in_order(self) -> tuple[str, ...]:
        """Return the records that places are counted in: `the third one`."""
        return self.listed or self.records

    @property
    def kind(self) -> type[Command] | None:
        """The command that was called; None for one that is never said."""
        return BY_VERB.get(self.command or "")


class Sentence:
    """One request. Its units are words, with every name collapsed into one unit."""

    def __init__(self, text: Text, context: Context, focus: FocusView | None, mentions: Sequence[Mention]) -> None:
        self.text = text
        self.context = context
        self.focus = focus or FocusView()
        self.tokens = text.tokens
        """All words of the message, also of one that this is a part of: mentions tell their places among these."""
        self.units, self.mentions = _collapsed(text.tokens, mentions)
        self.products: list[str] = []
        self.shown: dict[str, MentionedRecord | None] = {}
        """Records of the thread that were loaded, by their ids; None for one that is not visible."""
        self.boundaries: tuple[Any, FocusView, list[Any]] | None = None
        """Where it may part, with the weights and the focus that tell it."""
        self.reread()

    def take_part(self, first: int, end: int) -> Sentence:
        """Make a sentence of some units of this one; names, and whatever else was found in them, keep their meaning."""
        units = [replace(self.units[first], gap=""), *self.units[first + 1 : end]]
        clean = self.clean
        if end < len(self.units):
            mark = re.match(r"\s*([?!.])", self.clean[units[-1].end :])
            clean = self.clean[: units[-1].end] + (mark.group(1) if mark else "")
        text = Text(clean, tuple(units), self.text.shouted)
        part = copy(self)
        part.text, part.units, part.norms = text, list(text.tokens), self.norms[first:end]
        part.mentions = {at - first: mention for at, mention in self.mentions.items() if first <= at < end}
        part.whens = [_shift(each, first) for each in self.whens if first <= each.first and each.last < end]
        part.amounts = [_shift(each, first) for each in self.amounts if first <= each.first and each.last < end]
        part.found = [_shift(each, first) for each in self.found if first <= each.first and each.last < end]
        part.own_names = [_shift(each, first) for each in self.own_names if first <= each.first and each.last < end]
        part.index_concepts()
        return part

    def show_bare(self, keeps: Callable[[Mention], bool]) -> Sentence:
        """Make the same sentence with no names recognised in it but those that it `keeps`."""
        bare = copy(self)
        bare.units, bare.mentions = [], {}
        for at, unit in enumerate(self.units):
            mention = self.mentions.get(at)
            if mention is not None and not keeps(mention):
                words = self.tokens[mention.first : mention.last + 1]
                bare.units += [replace(words[0], gap=unit.gap), *words[1:]]
                continue
            if mention is not None:
                bare.mentions[len(bare.units)] = mention
            bare.units.append(unit)
        bare.reread()
        return bare

    def reread(self) -> None:
        """Find times, amounts and concepts among the units."""
        self.norms = [unit.norm for unit in self.units]
        self.whens = find_times(self.units, self.context.moment)
        self.amounts = _amounts(self.units, self.whens)
        self.found = self._concepts()
        self.own_names = find_own_names(
            self.norms,
            [unit.capital for unit in self.units],
            [(each.concept, each.first, each.last) for each in self.found],
            self.context.vocabulary,
        )
        # A name of the workspace's own stands over what the lexicon reads into its words.
        self.found = [
            each
            for each in self.found
            if not any(one.first <= each.first and each.last <= one.last for one in self.own_names)
        ]
        self.found += [ConceptMention(each.concept, each.first, each.last, 1) for each in self.own_names]
        self.index_concepts()

    def index_concepts(self) -> None:
        """Index the concepts that were found by their names."""
        self.boundaries = None
        self._index: dict[str, list[ConceptMention]] = {}
        for each in self.found:
            self._index.setdefault(each.concept, []).append(each)

    @property
    def clean(self) -> str:
        return self.text.clean

    @property
    def said(self) -> str:
        """Return the words of this request as they were typed, without the requests before it."""
        return self.clean[self.units[0].start :] if self.units else self.clean

    def load_shown(self, references: Sequence[str]) -> list[MentionedRecord]:
        """Load the records that these ids refer to, in order; those that are not visible are left out."""
        keys = {
            each: (parsed[0], parsed[1]) for each in references if (parsed := parse_ref(each)) and parsed[0] in LOADED
        }
        unknown = {each: (kind or "", number) for each, (kind, number) in keys.items() if each not in self.shown}
        loaded = load_mentioned(self.context.scope, unknown.values()) if unknown else {}
        self.shown.update({each: loaded.get(key) for each, key in unknown.items()})
        return [found for each in references if (found := self.shown.get(each)) is not None]

    # Concepts.

    def all(self, *concepts: str) -> list[ConceptMention]:
        return sorted(
            (each for concept in concepts for each in self._index.get(concept, ())), key=lambda each: each.first
        )

    def first(self, *concepts: str) -> ConceptMention | None:
        found = self.all(*concepts)
        return found[0] if found else None

    def in_section(self, section: str) -> list[ConceptMention]:
        return [each for each in self.found if each.concept.startswith(section + ".")]

    def says_deal(self, at: int) -> bool:
        """Tell whether a noun of a deal begins at a unit."""
        return any(each.first == at for each in self.all("kinds.deal"))

    # Places.

    def cut(self, first: int, last: int | None = None) -> str:
        """The text as said, from a unit up to and with another (the end)."""
        if first >= len(self.units):
            return ""
        end = len(self.clean) if last is None else self.units[min(last, len(self.units) - 1)].end
        return self.clean[self.units[first].start : end] if last is None or last >= first else ""

    def ends_with_question(self) -> bool:
        return "?" in self.text.end_gap or any("?" in unit.gap for unit in self.units)

    def breaks(self, at: int) -> bool:
        gap = self.units[at].gap
        if not ENDS.search(gap):
            return False
        return not (gap == "." and at and ABBREVIATED.search(self.units[at - 1].raw + " " + self.cut(at - 1, at - 1)))

    def list_beginnings(self) -> list[int]:
        """List the units with which its sentences begin."""
        return [at for at in range(len(self.units)) if not at or self.breaks(at)]

    def _concepts(self) -> list[ConceptMention]:
        breaks = [self.breaks(at) for at in range(len(self.units))]
        phrases = lexicon().phrases
        raw: list[ConceptMention] = []
        for at in range(len(self.units)):
            best: dict[str, ConceptMention] = {}
            for concept, last, fixed in phrases.at(self.norms, breaks, at):
                kept = best.get(concept)
                if kept is None or (fixed, kept.last) > (kept.fixed, last):
                    best[concept] = ConceptMention(concept, at, last, fixed)
            raw += best.values()
        return [each for each in raw if not any(_hides(other, each) for other in raw)]


def _shift(each: Placed, first: int) -> Placed:
    """Move what was found to its place in a part that begins at `first`."""
    return replace(each, first=each.first - first, last=each.last - first) if first else each


def _hides(other: ConceptMention, each: ConceptMention) -> bool:
    """Whether a longer phrase stands over a shorter one."""
    if other is each or other.fixed <= each.fixed or other.fixed < other.last - other.first + 1:
        return False
    if not (other.first <= each.first and each.last <= other.last):
        return False
    section, hiding = each.concept.partition(".")[0], other.concept.partition(".")[0]
    if section == hiding:
        return section not in ("stats", "terms")
    return section not in KEPT and hiding in SHADOWING and hiding != "moods"


def _collapsed(tokens: Sequence[Token], mentions: Sequence[Mention]) -> tuple[list[Token], dict[int, Mention]]:
    units: list[Token] = []
    places: dict[int, Mention] = {}
    at = 0
    by_start = {mention.first: mention for mention in mentions}
    while at < len(tokens):
        mention = by_start.get(at)
        if mention is None:
            units.append(tokens[at])
            at += 1
            continue
        start, end = tokens[mention.first], tokens[mention.last]
        places[len(units)] = mention
        units.append(
            Token("@", start.raw, start.start, end.end, "name", start.gap, possessive=end.possessive, capital=True)
        )
        at = mention.last + 1
    return units, places


def _amounts(units: Sequence[Token], times: Sequence[TimeMention]) -> list[AmountMention]:
    taken = {at for when in times for at in range(when.first, when.last + 1)}
    found: list[AmountMention] = []
    at = 0
    while at < len(units):
        amount = None if at in taken or units[at].kind == "name" else read_amount_at(units, at)
        if amount is not None and not any(each in taken for each in range(amount.first, amount.last + 1)):
            found.append(amount)
            at = amount.last + 1
        else:
            at += 1
    return found


def sentence_of(text: str | Text, context: Context, focus: FocusView | None, names: YesNoModel) -> Sentence:
    """Read a text into a sentence: words, names (which of them are some, `names` tells), concepts."""
    read = tokenize_text(text) if isinstance(text, str) else text
    learned = context.vocabulary.reading
    own = list_own_words(context.vocabulary) | frozenset(learned.changes["known"] if learned else ())
    read, mentions, products = mentions_in(read, context.scope, names, own)
    sentence = Sentence(read, context, focus, mentions)
    sentence.products = products
    return sentence
