"""Says of a sentence, and of a candidate in it, what the weights were learned on: its features, as short texts."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property
from itertools import pairwise, repeat

from commands import BY_VERB
from commands.language.candidates.argument_candidate import ArgumentCandidate, list_choices
from commands.language.candidates.text_candidates import QUOTE
from commands.language.models.linear_models import YesNoModel
from commands.language.sentences.lexicon import WORDS, lexicon
from commands.language.sentences.sentence import Sentence

MASKS = (("lead", "@lead"), ("contact", "@contact"), ("account", "@account"), ("opportunity", "@deal"))
NO_MARK = re.compile(r"[^.,;!?:\n>|\"']")


@cache
def keep_marks(gap: str) -> str:
    """Keep the marks of punctuation among what stands between two words."""
    return NO_MARK.sub("", gap)


def mask_words(s: Sentence) -> list[str]:
    """List the words of a sentence, with names, times and amounts replaced by what they are.

    The workspace's own statuses, stages and sources are replaced by the usual ones that stand in for them.
    A mask stands in the place of its first word; the others are empty. So what is learned holds for every name.
    """
    words = list(s.norms)
    for own in s.own_names:
        words[own.first : own.last + 1] = own.stand_in()
    for when in s.whens:
        words[when.first : when.last + 1] = [""] * (when.last - when.first + 1)
        words[when.first] = f"{{{when.bound} {when.grain}}}"
    for amount in s.amounts:
        words[amount.first : amount.last + 1] = [""] * (amount.last - amount.first + 1)
        words[amount.first] = "{money}" if amount.money or amount.value >= 500 else "{number}"
    for at, mention in s.mentions.items():
        kinds = {each.kind for each in mention.records}
        other = "@person" if mention.people else "@place" if mention.is_place else "@unknown"
        # “Tom” may be the colleague, or Tom Fletcher.
        if mention.people and kinds:
            words[at] = "@either"
            continue
        # “The Initech deal” is the deal, though leads work there too.
        meant = {"opportunity"} & kinds if s.says_deal(at + 1) else kinds
        words[at] = next((mask for kind, mask in MASKS if kind in (meant or kinds)), other)
    for at, unit in enumerate(s.units):
        if unit.kind in ("email", "phone", "id", "url"):
            words[at] = f"{{{unit.kind}}}"
    return words


def describe_sentence(s: Sentence, words: Sequence[str], known: Collection[str]) -> list[str]:
    """List the features of a whole sentence. `known` are the words that the tables know."""
    said = [word for word in words if word]
    edged = ["<", *said, ">"]
    found = [f"1 {word}" for word in said]
    stems = [cut_ending(word) for word in said]
    found += [f"s {stem}" for stem in stems]
    found += [f"ss {first} {second}" for first, second in pairwise(stems)]
    found += [f"2 {first} {second}" for first, second in pairwise(edged)]
    concepts = [each.concept for each in sorted(s.found, key=lambda each: each.first)]
    found += [f"c {concept}" for concept in concepts]
    found += [f"cc {first} {second}" for first, second in pairwise(concepts)]
    if said:
        found.append(f"first {said[0]}")
    if concepts:
        found.append(f"first c {concepts[0]}")
    found.append(f"length {min(6, len(said) // 3)}")
    if s.ends_with_question():
        found.append("?")
    found += [f"gap {mark}" for mark in {keep_marks(unit.gap) for unit in s.units} if mark]
    masks = [word for word in said if word[0] in "@{"]
    found.append(f"masks {' '.join(masks)}")
    found += [f"count {mask} {min(3, masks.count(mask))}" for mask in set(masks)]
    found.append(f"new words {min(4, sum(word[0] not in '@{' and word not in known for word in said))}")
    found.append(f"focus {s.focus.command}")
    if s.focus.command:
        found.append(f"focus {s.focus.command} {min(4, len(said) // 2)}")
        found += [f"focus {word}" for word in said[:3]]
    found += _describe_ends(s, words)
    return list(dict.fromkeys(found))


def _describe_ends(s: Sentence, words: Sequence[str]) -> Iterator[str]:
    """Describe the first and the last of several sentences by themselves: in one of them is the request."""
    begins = s.list_beginnings()
    if len(begins) < 2:
        return
    for name, first, end in (("F", 0, begins[1]), ("L", begins[-1], len(words))):
        stems = [cut_ending(word) for word in words[first:end] if word]
        yield from (f"{name} {stem}" for stem in stems)
        yield from (f"{name} {one} {other}" for one, other in pairwise(("<", *stems, ">")))
        yield from (f"{name} c {each.concept}" for each in s.found if first <= each.first and each.last < end)
        yield f"{name} length {min(4, len(stems) // 2)}"


def select_memorable(features: Iterable[str]) -> list[str]:
    """Select the features of a sentence by which it is compared with those that were learned: its words, and pairs."""
    return [feature for feature in features if feature.startswith(("s ", "ss "))]


ENDINGS = re.compile(r"(?:ing|ed|es|s|er|est|ly|tion|ions|ment)$")


def cut_ending(word: str) -> str:
    """Cut the ending off a word, so that its forms are one to the weights: `closing`, `closes`, `closed`."""
    return ENDINGS.sub("", word) if len(word) > 4 and word[0] not in "@{" else word


Part = tuple[str, Hashable, Callable[[], Iterable[str]]]
"""One scope, `text` or `log_activity text`, what its features are known by where candidates share them, and these."""


class CandidateDescriber:
    """Describes the candidates in a sentence. What several share is described, and weighed, once."""

    def __init__(self, s: Sentence, words: Sequence[str]) -> None:
        self.s, self.words = s, words
        self.described: dict[Hashable, Sequence[str]] = {}
        self.sums: dict[tuple[str, Hashable], int] = {}
        self.begins = s.list_beginnings()
        self.masks = {
            name: [at for at, word in enumerate(words) if word[:1] == letter]
            for name, letter in (("names", "@"), ("times", "{"))
        }

    @cached_property
    def grades(self) -> list[str]:
        """The sorts of all words, with what stands before the first and behind the last of them."""
        return [_grade_word(self.s, self.words, at) for at in range(-1, len(self.words) + 1)]

    def describe(self, verb: str, each: ArgumentCandidate) -> list[str]:
        """List the features of a candidate for an argument of a command."""
        return [
            f"{scope}|{feature}" if scope else feature
            for scope, shared, describe in self._list_parts(verb, each)
            for feature in self._describe_part(shared, describe)
        ]

    def add_up(self, verb: str, each: ArgumentCandidate, model: YesNoModel) -> int:
        """Add up the weights of a candidate's features; a describer serves one model."""
        total = model.bias
        for scope, shared, describe in self._list_parts(verb, each):
            found = self.sums.get((scope, shared)) if shared else None
            if found is None:
                get = model.scoped.get(scope, {}).get
                found = sum(map(get, self._describe_part(shared, describe), repeat(0)))
                if shared:
                    self.sums[scope, shared] = found
            total += found
        return total

    def _list_parts(self, verb: str, each: ArgumentCandidate) -> Iterator[Part]:
        s, words, argument, whole = self.s, self.words, each.argument, f"{verb} {each.argument}"
        sort, first, last, contest = each.sort, each.first, each.last, (each.is_text, each.contested_by)
        # Many candidates of one sort begin or end at the same word, so that each end is described by itself.
        own = self._find_own_sentence(first) if first >= 0 else (0, len(words))
        for scope in (argument, whole):
            yield scope, own, lambda: _describe_said(s, words, *own)
            yield scope, ("sort", sort), lambda: (f"sort {sort}",)
            if each.value in list_choices(BY_VERB[verb], argument):
                yield scope, ("value", each.value), lambda: (f"value {each.value}",)
            if first >= 0:
                yield scope, ("start", sort, first), lambda: _describe_start(s, words, sort, first)
                yield scope, ("end", sort, last), lambda: _describe_end(s, words, sort, last)
                yield scope, ("place", first, last), lambda: _describe_place(s, words, first, last)
                yield scope, ("shape", first, last), lambda: _describe_shape(self.grades, first, last)
                yield scope, ("over", contest), lambda: (f"over {contest[0]} {one}" for one in contest[1] or NO_OTHER)
        yield whole, None, lambda: (f"rivals {min(3, len(each.rivals))} {'' if each.is_text else each.sort}",)
        if each.rivals and not each.is_text:
            yield "", None, lambda: _describe_correction(s, each)
        if each.sort.startswith("kept"):
            yield "", None, lambda: _describe_kept(words, each)
        if each.sort.startswith("inferred"):
            yield "", None, lambda: _describe_inferred(words, verb, each)
        if each.is_text:
            yield argument, ("inside", each.first, each.last), lambda: _describe_text(s, words, self.masks, each)
            yield argument, ("before", each.first), lambda: _describe_before(s, words, each.first)
            yield argument, ("after", each.last), lambda: _describe_after(words, each.last)

    def _find_own_sentence(self, at: int) -> tuple[int, int]:
        """Find where the sentence in which a word stands begins and ends."""
        if len(self.begins) > MOST_SENTENCES:
            return 0, len(self.words)
        number = bisect_right(self.begins, at)
        return self.begins[number - 1], self.begins[number] if number < len(self.begins) else len(self.words)

    def _describe_part(self, shared: Hashable, describe: Callable[[], Iterable[str]]) -> Iterable[str]:
        if shared is None:
            return describe()
        found = self.described.get(shared)
        if found is None:
            found = self.described[shared] = tuple(dict.fromkeys(describe()))
        return found


