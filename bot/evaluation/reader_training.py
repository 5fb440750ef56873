"""Learns the weights of the reader from tables of sentences: which command, which candidates, how far to trust."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from bot.evaluation.example_judging import JudgedExample, judge_candidates, judge_example
from bot.evaluation.model_fitting import SEEN_ENOUGH, fit_classes, fit_groups, fit_trees, fit_yes_no
from bot.evaluation.training_examples import Example, fits_value, list_values
from commands import BY_VERB
from commands.contract.arguments import FreeWords
from commands.contract.command import Command
from commands.language.candidates.argument_candidate import list_choices
from commands.language.candidates.candidates import find_candidates
from commands.language.candidates.text_candidates import TEXTS, TextEdges
from commands.language.models.linear_models import ClassModel, YesNoModel
from commands.language.models.sentence_memory import SentenceMemory, make_memory
from commands.language.models.tree_model import TreeModel
from commands.language.readings.clauses import (
    BOTH,
    focus_after,
    split_requests,
)
from commands.language.readings.features import cut_ending, describe_sentence, mask_words, select_memorable
from commands.language.readings.reading import NOTHING, name_call
from commands.language.readings.readings import (
    ABSENT,
    PERIOD,
    ReadSentence,
    choose_view,
    describe_choice,
    fill_arguments,
    list_choices_of,
    look_at,
)
from commands.language.readings.trust import compare_sums, describe_parting
from commands.language.readings.weights import Weights
from commands.language.sentences.sentence import Sentence
from storage.names.normalise import split_words

MOST_TELLING = {"commands": 22000, "candidates": 50000, "trust": 9000, "boundaries": 6000, "names": 3000}
"""How many features a model keeps."""

KNOWN_ENOUGH = 3

CUE_SEEN, CUE_SHARE, CUE_LIFT = 3, 0.4, 1.5
"""How often, in what share of its sentences, and how much more than other words a word comes with a value that it is
then a cue for."""

FOLDS = 3


def train_names(facts: Sequence[tuple[list[str], bool]]) -> YesNoModel:
    """Learn which ordinary words are names where they stand."""
    return fit_yes_no([features for features, _ in facts], [meant for _, meant in facts], 1.0, MOST_TELLING["names"])


def split_example(example: Example, weights: Weights) -> list[Example]:
    """Split a message of several requests into an example of each; none where it does not part as its calls do."""
    calls = (example.calls[0], *example.also)
    parts = split_requests(example.sentence, weights)
    if len(parts) != len(calls):
        return []
    found: list[Example] = []
    for part, call in zip(parts, calls, strict=True):
        kind = BY_VERB.get(str(call["command"]))
        if kind is None or not _says_free_words(part, call, kind):
            return []
        if found:
            seen = look_at(found[-1].sentence, weights)
            before = fill_arguments(seen, BY_VERB[found[-1].verb], weights.commands.weigh(seen.features), weights)
            part.focus = focus_after(before, part)
        found.append(Example(part, (call,), example.voice))
    return found


def _says_free_words(part: Sentence, call: Mapping[str, Any], kind: type[Command]) -> bool:
    """Tell whether the free words of a call stand in a part: where they do not, the message parted elsewhere."""
    said = {*split_words(part.said)}
    given = call.get("arguments", {})
    return all(
        said.issuperset(split_words(str(given[name]))) for name in kind.marked_fields(FreeWords) if name in given
    )


def train_reader(
    examples: Sequence[Example],
    say: Callable[[str], None] = lambda _: None,
    *,
    folds: int = FOLDS,
    splitter: Weights | None = None,
) -> Weights:
    """Learn all weights. The same examples give the same weights, in whatever order they come.

    With the weights of an earlier round as a `splitter`, the requests of longer messages are learned from too.
    """
    single = [each for each in examples if not each.several]
    if splitter is not None:
        single += [part for each in examples if each.several for part in split_example(each, splitter)]
    several = [each for each in examples if each.several]
    openings = _find_openings(examples)
    judged: list[JudgedExample] = []
    for fold, (learned, tested) in enumerate(_split_by_voice([*single, *several], folds)):
        partial = _train_models([each for each in learned if not each.several])
        partial.openings, partial.memory = openings, _remember_examples(learned)
        judged += [judge_example(each, partial) for each in tested]
        say(f"fold {fold + 1} of {folds}: {len(learned)} sentences learned, {len(tested)} tried")
    weights = _train_models(single)
    weights.openings, weights.memory = openings, _remember_examples([*single, *several])
    weights.boundaries, weights.trust, weights.trees = train_trust(judged)
    return weights


def _remember_examples(examples: Sequence[Example]) -> SentenceMemory:
    """Remember sentences with the call that each asks for; of several requests it is none of the calls."""
    return make_memory(
        (
            select_memorable(describe_sentence(each.sentence, mask_words(each.sentence), ())),
            BOTH if each.several else name_call(each.verb, each.arguments),
        )
        for each in examples
    )


def train_trust(judged: Sequence[JudgedExample]) -> tuple[ClassModel, YesNoModel, TreeModel]:
    """Learn where messages part, and how far to trust a reading: also by whether its message seems to part.

    What goes into trust is weighed by models that were not taught the sentence: the chance that it parts, and for the
    trees what the linear model makes of it.
    """
    parted: list[JudgedExample] = []
    for learned, tested in _split_by_voice(judged, FOLDS):
        boundaries = _fit_boundaries(learned)
        parted += [_weigh_parting(each, boundaries) for each in tested]
    figures: list[list[float]] = []
    right: list[bool] = []
    for learned, tested in _split_by_voice(parted, FOLDS):
        linear = _fit_linear_trust(learned)
        for each in tested:
            sums = [linear.add_up(way.facts) for way in each.ways]
            figures += [[*way.figures, *compare_sums(own, sums)] for way, own in zip(each.ways, sums, strict=True)]
            right += [way.right for way in each.ways]
    return _fit_boundaries(judged), _fit_linear_trust(parted), fit_trees(figures, right)


def _fit_boundaries(judged: Sequence[JudgedExample]) -> ClassModel:
    places = [place for each in judged for place in each.boundaries]
    return fit_classes([facts for facts, _ in places], [how for _, how in places], 0.3, MOST_TELLING["boundaries"])


def _weigh_parting(judged: JudgedExample, boundaries: ClassModel) -> JudgedExample:
    """Add to the readings of a message how likely it is several requests."""
    chance = max((boundaries.weigh(facts).get(BOTH, 0.0) for facts, _ in judged.boundaries), default=0.0)
    ways = [
        replace(way, facts=[*way.facts, *describe_parting(chance)], figures=[*way.figures, chance])
        for way in judged.ways
    ]
    return replace(judged, ways=ways)


def _fit_linear_trust(judged: Sequence[JudgedExample]) -> YesNoModel:
    ways = [way for each in judged for way in each.ways]
    return fit_yes_no([way.facts for way in ways], [way.right for way in ways], 0.3, MOST_TELLING["trust"])


OfVoice = TypeVar("OfVoice", Example, JudgedExample)


def _split_by_voice(examples: Sequence[OfVoice], count: int) -> Iterator[tuple[list[OfVoice], list[OfVoice]]]:
    """Split by voice, so that nobody is tried on what was learned from themselves."""
    sizes = Counter(each.voice for each in examples)
    folds: dict[int, int] = dict.fromkeys(range(count), 0)
    fold_of: dict[str, int] = {}
    for voice, size in sorted(sizes.items(), key=lambda pair: (-pair[1], pair[0])):
        fold_of[voice] = min(folds, key=lambda fold: (folds[fold], fold))
        folds[fold_of[voice]] += size
    for fold in range(count):
        tested = [each for each in examples if fold_of[each.voice] == fold]
        if tested:
            yield [each for each in examples if fold_of[each.voice] != fold], tested


def _train_models(examples: Sequence[Example]) -> Weights:
    known = _find_known_words(examples)
    edges = _find_edges(examples)
    weights = Weights(ClassModel(), {}, YesNoModel(), YesNoModel(), known, edges)
    seen = [look_at(each.sentence, weights) for each in examples]
    weights.commands = fit_classes(
        [each.features for each in seen], [each.verb for each in examples], 0.7, MOST_TELLING["commands"]
    )
    weights.choices = _train_choices(examples, seen)
    weights.candidates = _train_candidates(examples, seen, edges)
    weights.usual = _find_usual_words(examples, seen, edges)
    return weights


def _find_openings(examples: Sequence[Example]) -> frozenset[str]:
    """Find the words with which requests begin."""
    counts = Counter(each.sentence.norms[0] for each in examples if each.sentence.norms and each.verb != NOTHING)
    return frozenset(word for word, count in counts.items() if count >= KNOWN_ENOUGH and word.isalpha())


def _find_usual_words(
    examples: Sequence[Example], seen: Sequence[ReadSentence], edges: TextEdges
) -> dict[str, frozenset[str]]:
    """Find for each command the words that come with it beside its arguments."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for each, look in zip(examples, seen, strict=True):
        if each.verb == NOTHING:
            continue
        kind = BY_VERB[each.verb]
        view = choose_view(look, each.verb)
        covered: set[int] = set()
        chosen = list_choices_of(kind)
        for candidate in find_candidates(view.sentence, kind, edges):
            if candidate.argument in chosen:
                # Chosen from the whole sentence: no word of it is taken up by the argument.
                continue
            if candidate.argument in each.arguments and fits_value(candidate, each.arguments[candidate.argument], kind):
                covered.update(range(candidate.first, candidate.last + 1))
        counts[each.verb].update({cut_ending(word) for at, word in enumerate(view.words) if word and at not in covered})
    return {
        verb: frozenset(word for word, count in words.items() if count >= SEEN_ENOUGH)
        for verb, words in sorted(counts.items())
    }


