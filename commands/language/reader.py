"""Reads a sentence into calls: what is trusted enough is called, what is not is offered, nothing is guessed."""

from __future__ import annotations

from commands import BY_VERB
from commands.contract.arguments import OwnerMark
from commands.contract.command import Command
from commands.contract.context import Context
from commands.dispatching.name_resolution import find_closest_names
from commands.dispatching.prepare import describe_unknown_name
from commands.language.candidates.newcomers import Asides, set_asides
from commands.language.candidates.time_candidates import WITHOUT_HOUR
from commands.language.candidates.unread_values import explain_misread_value, find_said_value
from commands.language.details import find_detail_fields, list_left_beside_detail
from commands.language.frames import read_by_example
from commands.language.manners import drop_own_name, explain_denial, find_limit, find_mannerly_answer
from commands.language.message_requests import RequestRead, is_trusted, read_requests
from commands.language.offers import CLOSEST, offer_calls
from commands.language.readings.features import cut_ending
from commands.language.readings.holds import denies_condition
from commands.language.readings.reading import Reading
from commands.language.readings.readings import ReadSentence, choose_view, look_at
from commands.language.readings.weights import Weights, get_weights_for
from commands.language.sentences.lexicon import WORDS
from commands.language.sentences.sentence import FocusView, Sentence, sentence_of
from commands.language.understood import NotUnderstood, Understood
from commands.records.show_record import ShowRecord
from commands.values.dates import find_impossible_day
from commands.values.text import tokenize_text
from storage.names import name_index

ASKS_NOTHING = 0.4
"""The least probability that a sentence asks for no command, with which it is told what no command does."""


def read_sentence(
    text: str, context: Context, focus: FocusView | None = None, weights: Weights | None = None
) -> list[Understood | NotUnderstood]:
    """Read the calls that a sentence asks for, in order; NotUnderstood in the place of a request that is not clear.

    `weights` are those of the asker's workspace unless others are given.
    """
    read = drop_own_name(tokenize_text(text))
    if not read.tokens:
        return [NotUnderstood(text.strip(), CLOSEST)]
    weights = weights or get_weights_for(context.vocabulary.reading)
    whole = sentence_of(read, context, focus, weights.names)
    if _only_answers(whole):
        return [NotUnderstood(whole.clean, CLOSEST)]
    mannerly = find_mannerly_answer(whole)
    if mannerly is not None:
        return [NotUnderstood(whole.clean, CLOSEST, mannerly)]
    for kind in list_untaught_commands(weights):
        shown = read_by_example(whole, kind)
        if shown is not None:
            return [shown]
    bare, asides = set_asides(read)
    if asides != Asides() or bare.clean != read.clean:
        chances = weights.commands.weigh(look_at(whole, weights).features)
        if BY_VERB[max(BY_VERB, key=lambda verb: chances.get(verb, 0.0))].adds_person:
            found = read_requests(sentence_of(bare, context, focus, weights.names), weights)
            return [_settle(each, weights) for each in _add_asides(found, asides)]
    return [_settle(each, weights) for each in read_requests(whole, weights)]


def _add_asides(requests: list[RequestRead], asides: Asides) -> list[RequestRead]:
    """Add what was set aside to the readings that add a person."""
    for request in requests:
        for way in request.ways:
            if way.kind.adds_person:
                asides.add_to(way.arguments, way.kind.model_fields)
    return requests


def list_untaught_commands(weights: Weights) -> list[type[Command]]:
    """List the commands that no table has taught the reader."""
    return [kind for verb, kind in BY_VERB.items() if verb not in weights.commands.classes and kind.examples]


def _only_answers(s: Sentence) -> bool:
    """Tell whether a sentence is a mere yes or no, to which there was no question."""
    said = {at for each in s.in_section("answers") for at in range(each.first, each.last + 1)}
    return len(said) == len(s.units)