NO_OTHER = ("-",)
MOST_SENTENCES = 8
"""Of a message with more sentences a candidate is described by all of them alike, which takes no longer for more."""


def _describe_said(s: Sentence, words: Sequence[str], first: int, end: int) -> Iterator[str]:
    """List what is said in the sentence of a candidate, and what in others beside it."""
    said = [(one.first, f"c {one.concept}") for one in s.found]
    said += [(at, f"w {cut_ending(word)}") for at, word in enumerate(words) if word]
    yield from (fact if first <= at < end else f"other {fact}" for at, fact in said)


def _describe_start(s: Sentence, words: Sequence[str], sort: str, first: int) -> Iterator[str]:
    before = _word_at(words, first - 1)
    yield f"before {before}"
    yield f"before {_word_at(words, first - 2)} {before}"
    yield f"sort before {sort} {before}"
    yield f"is {_word_at(words, first)}"
    yield from (f"earlier {_word_at(words, at)}" for at in range(first - 5, first - 2))
    yield f"starts {first == 0}"
    yield f"gap {keep_marks(s.units[first].gap)[:2]}"
    yield from (f"c before {concept.concept}" for concept in s.found if concept.last in (first - 1, first - 2))


def _describe_end(s: Sentence, words: Sequence[str], sort: str, last: int) -> Iterator[str]:
    after = _word_at(words, last + 1)
    yield f"after {after}"
    yield f"after {after} {_word_at(words, last + 2)}"
    yield f"sort after {sort} {after}"
    yield from (f"later {_word_at(words, at)}" for at in range(last + 2, last + 5))
    yield f"ends {last == len(words) - 1}"
    yield from (f"c after {concept.concept}" for concept in s.found if concept.first in (last + 1, last + 2))


