"""Finds in a sentence what each argument of a command could be: a name, a day, an amount, a word of the workspace.

Everything that could be meant is a candidate, also where two of them read the same words. Which are taken is decided
by weights learned from tables of sentences (commands/language/readings/weights.py).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from commands.contract.arguments import OwnerMark, RecordMark
from commands.contract.command import Command
from commands.language.candidates.argument_candidate import (
    NOWHERE,
    ArgumentCandidate,
    Finder,
    list_choices,
    takes_several,
)
from commands.language.candidates.conditions import CLASSES, find_bound
from commands.language.candidates.figure_candidates import find_amounts, find_changes, find_numbers, find_values
from commands.language.candidates.record_candidates import (
    find_companies,
    find_newcomer,
    find_owners,
    find_products,
    find_records,
    find_teams,
    show_reference,
)
from commands.language.candidates.text_candidates import TEXTS, TextEdges, find_texts
from commands.language.candidates.time_candidates import (
    find_days,
    find_due,
    find_periods,
    find_times,
    find_weekdays,
    find_zones,
)
from commands.language.candidates.word_candidates import (
    find_fields,
    find_industries,
    find_missing,
    find_places,
    find_said_values,
    find_sources,
    find_stages,
    find_statuses,
    find_terms,
)
from commands.language.sentences.lexicon import WORDS
from commands.language.sentences.sentence import Sentence


def find_candidates(s: Sentence, kind: type[Command], edges: TextEdges) -> list[ArgumentCandidate]:
    """Find every candidate for every argument of a command."""
    found = list(_find_kept(s, kind))
    if kind.adds_person:
        found += (each for each in find_newcomer(s) if each.argument in kind.model_fields)
    records, owners = kind.marked_fields(RecordMark), kind.marked_fields(OwnerMark)
    for argument in kind.model_fields:
        if argument in records:
            found += find_records(s, argument, kind)
        elif argument in owners:
            found += find_owners(s, argument)
        elif argument in FINDERS:
            found += FINDERS[argument](s, argument, kind)
        found += find_said_values(s, argument, kind, edges)
        if argument in TEXTS or _takes_any_words(kind, argument, records.get(argument)):
            found += find_texts(s, argument, edges)
    found = list(_take_exceptions_out(s, kind, found))
    found += list(_join_to_kept(s, kind, found))
    _note_rivals(found)
    _note_what_contests_them(found)
    return found


def _take_exceptions_out(
    s: Sentence, kind: type[Command], found: Sequence[ArgumentCandidate]
) -> Iterator[ArgumentCandidate]:
    """Put the other values of a list in the place of one that is taken out: `all but the cold ones`."""
    words = s.context.vocabulary
    closed = [each.name for each in words.list_statuses(CLASSES[-1])]
    wholes: dict[str, Sequence[str]] = {
        "status": [each.name for each in words.list_statuses(*CLASSES[:-1])],
        "stage": [each.name for each in words.list_stages("open")],
        "source": words.sources,
    }
    for each in found:
        said = each.first > NOWHERE and each.sort != "range" and each.argument in WORDS["deniable"]
        several = said and takes_several(kind, each.argument)
        whole = (wholes.get(each.argument) or list_choices(kind, each.argument)) if several else ()
        # Who leaves the closed ones out means all that are not.
        known = each.value in whole or (each.argument == "status" and each.value in closed)
        start = find_bound(s, each.first, "excepting") if whole and known else None
        if start is None:
            yield each
            continue
        # “My leads, no cold ones” takes them out; “why are there no cold leads?” asks for them.
        if s.norms[start] == "no":
            yield each
        for other in whole:
            if other != each.value:
                yield ArgumentCandidate(each.argument, other, start, each.last, f"but {each.argument}", (other,))


def _join_to_kept(s: Sentence, kind: type[Command], found: Sequence[ArgumentCandidate]) -> Iterator[ArgumentCandidate]:
    """Join what is said to the values of the call before: `the cold ones as well`."""
    if s.focus.kind is not kind or WORDS["adding"].isdisjoint(s.norms):
        return
    for each in found:
        kept = s.focus.arguments.get(each.argument)
        if (
            each.first > NOWHERE
            and isinstance(kept, list)
            and each.value not in kept
            and takes_several(kind, each.argument)
        ):
            both = [*kept, each.value]
            yield ArgumentCandidate(each.argument, both, each.first, each.last, "more", (str(each.value),))


def _takes_any_words(kind: type[Command], argument: str, mark: RecordMark | None) -> bool:
    """Tell whether an argument is not of the records there are: what a new one is called, words of a follow-up."""
    if argument == "product":
        return kind.writes
    return argument == "name" and (mark is None or "follow_up" in mark.kinds)


def _find_kept(s: Sentence, kind: type[Command]) -> Iterator[ArgumentCandidate]:
    """Find the arguments of the call before this sentence, which it may go on from."""
    # “Add a lead: …” is about somebody new, who has nothing of the one before.
    if kind.adds_person and s.all("create.verb") and not goes_on(s):
        return
    for earlier, value in s.focus.arguments.items():
        if s.focus.kind is kind:
            names: Collection[str] = (earlier,)
        elif s.focus.within or (s.in_section("kinds") and not goes_on(s)):
            # “Top 5 open opportunities” is a question of its own, whatever period was asked about before.
            names = ()
        else:
            names = next((group for group in ALIKE if earlier in group), ())
        for argument in sorted(names):
            if argument in kind.model_fields:
                sort = "kept" if s.focus.kind is kind else "kept other"
                yield ArgumentCandidate(argument, value, NOWHERE, NOWHERE, sort, (str(value), show_reference(s, value)))
        # “Which ones?” after what was won asks for won deals.
        outcome = str(value).partition("_")[0] if earlier == "measure" and s.focus.kind is not kind else ""
        if "state" in kind.model_fields and outcome in list_choices(kind, "state") and not s.focus.within:
            yield ArgumentCandidate("state", outcome, NOWHERE, NOWHERE, "kept other", (outcome,))


def goes_on(s: Sentence) -> bool:
    """Tell whether a sentence begins as one that goes on from what was said: `and for Dana?`, `only the warm ones`."""
    return any(each.first == 0 for each in s.in_section("follow_on")) or bool(s.in_section("pronouns"))


ALIKE = (
    WORDS["periods_of_time"] - {"compare_period"},
    *(frozenset({each}) for each in sorted(WORDS["meaning_the_same"])),
)
"""Arguments of different commands that mean the same, so that a question may keep them from the one before."""
AMOUNTS = WORDS["amounts_of_money"]
"""The arguments that are amounts of money."""
FINDERS: Mapping[str, Finder] = (
    dict.fromkeys(WORDS["periods_of_time"], find_periods)
    | dict.fromkeys(WORDS["days_and_moments"], find_days)
    | dict.fromkeys(AMOUNTS, find_amounts)
    | dict.fromkeys(WORDS["whole_numbers"], find_numbers)
    | {
        "status": find_statuses, "stage": find_stages, "source": find_sources, "industry": find_industries,
        "company": find_companies, "product": find_products, "product_interest": find_products,
        "team": find_teams, "field": find_fields,
        "value": find_values, "term": find_terms, "time": find_times, "days": find_weekdays,
        "timezone": find_zones, "change": find_changes, "place": find_places, "missing": find_missing,
        "when": find_due,
    }
)  # fmt: skip


def _note_rivals(found: Sequence[ArgumentCandidate]) -> None:
    """Note for each candidate what else was found: for its argument, and for one that is kept, for any."""
    values: dict[str, set[str]] = {}
    for each in found:
        if not each.is_text and not each.sort.startswith("kept") and not each.sort.startswith("unsaid"):
            values.setdefault(each.argument, set()).add(str(each.value))
    for each in found:
        others = values.get(each.argument, set()) - {str(each.value)}
        each.rivals = (
            (*(("same",) if others else ()), *sorted(values)) if each.sort.startswith("kept") else tuple(others)
        )


def _note_what_contests_them(found: Sequence[ArgumentCandidate]) -> None:
    """Note for each candidate which other arguments could take some of its words, free words aside."""
    takers: dict[int, set[str]] = {}
    for each in found:
        if not each.is_text and each.first > NOWHERE:
            for at in range(each.first, each.last + 1):
                takers.setdefault(at, set()).add(each.argument)
    shared: dict[tuple[int, int], set[str]] = {}
    for each in found:
        if each.first > NOWHERE:
            place = (each.first, each.last)
            if place not in shared:
                shared[place] = set().union(*(takers.get(at, ()) for at in range(each.first, each.last + 1)))
            each.contested_by = tuple(sorted(shared[place] - {each.argument}))