def _find_known_words(examples: Sequence[Example]) -> frozenset[str]:
    counts = Counter(word for each in examples for word in set(mask_words(each.sentence)) if word)
    return frozenset(word for word, count in counts.items() if count >= KNOWN_ENOUGH and word[0] not in "@{")


def _find_edges(examples: Sequence[Example]) -> TextEdges:
    """Find the words that stand before and behind the free words of the tables."""
    openers: Counter[str] = Counter()
    closers: Counter[str] = Counter()
    for each in examples:
        norms = each.sentence.norms
        for name, value in each.arguments.items():
            if name in TEXTS and isinstance(value, str):
                place = _find_words(each.sentence, value)
                if place is not None:
                    openers.update(norms[place[0] - 1 : place[0]] if place[0] else ())
                    closers.update(norms[place[1] + 1 : place[1] + 2])
    return TextEdges(
        frozenset(word for word, count in openers.items() if count >= SEEN_ENOUGH and word.isalpha()),
        frozenset(word for word, count in closers.items() if count >= SEEN_ENOUGH and word.isalpha()),
        _find_cues(examples),
    )


def _find_cues(examples: Sequence[Example]) -> dict[str, list[str]]:
    """Find the words with which a value of a closed set is mostly given."""
    together: Counter[tuple[str, str]] = Counter()
    alone: Counter[tuple[str, str]] = Counter()
    given: Counter[str] = Counter()
    possible: Counter[str] = Counter()
    for each in examples:
        kind = BY_VERB.get(each.verb)
        words = {word for word in each.sentence.norms if word.isalpha()}
        for name in kind.model_fields if kind is not None else ():
            if kind is not None and list_choices(kind, name):
                alone.update((word, name) for word in words)
                possible[name] += 1
                if name in each.arguments:
                    values = [f"{name}={value}" for value in list_values(each.arguments[name])]
                    given.update(values)
                    together.update((word, value) for value in values for word in words)
    found: dict[str, list[str]] = defaultdict(list)
    for (word, value), count in sorted(together.items()):
        name = value.partition("=")[0]
        usual = given[value] / possible[name]
        if count >= CUE_SEEN and count / alone[word, name] >= max(CUE_SHARE, CUE_LIFT * usual):
            found[word].append(value)
    return dict(found)