def _describe_place(s: Sentence, words: Sequence[str], first: int, last: int) -> Iterator[str]:
    yield f"around {_word_at(words, first - 1)} {_word_at(words, last + 1)}"
    yield f"capital {s.units[first].capital} {s.units[last].capital}"
    yield from (f"c in {concept.concept}" for concept in s.found if concept.first <= first and last <= concept.last)


def _describe_shape(grades: Sequence[str], first: int, last: int) -> Iterator[str]:
    """Tell what sorts of words a candidate is made of and stands between: `Head of Sales`, `Olga Reyes`."""
    inside, most = grades[first + 1 : last + 2], min(4, last - first)
    yield f"shape {' '.join(inside[:3])} {most}"
    yield f"shape < {grades[first]} {inside[0]} {inside[-1]} {grades[last + 2]}"
    yield f"shape j {any(grade[0] == JOB for grade in inside)}"
    yield f"shape s {min(3, sum(grade[0] == STRANGE for grade in inside))} {most}"


JOB, TITLE, ORDINARY, STRANGE = "j", "t", "o", "s"


def _grade_word(s: Sentence, words: Sequence[str], at: int) -> str:
    """Grade a word: of a job, a title before a name, an ordinary one, or strange; and whether it has a capital."""
    if not 0 <= at < len(words):
        return "-"
    norm = s.norms[at]
    if not words[at] or words[at][0] in "@{":
        return words[at][:2] or "_"
    if norm in WORDS["jobs"] or norm in WORDS["departments"]:
        grade = JOB
    elif norm in WORDS["titles"]:
        grade = TITLE
    else:
        grade = ORDINARY if norm in lexicon().ordinary else STRANGE
    return f"{grade}{int(s.units[at].capital)}"