def _settle(request: RequestRead, weights: Weights) -> Understood | NotUnderstood:
    unread = _explain_unread_value(request, weights)
    if unread:
        return NotUnderstood(request.sentence.said, (), unread)
    # Where a question is not clear, the likeliest ones or a model help more than why this one is not it. A change is
    # not offered as its opposite.
    way = request.ways[0]
    if (way.kind.writes or is_trusted(request, way)) and denies_condition(request.seen, way):
        return NotUnderstood(request.sentence.said, (), explain_denial())
    if not request.is_sure:
        offers = offer_calls(request.ways)
        calls = tuple(offers[:3]) or CLOSEST
        asks_nothing = request.seen.nothing >= ASKS_NOTHING
        limit = find_limit(request.sentence) if asks_nothing else None
        perhaps = tuple(each.label for each in offers)
        # Who is to be added is not there yet.
        unknown = "" if asks_nothing or way.kind.adds_person else _find_unknown_name(request.sentence)
        if not unknown:
            return NotUnderstood(request.sentence.said, calls, limit, perhaps)
        # What would be done with somebody who is not there, and what has nothing to do with it, helps nobody.
        able = tuple(each for each in offers if unknown not in map(str, each.arguments.values()))
        near = find_closest_names(request.sentence.context.scope, unknown, tuple(name_index.TABLES))
        return NotUnderstood(request.sentence.said, able[:3], limit, perhaps, unknown, tuple(near))
    stranger = _find_stranger(request)
    if stranger:
        return NotUnderstood(request.sentence.said, (), describe_unknown_name(stranger, ("user",)))
    detail = find_detail_fields(request.sentence) if way.kind is ShowRecord else ()
    left = list_phrases_left(request.seen, way, weights)
    said = tuple(list_left_beside_detail(left) if detail else left)
    return Understood(way.verb, way.arguments, said, _find_lost_hour(request.sentence, way), detail)


def _find_lost_hour(s: Sentence, way: Reading) -> str:
    """Find the time of day that a change leaves out of its day, like 15:00; "" where its words keep it."""
    for each in way.used if way.kind.writes else ():
        kept = any(text.is_text and text.first <= each.first and each.last <= text.last for text in way.used)
        if each.sort.endswith(WITHOUT_HOUR) and not kept:
            return next(f"{when.clock:%H:%M}" for when in s.whens if when.clock and when.first == each.first)
    return ""


def _explain_unread_value(request: RequestRead, weights: Weights) -> str | None:
    """Explain that a value of an order cannot be read; None where there is none, or the order is clear without."""
    s, way = request.sentence, request.ways[0]
    if not request.is_sure and (never := find_impossible_day(s.units, s.whens, s.context.moment)):
        return never.explanation
    value = find_said_value(s)
    if value is None:
        return None
    # Who is sure of another change, or has read these words, knows better than the frame of an order.
    read = any(each.first <= value.last and value.first <= each.last for each in way.used)
    if request.is_sure and way.kind.writes and (read or way.kind is not value.kind):
        return None
    return explain_misread_value(s, value, weights.edges)


def _find_stranger(request: RequestRead) -> str:
    """Find a name that stands where a question names a colleague, and that its reading leaves out; "" for none."""
    s, way = request.sentence, request.ways[0]
    owners = way.kind.marked_fields(OwnerMark)
    if way.kind.writes or not owners or owners.keys() & way.arguments.keys():
        return ""
    for at in range(1, len(s.units)):
        if s.norms[at - 1] in WORDS["auxiliaries"] and not s.units[at].gap:
            last = at
            while last + 1 < len(s.units) and s.units[last].capital and s.units[last + 1].capital:
                last += 1
            if any(word in way.left for word in request.seen.words[at : last + 1]):
                return s.cut(at, last)
    return ""


def _find_unknown_name(s: Sentence) -> str:
    """Find a name that was said and that nothing visible has, as it was written; "" where there is none."""
    for at, mention in s.mentions.items():
        # Lincoln may be anybody, unless it is asked where something is.
        if mention.unknown and not (mention.is_place and at and s.norms[at - 1] in WORDS["asking_where"]):
            return mention.said
    return ""


def list_phrases_left(whole: ReadSentence, way: Reading, weights: Weights) -> list[str]:
    """List what a reading leaves out of a sentence, as it was said: names, times, and words that say something."""
    seen = choose_view(whole, way.verb)
    left = set(way.left)
    # What one argument passed over may be what another took: of two months the one that is compared with.
    taken = {at for each in way.used for at in range(each.first, each.last + 1)}
    passed = {at for each in way.passed for at in range(each.first, each.last + 1)} - taken
    if not way.kind.writes:
        # A word that nobody is called by may be a place, or anything else that was asked for.
        passed |= {at for at, mention in seen.sentence.mentions.items() if mention.unknown} - taken
    phrases: list[list[int]] = []
    for at, word in enumerate(seen.words):
        if at in passed or (word in left and is_telling(word, weights)):
            if phrases and phrases[-1][-1] == at - 1:
                phrases[-1].append(at)
            else:
                phrases.append([at])
    # Who tells a story around a question knows that it is not part of the answer.
    if sum(map(len, phrases)) > MOST_LEFT:
        return []
    return [seen.sentence.cut(each[0], each[-1]).strip(" .,;:!?") for each in phrases]


MOST_LEFT = 3
"""How many words are named as left out at the most."""


EVERYDAY = 6
"""Words that are usual with so many commands say nothing of their own."""


def is_telling(word: str, weights: Weights) -> bool:
    """Tell whether a word says something that an answer must not leave out in silence."""
    stem = cut_ending(word)
    return sum(stem in usual for usual in weights.usual.values()) < EVERYDAY
