"""Learns the weights of the reader from tables of sentences: which command, which candidates, how far to trust."""

from __future__ import annotations

import warnings
from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from sys import intern
from typing import Any

import numpy
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from bot.evaluation.sentence_table import OPTIONAL_ARGUMENTS, Case, equal_values
from commands import BY_VERB
from commands.contract.arguments import FreeWords
from commands.contract.command import Command
from commands.contract.context import Context
from commands.language.candidates import TEXTS, ArgumentCandidate, TextEdges, find_candidates, list_choices
from commands.language.clauses import (
    BOTH,
    FIRST,
    SECOND,
    WHOLE,
    Boundary,
    find_boundaries,
    focus_after,
    split_requests,
    take_part,
)
from commands.language.features import cut_ending, describe_candidate, mask_words
from commands.language.linear_models import SCALE, ClassModel, YesNoModel
from commands.language.names import describe_mention, find_possible_mentions
from commands.language.readings import (
    ABSENT,
    NOTHING,
    PERIOD,
    Reading,
    ReadSentence,
    choose_view,
    describe_choice,
    describe_reading,
    fill_arguments,
    group_candidates,
    is_kept,
    list_choices_of,
    look_at,
    rank_commands,
)
from commands.language.sentence import FocusView, Sentence, sentence_of
from commands.language.weights import Weights
from commands.values.text import tokenize_text
from storage.names.normalise import fold_text

SEEN_ENOUGH = 2
LEAST = 5
"""The least weight for a command that is kept, in hundredths: smaller ones change little and fill the file."""
MOST_STEPS, ROUGH_STEPS = 300, 60
"""How many steps a fit takes at most, and how many are enough to see which features tell the most."""
MOST_TELLING = {"commands": 14000, "candidates": 32000, "trust": 4000, "names": 3000}
"""How many features a model keeps."""
"""How often a feature has to occur to be learned from."""
KNOWN_ENOUGH = 3
CUE_SEEN, CUE_SHARE = 3, 0.4
"""How often, and in what share of its sentences, a word comes with a value that it is then a cue for."""
FOLDS = 3
EMPTY = Weights(ClassModel(), {}, YesNoModel(), YesNoModel(), frozenset(), TextEdges(frozenset(), frozenset()))