def _describe_correction(s: Sentence, each: ArgumentCandidate) -> list[str]:
    """Tell whether a candidate was taken back, or stands for one that was: `Monday, sorry, Tuesday`."""
    if each.first < 0 or each.is_text or not each.rivals:
        return []
    for at in s.all("moods.correction"):
        if 0 < each.first - at.last <= NEAR:
            return [f"corrects {s.norms[at.first]}", "corrects"]
        if 0 < at.first - each.last <= NEAR:
            return [f"corrected {s.norms[at.first]}", "corrected"]
    return []


NEAR = 3
"""How many words a correction stands from what it is about."""


def _word_at(words: Sequence[str], at: int) -> str:
    return "<" if at < 0 else ">" if at >= len(words) else words[at] or "_"


def _describe_kept(words: Sequence[str], each: ArgumentCandidate) -> list[str]:
    said = [word for word in words if word]
    # “Whatever their status”, “any source” says which condition is meant.
    own = [before for before, word in pairwise(["<", *said]) if word[:OWN_WORD] == each.argument[:OWN_WORD]]
    facts = [*said, f"first {said[0] if said else ''}", f"length {min(8, len(said))}", *(f"own {one}" for one in own)]
    facts = list(dict.fromkeys([*facts, *(f"rival {rival}" for rival in each.rivals)]))
    return [f"kept {fact}" for fact in facts] + [f"kept {each.argument} {fact}" for fact in facts]


OWN_WORD = 5
"""How many letters of the name of an argument a word begins with that means it."""


def _describe_inferred(words: Sequence[str], verb: str, each: ArgumentCandidate) -> list[str]:
    """Describe a value that no word says by itself: by all of the sentence."""
    stems = [cut_ending(word) for word in words if word]
    facts = [*stems, *(f"{first} {second}" for first, second in pairwise(stems))]
    facts += [f"rival {rival}" for rival in each.rivals] or ["no rival"]
    return [f"{verb} {each.sort} {fact}" for fact in dict.fromkeys(facts)]


def _describe_text(
    s: Sentence, words: Sequence[str], masks: Mapping[str, Sequence[int]], each: ArgumentCandidate
) -> Iterator[str]:
    first, last = each.first, each.last
    yield f"words {min(8, last + 1 - first)}"
    yield f"last {_word_at(words, last)}"
    yield f"begins {_word_at(words, first)} {_word_at(words, first + 1)}"
    following = _word_at(words, last + 1)
    mark = keep_marks(s.units[last + 1].gap)[:1] if last + 1 < len(words) else ">"
    yield f"ends at {mark or following}"
    closing = s.units[last + 1].gap if last + 1 < len(words) else s.text.end_gap
    yield f"quoted {bool(QUOTE.search(s.units[first].gap))} {bool(QUOTE.search(closing))}"
    for name, places in masks.items():
        before, within = bisect_left(places, first), bisect_right(places, last)
        yield f"{name} {min(2, before)} {min(2, within - before)} {min(2, len(places) - within)}"
    yield f"words before {min(8, first)}"
    yield f"words after {min(4, len(words) - last - 1)}"
    for at in range(first + 1, last + 1):
        if mark := keep_marks(s.units[at].gap)[:1]:
            yield f"mark inside {mark}"
    for concept in s.found:
        if first <= concept.first and concept.last <= last:
            yield f"c inside {concept.concept}"


def _describe_before(s: Sentence, words: Sequence[str], first: int) -> Iterator[str]:
    yield from (f"before somewhere {word}" for word in words[:first])
    yield from (f"c earlier {concept.concept}" for concept in s.found if concept.last < first)


def _describe_after(words: Sequence[str], last: int) -> Iterator[str]:
    yield from (f"after somewhere {word}" for word in words[last + 1 :])