def _find_words(s: Sentence, text: str) -> tuple[int, int] | None:
    at = s.clean.lower().find(text.lower())
    if at < 0:
        return None
    inside = [number for number, unit in enumerate(s.units) if at <= unit.start and unit.end <= at + len(text)]
    return (inside[0], inside[-1]) if inside else None


def _train_choices(examples: Sequence[Example], seen: Sequence[ReadSentence]) -> dict[str, ClassModel]:
    rows: dict[str, list[list[str]]] = defaultdict(list)
    values: dict[str, list[str]] = defaultdict(list)
    for each, look in zip(examples, seen, strict=True):
        if each.verb == NOTHING:
            continue
        for name in list_choices_of(BY_VERB[each.verb]):
            rows[name].append([*look.features, *describe_choice(look, BY_VERB[each.verb], name)])
            given = each.arguments.get(name, ABSENT)
            values[name].append(PERIOD if isinstance(given, dict) else str(given))
    return {name: fit_classes(rows[name], values[name], strength=2) for name in sorted(rows)}


def _train_candidates(examples: Sequence[Example], seen: Sequence[ReadSentence], edges: TextEdges) -> YesNoModel:
    groups = [
        group
        for each, look in zip(examples, seen, strict=True)
        if each.verb != NOTHING
        for group in judge_candidates(each, look, edges)
    ]
    return fit_groups(groups, 1.0, MOST_TELLING["candidates"])