@dataclass
class Example:
    """A sentence of a table, and the calls that are right for it, the expected one first."""

    sentence: Sentence
    calls: tuple[dict[str, Any], ...]
    voice: str
    also: tuple[dict[str, Any], ...] = ()
    """The further calls of a message that asks for several things."""

    @property
    def several(self) -> bool:
        return bool(self.also)

    @property
    def verb(self) -> str:
        return str(self.calls[0]["command"] or NOTHING)

    @property
    def arguments(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.calls[0].get("arguments", {})
        return found


def make_example(case: Case, context: Context, focus: FocusView, voice: str, names: YesNoModel) -> Example:
    """Make an example of a line of a table; `names` tells which ordinary words name somebody."""
    calls = (case.expect, *case.expect.get("any", ()))
    # Where a table takes both, it is better to say that a name is not found than not to understand.
    if calls[0]["command"] is None:
        calls = tuple(sorted(calls, key=lambda call: call.get("state") != "not_found"))
    return Example(sentence_of(case.say, context, focus, names), calls, voice, tuple(case.expect.get("also", ())))


NAMING = frozenset("name owner account contact company team product search".split())
"""Arguments that take names."""


def judge_mentions(case: Case, context: Context) -> Iterator[tuple[list[str], bool]]:
    """List the ordinary words of a line that may be names: what tells it, and whether a right call names them."""
    calls = [case.expect, *case.expect.get("any", ()), *case.expect.get("also", ())]
    values = {
        fold_text(str(value)) for call in calls for name, value in call.get("arguments", {}).items() if name in NAMING
    }
    if all(call["command"] is None for call in calls):
        return
    text, found = find_possible_mentions(tokenize_text(case.say), context.scope, frozenset())
    for each in found:
        if not each.sure:
            names = {name for record in (*each.records, *each.people) for name in (record.name, record.company)}
            names |= {record.product for record in each.records if record.kind == "opportunity"}
            meant = any(name and fold_text(name) in values for name in names)
            yield list(describe_mention(text, each, found)), meant


def train_names(facts: Sequence[tuple[list[str], bool]]) -> YesNoModel:
    """Learn which ordinary words are names where they stand."""
    return _fit_yes_no([features for features, _ in facts], [meant for _, meant in facts], 1.0, MOST_TELLING["names"])


def split_example(example: Example, weights: Weights) -> list[Example]:
    """Split a message of several requests into an example of each; none where it does not part as its calls do."""
    calls = (example.calls[0], *example.also)
    parts = split_requests(example.sentence, weights)
    if len(parts) != len(calls):
        return []
    found: list[Example] = []
    for part, call in zip(parts, calls, strict=True):
        kind = BY_VERB.get(str(call["command"]))
        if kind is None:
            return []
        if found:
            seen = look_at(found[-1].sentence, weights)
            before = fill_arguments(seen, BY_VERB[found[-1].verb], weights.commands.weigh(seen.features), weights)
            part.focus = focus_after(before, part)
        found.append(Example(part, (call,), example.voice))
    return found


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
    trust: list[tuple[list[str], bool]] = []
    for fold, (learned, tested) in enumerate(_split_by_voice(single, folds)):
        partial = _train_models(learned)
        trust += [fact for each in tested for fact in judge_ways(each, partial)]
        say(f"fold {fold + 1} of {folds}: {len(learned)} sentences learned, {len(tested)} tried")
    weights = _train_models(single)
    weights.openings = _find_openings(examples)
    weights.boundaries = _train_boundaries(examples, weights)
    weights.trust = _fit_yes_no(
        [facts for facts, _ in trust], [right for _, right in trust], 0.3, MOST_TELLING["trust"]
    )
    return weights


def _split_by_voice(examples: Sequence[Example], count: int) -> Iterator[tuple[list[Example], list[Example]]]:
    """Split by voice, so that nobody is tried on what was learned from themselves; one large table is cut up."""
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


def judge_ways(example: Example, weights: Weights) -> Iterator[tuple[list[str], bool]]:
    """Judge the likeliest readings of a sentence: the facts that trust goes by, and whether each is right."""
    seen = look_at(example.sentence, weights)
    chances = weights.commands.weigh(seen.features)
    for verb in rank_commands(chances):
        way = fill_arguments(seen, BY_VERB[verb], chances, weights)
        yield [intern(fact) for fact in describe_reading(seen, way, chances)], is_right(example, way)


def is_right(example: Example, reading: Reading) -> bool:
    """Tell whether a reading is one of the calls that are right, in every argument."""
    return any(call["command"] == reading.verb and _has_arguments(call, reading) for call in example.calls)


def _has_arguments(call: Mapping[str, Any], reading: Reading) -> bool:
    wanted = dict(call.get("arguments", {}))
    got = set(reading.arguments)
    # What a command does anyway may be said or left unsaid.
    for name, value in reading.kind.usual.items():
        if wanted.get(name) == value:
            del wanted[name]
        if reading.arguments.get(name) == value:
            got.discard(name)
    optional = OPTIONAL_ARGUMENTS.get(reading.verb)
    if optional and optional not in wanted:
        got.discard(optional)
    if set(wanted) != got:
        return False
    used = defaultdict(list)
    for each in reading.used:
        used[each.argument].append(each)
    for name in got:
        if name in used:
            values = list_values(wanted[name])
            fits = [fits_value(each, wanted[name], reading.kind) for each in used[name]]
            several = len({str(each.value) for each in used[name]})
            if not all(fits) or (several != len(values) and not is_kept(used[name][0]) and name != "days"):
                return False
        elif str(reading.arguments[name]) != str(wanted[name]):
            return False
    return True


def list_values(wanted: Any) -> list[Any]:
    """List what a table asks for: one value may be written as it is."""
    return wanted if isinstance(wanted, list) else [wanted]


def fits_value(each: ArgumentCandidate, wanted: Any, kind: type[Command]) -> bool:
    """Tell whether a candidate is what a table asks for."""
    free = each.argument in TEXTS or each.is_text or each.argument in kind.marked_fields(FreeWords)
    match wanted:
        case bool():
            return bool(each.value == wanted)
        case int() | float():
            try:
                return float(each.value) == float(wanted)
            except (TypeError, ValueError):
                return False
        case list() if not isinstance(each.value, list):
            return any(fold_text(str(value)) == fold_text(str(each.value)) for value in wanted)
        case str():
            if free:
                return equal_values(wanted, str(each.value), free=True)
            folded = fold_text(wanted).strip(" .")
            return any(folded == fold_text(shown).strip(" .") for shown in (*each.shown, str(each.value)))
        case _:
            return bool(each.value == wanted)


def _train_models(examples: Sequence[Example]) -> Weights:
    known = _find_known_words(examples)
    edges = _find_edges(examples)
    weights = Weights(ClassModel(), {}, YesNoModel(), YesNoModel(), known, edges)
    seen = [look_at(each.sentence, weights) for each in examples]
    weights.commands = _fit_classes(
        [each.features for each in seen], [each.verb for each in examples], 1.5, MOST_TELLING["commands"]
    )
    weights.choices = _train_choices(examples, seen)
    weights.candidates = _train_candidates(examples, seen, edges)
    weights.usual = _find_usual_words(examples, seen, edges)
    return weights


def _find_openings(examples: Sequence[Example]) -> frozenset[str]:
    """Find the words with which requests begin."""
    counts = Counter(each.sentence.norms[0] for each in examples if each.sentence.norms and each.verb != NOTHING)
    return frozenset(word for word, count in counts.items() if count >= KNOWN_ENOUGH and word.isalpha())


def _train_boundaries(examples: Sequence[Example], weights: Weights) -> ClassModel:
    """Learn where messages part, from those that ask for several things and those that do not."""
    rows: list[list[str]] = []
    values: list[str] = []
    for each in examples:
        for boundary in find_boundaries(each.sentence, weights):
            rows.append(boundary.facts)
            values.append(_judge_boundary(each, boundary, weights))
    return _fit_classes(rows, values, strength=1)


def _judge_boundary(example: Example, boundary: Boundary, weights: Weights) -> str:
    """Say what a message comes to at a boundary, going by the calls that are right for it."""
    first, second = boundary.sides
    if example.several:
        verbs = [example.verb, *(str(call["command"]) for call in example.also)]
        return BOTH if first in verbs[:-1] and second in verbs[1:] else WHOLE
    whole = len(example.sentence.units)
    if example.verb == NOTHING or (first == NOTHING) == (second == NOTHING):
        return WHOLE
    if second == example.verb and _reads_right(example, take_part(example.sentence, boundary.start, whole), weights):
        return SECOND
    if first == example.verb and _reads_right(example, take_part(example.sentence, 0, boundary.end), weights):
        return FIRST
    return WHOLE


def _reads_right(example: Example, part: Sentence, weights: Weights) -> bool:
    seen = look_at(part, weights)
    way = fill_arguments(seen, BY_VERB[example.verb], weights.commands.weigh(seen.features), weights)
    return is_right(example, way)


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
    for each in examples:
        kind = BY_VERB.get(each.verb)
        words = {word for word in each.sentence.norms if word.isalpha()}
        for name in kind.model_fields if kind is not None else ():
            if kind is not None and list_choices(kind, name):
                alone.update((word, name) for word in words)
                if name in each.arguments:
                    values = list_values(each.arguments[name])
                    together.update((word, f"{name}={value}") for value in values for word in words)
    found: dict[str, list[str]] = defaultdict(list)
    for (word, value), count in sorted(together.items()):
        if count >= CUE_SEEN and count / alone[word, value.partition("=")[0]] >= CUE_SHARE:
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
    return {name: _fit_classes(rows[name], values[name], strength=2) for name in sorted(rows)}


@dataclass
class CandidateGroup:
    """The candidates of which one is right, or none: their features, which are right, and whether none is right too."""

    rows: list[list[str]]
    right: list[bool]
    absent: bool


def _train_candidates(examples: Sequence[Example], seen: Sequence[ReadSentence], edges: TextEdges) -> YesNoModel:
    groups = [
        group
        for each, look in zip(examples, seen, strict=True)
        if each.verb != NOTHING
        for group in judge_candidates(each, look, edges)
    ]
    return _fit_groups(groups, 1.0, MOST_TELLING["candidates"])


def judge_candidates(example: Example, look: ReadSentence, edges: TextEdges) -> Iterator[CandidateGroup]:
    """Judge the candidates for each argument of the expected command, going by all calls that are right."""
    kind, verb = BY_VERB[example.verb], example.verb
    chosen = [name for name in list_choices_of(kind) if not isinstance(example.arguments.get(name), dict)]
    view = choose_view(look, verb)
    candidates = [each for each in find_candidates(view.sentence, kind, edges) if each.argument not in chosen]
    calls = [example.arguments, *_list_other_ways(example)]
    for group in group_candidates(candidates, kind):
        argument = group[0].argument
        wanted = [call[argument] for call in calls if argument in call]
        right = [any(fits_value(each, value, kind) for value in wanted) for each in group]
        usual = kind.usual.get(argument)
        absent = len(wanted) < len(calls) or (usual is not None and usual in wanted) or not any(right)
        # In a list each value is right by itself, or it is not.
        yield CandidateGroup(
            # The same features stand in rows by the million: as one object each they take a third less memory.
            [[intern(fact) for fact in describe_candidate(view.sentence, view.words, verb, each)] for each in group],
            right,
            absent,
        )


def _list_other_ways(example: Example) -> list[Mapping[str, Any]]:
    """List the other right calls of the expected command that differ from it in one argument."""
    first = example.arguments
    others = [call.get("arguments", {}) for call in example.calls[1:] if call["command"] == example.verb]
    return [other for other in others if sum(other.get(name) != first.get(name) for name in {*other, *first}) == 1]


def _fit_groups(groups: Sequence[CandidateGroup], strength: float, most: int) -> YesNoModel:
    """Fit weights so that in each group what is right has most of the probability that all of it shares.

    None of the candidates stands in each group with a sum of zero.
    """
    rows = [row for group in groups for row in group.rows]
    starts = numpy.cumsum([0, *(len(group.rows) for group in groups)])[:-1]
    right = numpy.array([each for group in groups for each in group.right])
    absent = numpy.array([group.absent for group in groups], dtype=float)
    of_group = numpy.repeat(numpy.arange(len(groups)), [len(group.rows) for group in groups])
    matrix, names = _make_matrix(rows)
    solution = _minimise_loss(matrix, starts, of_group, right, absent, strength, ROUGH_STEPS)
    matrix, names = _keep_telling(matrix, names, numpy.abs(solution[:-1]), most)
    solution = _minimise_loss(matrix, starts, of_group, right, absent, strength, MOST_STEPS)
    whole = numpy.rint(solution[:-1] * SCALE).astype(int)
    kept = {name: int(weight) for name, weight in zip(names, whole, strict=True) if weight}
    return YesNoModel(round(float(solution[-1]) * SCALE), kept)


def _minimise_loss(
    matrix: Any, starts: Any, of_group: Any, right: Any, absent: Any, strength: float, steps: int
) -> Any:
    """Find the weights, and behind them the bias, under which the right ones are likeliest (with an L2 penalty)."""
    turned = matrix.T.tocsr()

    def compute_loss(weights: Any) -> tuple[float, Any]:
        sums = matrix @ weights[:-1] + weights[-1]
        most = numpy.maximum(numpy.maximum.reduceat(sums, starts), 0)
        raised, none = numpy.exp(sums - most[of_group]), numpy.exp(-most)
        every = numpy.add.reduceat(raised, starts) + none
        good = numpy.add.reduceat(raised * right, starts) + none * absent
        slope = raised / every[of_group] - raised * right / good[of_group]
        loss = numpy.log(every / good).sum() + (weights[:-1] ** 2).sum() / (2 * strength)
        return loss, numpy.append(turned @ slope + weights[:-1] / strength, slope.sum())

    found = minimize(
        compute_loss, numpy.zeros(matrix.shape[1] + 1), jac=True, method="L-BFGS-B", options={"maxiter": steps}
    )
    return found.x


def _make_matrix(rows: Sequence[Sequence[str]]) -> tuple[Any, list[str]]:
    """Make a matrix of rows and those features that occur often enough, and name its columns."""
    counts = Counter(feature for row in rows for feature in set(row))
    names = sorted(feature for feature, count in counts.items() if count >= SEEN_ENOUGH)
    column_of = {name: number for number, name in enumerate(names)}
    columns, ends = array("i"), array("q", [0])
    for row in rows:
        columns.extend(sorted({column_of[feature] for feature in row if feature in column_of}))
        ends.append(len(columns))
    ones = numpy.ones(len(columns), dtype=numpy.float64)
    return csr_matrix((ones, numpy.asarray(columns), numpy.asarray(ends)), shape=(len(rows), len(names))), names


def _keep_telling(matrix: Any, names: list[str], weights: Any, most: int) -> tuple[Any, list[str]]:
    """Keep the columns of the `most` telling features: those with the largest weights, for how often they occur."""
    if len(names) <= most:
        return matrix, names
    seen = numpy.asarray(matrix.sum(axis=0)).ravel()
    best = numpy.sort(numpy.argsort(-weights * numpy.sqrt(seen), kind="stable")[:most])
    return matrix[:, best], [names[number] for number in best]


def _fit(rows: Sequence[Sequence[str]], values: Sequence[Any], strength: float, most: int) -> tuple[Any, list[str]]:
    """Fit a model on the `most` telling features."""
    matrix, names = _make_matrix(rows)
    rough = LogisticRegression(C=strength, max_iter=ROUGH_STEPS if len(names) > most else MOST_STEPS)
    with warnings.catch_warnings():
        # Which features tell the most is seen long before the weights stand still.
        warnings.simplefilter("ignore", ConvergenceWarning)
        rough.fit(matrix, values)
    if len(names) <= most:
        return rough, names
    matrix, names = _keep_telling(matrix, names, numpy.abs(numpy.atleast_2d(rough.coef_)).max(axis=0), most)
    return LogisticRegression(C=strength, max_iter=MOST_STEPS).fit(matrix, values), names


def _fit_classes(rows: Sequence[Sequence[str]], values: Sequence[str], strength: float, most: int = 1000) -> ClassModel:
    if len(set(values)) < 2:
        return ClassModel(tuple(sorted(set(values))), (0,) * len(set(values)), {})
    model, names = _fit(rows, list(values), strength, most)
    classes = [str(each) for each in model.classes_]
    coefficients, bias = numpy.atleast_2d(model.coef_), numpy.atleast_1d(model.intercept_)
    if len(classes) == 2:
        coefficients, bias = numpy.vstack([-coefficients, coefficients]) / 2, numpy.array([-bias[0], bias[0]]) / 2
    whole = numpy.rint(coefficients * SCALE).astype(int)
    weights: dict[str, list[int]] = {}
    for column, name in enumerate(names):
        for row in numpy.flatnonzero(numpy.abs(whole[:, column]) >= LEAST):
            weights.setdefault(name, []).extend((int(row), int(whole[row, column])))
    return ClassModel(tuple(classes), tuple(round(float(each) * SCALE) for each in bias), weights)


def _fit_yes_no(rows: Sequence[Sequence[str]], right: Sequence[bool], strength: float, most: int = 1000) -> YesNoModel:
    if len(set(right)) < 2:
        return YesNoModel(SCALE * (5 if right and right[0] else -5), {})
    model, names = _fit(rows, [bool(each) for each in right], strength, most)
    whole = numpy.rint(model.coef_[0] * SCALE).astype(int)
    kept = {name: int(weight) for name, weight in zip(names, whole, strict=True) if weight}
    return YesNoModel(round(float(model.intercept_[0]) * SCALE), kept)
