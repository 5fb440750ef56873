"""Says which readings wait, however likely they are: what they would do is something else than was said."""

from __future__ import annotations

from commands.language.candidates.argument_candidate import NOWHERE
from commands.language.candidates.candidates import AMOUNTS
from commands.language.readings.reading import Reading
from commands.language.readings.readings import ReadSentence, choose_view, count_unused
from commands.language.sentences.lexicon import WORDS
from commands.language.sentences.sentence import Sentence
from commands.values.calendar_periods import one_day
from commands.values.dates import find_impossible_day


def must_wait(seen: ReadSentence, way: Reading) -> bool:
    """Tell whether a reading waits for a yes or other words."""
    holds = (
        names_other_kind,
        denies_condition,
        _passes_over_day,
        _asks_about_name,
        _changes_by_difference,
        _joins_by_or,
        _takes_one_of_two,
    )
    s = seen.sentence
    return any(hold(seen, way) for hold in holds) or (
        way.kind.writes and find_impossible_day(s.units, s.whens, s.context.moment) is not None
    )


def _changes_by_difference(seen: ReadSentence, way: Reading) -> bool:
    """Tell whether an amount was said as a difference from what it is: `umbrella +2k`, `5k less`."""
    s = choose_view(seen, way.verb).sentence
    for each in way.used:
        if way.kind.writes and each.argument in AMOUNTS and each.first > NOWHERE:
            before, behind = s.norms[max(0, each.first - 1) : each.first], s.norms[each.last + 1 : each.last + 2]
            if before == ["+"] or (behind and behind[0] in WORDS["differing"]):
                return True
    return False


def _joins_by_or(seen: ReadSentence, way: Reading) -> bool:
    """Tell whether an “or” stands before a condition that is joined by “and”: `overdue or without a next step`."""
    s = choose_view(seen, way.verb).sentence
    for each in way.used:
        # “No next step” is said by more words than the one that was taken.
        said = [one.first for one in s.found if one.first <= each.first <= one.last]
        at = _skip_small(s, min([each.first, *said]), -1)
        if each.is_text or each.first <= 0 or at < 1 or s.norms[at] != "or":
            continue
        # Of one argument that takes several values “or” is what is meant: `hot or warm`.
        before = _skip_small(s, at, -1)
        if not any(other.argument == each.argument and other.first <= before <= other.last for other in way.used):
            return True
    return False


def _takes_one_of_two(seen: ReadSentence, way: Reading) -> bool:
    """Tell whether of two places or industries that were said together one was taken: `in Germany and in Austria`."""
    s = choose_view(seen, way.verb).sentence
    covered = {at for each in way.used for at in range(each.first, each.last + 1)}
    said = (*s.in_section("countries"), *s.in_section("industries"))
    others = ({at for each in said for at in (each.first, each.last)} | set(s.mentions)) - covered
    for each in way.used:
        for edge, step in ((each.last, 1), (each.first, -1)):
            at = _skip_small(s, edge, step)
            joined = each.argument in WORDS["one_of_its_kind"] and each.first > NOWHERE and 0 < at < len(s.norms)
            if joined and s.norms[at] in WORDS["listing"] and _skip_small(s, at, step) in others:
                return True
    return False


def _skip_small(s: Sentence, at: int, step: int) -> int:
    """Find the next word before or behind a place that is no small one, and no noun for what is listed."""
    at += step
    while 0 <= at < len(s.norms) and s.norms[at] in WORDS["joining"] | WORDS["named_nouns"]:
        at += step
    return at


OTHER_KINDS = {"kinds.deal": "opportunity", "kinds.account": "account", "follow_up.noun": "follow_up"}


def names_other_kind(seen: ReadSentence, way: Reading) -> bool:
    """Tell whether a noun says that a change is about another kind of record, as `my tasks` of a change of leads."""
    s = choose_view(seen, way.verb).sentence
    covered = {at for each in way.used for at in range(each.first, each.last + 1)}
    said = {each.concept for each in s.found if not covered.issuperset(range(each.first, each.last + 1))}
    return "kinds.lead" not in said and any(OTHER_KINDS.get(concept) in way.kind.refuses for concept in said)


def _passes_over_day(seen: ReadSentence, way: Reading) -> bool:
    """Tell whether a day was said that a change takes none from: it would be done for its usual day, or at once."""
    if not way.kind.writes:
        return False
    s = choose_view(seen, way.verb).sentence
    if not way.kind.day_field:
        return _waits_for_day(s, way)
    if way.kind.day_field in way.arguments:
        return False
    # “Signed today” says when it was done, and today is when it is done.
    now = sum(when.bound == "in" and when.past == when.future == one_day(s.context.today) for when in s.whens)
    return count_unused(s, way.used)["times"] > now


def _waits_for_day(s: Sentence, way: Reading) -> bool:
    """Tell whether something is to be done on a day to come: `Dana takes Jane Doe from December`."""
    covered = {at for each in way.used for at in range(each.first, each.last + 1)}
    return any(
        when.days is None
        and when.future.start is not None
        and when.future.start > s.context.today
        and covered.isdisjoint(range(when.first, when.last + 1))
        for when in s.whens
    )


def _asks_about_name(seen: ReadSentence, way: Reading) -> bool:
    """Tell whether a change is said as a question that begins with a name: `May Lin contacted?`, `Initech 60k?`."""
    s = seen.sentence
    # “Jane Doe to Dana, please?” is an order all the same.
    asked = s.clean.rstrip().endswith("?") and "please" not in s.norms
    return way.kind.writes and 0 in s.mentions and asked


def denies_condition(seen: ReadSentence, way: Reading) -> bool:
    """Tell whether a condition was denied, as in `leads not in Germany`: no command asks for all the others."""
    s = choose_view(seen, way.verb).sentence
    covered = {at for each in way.used for at in range(each.first, each.last + 1)}
    taken_out = {each.last for each in s.all("ranges.excepting")}
    for each in way.used:
        reach = range(each.first - 1, max(NOWHERE, each.first - 1 - MOST_BETWEEN), -1)
        # “Not yet in Proposal” is read as the stages before it.
        for at in reach if each.argument in WORDS["deniable"] and each.sort != "range" else ():
            if at in covered or s.breaks(at + 1):
                break
            # “Which have I not called” denies the call, not whose it is.
            asks = at > 0 and at == each.first - 1 and s.norms[at - 1] in WORDS["auxiliaries"]
            if (s.norms[at] in WORDS["denying"] or at in taken_out) and not asks:
                return True
    return False


MOST_BETWEEN = 3
"""How far before a condition the word stands that denies it: `not owned by Dana`."""
