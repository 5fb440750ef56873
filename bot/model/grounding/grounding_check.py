"""Whether a sentence of the model stands on what the tools returned.

One rule: each figure, time, name, value and quote in it stands in a result of this turn, and in the record or row of
the name that it is said of. What is said in too odd a way fails with what is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import dataclass
from functools import cached_property

from bot.model.grounding.claims import DATA, WORDS, FigureClaim, Place, Unit, cover, looks_named, read_claims
from bot.model.grounding.ground import OVERALL, NameClaim, TurnEvidence, cut, join
from commands.language.sentences.lexicon import lexicon
from commands.values.number_words import ORDINALS
from commands.values.time_words import MONTHS
from storage.names.text_lengths import LONGEST_SAID

QUOTE = re.compile(r"[“”\"„«]([^“”\"„«»]*)[“”\"»]")
LONGEST_QUOTE = 160
FEWEST_QUOTED, FEWEST_OWN_WORDS = 3, 2
KINDS = {word: words.split() for words in DATA["kinds"].values() for word in words.split()}
"""A word for a kind of record -> all words for it."""


def is_grounded(sentence: str, ground: TurnEvidence) -> bool:
    """Whether everything that a sentence claims stands in the ground."""
    if len(sentence) > LONGEST_SAID:
        return False
    quotes = QUOTE.findall(sentence)
    if any(len(quote) > LONGEST_QUOTE for quote in quotes):
        return False
    # A word or two in quotation marks is a way of saying them: they must hold like any others.
    own = QUOTE.sub(lambda found: " … " if len(found[1].split()) >= FEWEST_QUOTED else found[0], sentence)
    return all(ground.find_texts(join(cut(quote))) for quote in quotes) and _SentenceCheck(own, ground).holds(
        fewest=FEWEST_OWN_WORDS if quotes else 0
    )


@dataclass
class NamedGroup:
    """Names in a row, from word `first` to word `last`, with the records and rows of each that is named."""

    first: int
    last: int
    members: list[Set[str]]


class _SentenceCheck:
    """A sentence with all that it names and claims."""

    def __init__(self, sentence: str, ground: TurnEvidence) -> None:
        self.ground = ground
        self.tokens = cut(sentence)
        self.norms = [token.norm for token in self.tokens]
        found = [each for each in ground.find_names(self.tokens) if each.is_name or not self._opens(each.first)]
        self.values = [each for each in found if not each.is_name]
        self.figures, self.times = read_claims(self.tokens, cover(found), ground.moment)
        self.taken = cover((*found, *self.figures, *self.times))
        self.groups: list[NamedGroup] = []
        self.fits = all(self._join_group(each) for each in found if each.is_name)

    def holds(self, fewest: int) -> bool:
        """Whether it says something of at least this many words, and all of it holds."""
        values = [(each, each.owners) for each in (*self.values, *self._list_unknown_names())]
        return (
            self.fits
            and len(self.tokens) >= fewest
            and all(self._is_plain(at) for at in range(len(self.tokens)) if at not in self.taken)
            and all(self._figure_holds(each) for each in self.figures)
            and all(self._value_holds(each, owners) for each, owners in values)
            and all(self._value_holds(each, self.ground.find_days(each)) for each in self.times)
        )

    def _opens(self, at: int) -> bool:
        """Whether an ordinary word stands where any word has a capital letter."""
        begins = at == 0 or re.search(r"[.!?:;…\"“]", self.tokens[at].gap)
        return bool(begins) and (self.norms[at] in WORDS["openers"] or self.norms[at] in lexicon().ordinary)

    def _join_group(self, name: NameClaim) -> bool:
        """Add a name to those before it, or begin a new group; False where its record has no such name."""
        group = self.groups[-1] if self.groups else None
        between = self.norms[group.last + 1 : name.first] if group else []
        links = [word for word in between if word != "the"]
        listed = links in (["and"], ["or"]) or (not between and "," in self.tokens[name.first].gap)
        if group is None or not (listed or not between or WORDS["joins"].intersection(links[-1:])):
            self.groups.append(NamedGroup(name.first, name.last, [name.owners]))
            return True
        group.last = name.last
        common = group.members[-1] & name.owners
        if common and not (listed and between):
            group.members[-1] = common
        elif listed:
            group.members.append(name.owners)
        return listed or bool(common)

    def _list_unknown_names(self) -> list[NameClaim]:
        """Words that look like names and are none that were found, those in a row together."""
        found: list[NameClaim] = []
        for at, token in enumerate(self.tokens):
            if at in self.taken or self.norms[at] in WORDS["capitals"] or self._opens(at) or not looks_named(token):
                continue
            first = found.pop().first if found and found[-1].last == at - 1 and not token.gap else at
            owners = self.ground.find_texts(join(self.tokens[first : at + 1]))
            found.append(NameClaim(first, at, frozenset(owners), is_name=False))
        return found

    def _is_plain(self, at: int) -> bool:
        """Whether a word claims nothing, or stands in a result: no digits that were not read, no status, no dozens."""
        word, before = self.norms[at], self.norms[at - 1] if at else ""
        unread = any(letter.isdigit() for letter in word) or (word in MONTHS and looks_named(self.tokens[at]))
        if unread or (before == "every" and word in ("other", *ORDINALS)):
            return False
        if word in KINDS and self.ground.heads:
            return any(self.ground.find_texts(f" {each} ") for each in KINDS[word])
        # “Lost 2 points” says how much, and not what became of a deal.
        told = word in self._closed and not any(each.first == at + 1 for each in self.figures)
        claimed = word in WORDS["quantities"] or (told and not self._is_negated(at))
        return not claimed or OVERALL in self.ground.find_texts(f" {word} ")

    @cached_property
    def _closed(self) -> Set[str]:
        """Words for how a record may be, whether or not one is: statuses, stages, bands."""
        words = self.ground.moment.vocabulary
        named = " ".join([each.name for each in words.statuses] + [each.name for each in words.stages])
        return WORDS["closed"] | {token.norm for token in cut(named)} - WORDS["not_closed"]

    def _find_subject(self, claim: Place) -> NamedGroup | None:
        """Whom a claim is said of: the names before it, else those behind."""
        before = next((each for each in reversed(self.groups) if each.first < claim.first), None)
        return before or next(iter(self.groups), None)

    def _is_negated(self, first: int) -> bool:
        return bool(WORDS["negated"].intersection(self.norms[max(0, first - 2) : first]))

    def _value_holds(self, claim: Place, owners: Set[str]) -> bool:
        """Whether a value or a time is that of each record that it is said of."""
        subject = self._find_subject(claim)
        records, negated = self.ground.records, self._is_negated(claim.first)
        if not owners or OVERALL in owners or subject is None:
            every = WORDS["every"].intersection(self.norms[: claim.first]) and owners <= records
            return bool(owners) and not negated and (not every or owners == records)
        # A row has no status.
        members = [each & records if owners <= records else each for each in subject.members]
        return all(not each or bool(each & owners) != negated for each in members)

    def _figure_holds(self, claim: FigureClaim) -> bool:
        if claim.value in self.ground.asked and "asked" in self.norms:
            return True
        subject = self._find_subject(claim)
        owners = self.ground.find_figures(claim)
        named = set().union(*subject.members) if subject else self.ground.subjects
        overall = subject is None or subject.first > claim.first or self._is_overall(claim, subject)
        # “$67,000 in commit, and $5,500 closed”: a row is named by what its figure is called.
        called = (
            self.ground.names.get(claim.label.replace("_", " "), set()) if not named & self.ground.records else set()
        )
        holds = owners & (named | called) or (overall and OVERALL in owners) or self._counts(claim, subject)
        return bool(holds) and not self._is_negated(claim.first)

    def _is_overall(self, claim: FigureClaim, subject: NamedGroup) -> bool:
        """Whether a figure behind a name is one over all: “of your nine deals”; “of $83,500”."""
        between = [word for word in self.norms[subject.last + 1 : claim.first] if word != "the"]
        said = join(self.tokens[subject.first : subject.last + 1])
        told = between[-1:] == ["of"] or WORDS["all"].intersection(between)
        return bool(told) or any(said in each for each in self.ground.heads)

    def _counts(self, claim: FigureClaim, subject: NamedGroup | None) -> bool:
        """Whether so many are named, or so many of those named (of all, where nobody is) have what is said next."""
        before = subject if subject and subject.first < claim.first else None
        counted = self.ground.listed.intersection(*(before.members[:1] if before else ()))
        said: dict[int, Set[str]] = {each.first: each.owners for each in self.values}
        said |= {each.first: self.ground.find_days(each) for each in self.times}
        ahead = min((at for at in said if at > claim.last), default=None)
        found = [len(counted & said[ahead])] if counted and ahead is not None else []
        # That somebody has one or none is no count of names.
        found += [count for count in (len(counted), len(before.members)) if count > 1] if before else []
        return claim.unit is Unit.NUMBER and not claim.turn and claim.value in found
