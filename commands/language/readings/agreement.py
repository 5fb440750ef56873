"""Lets the arguments of a reading agree with one another and with what was said before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from commands.contract.arguments import RecordMark
from commands.language.candidates.argument_candidate import NOWHERE, ArgumentCandidate, takes_several
from commands.language.candidates.candidates import AMOUNTS, goes_on
from commands.language.candidates.conditions import iso
from commands.language.readings.features import (
    keep_marks,
)
from commands.language.readings.reading import Reading, is_kept
from commands.language.sentences.lexicon import WORDS
from commands.language.sentences.sentence import Sentence
from commands.values.currencies import read_currency


def give_what_was_said(reading: Reading, candidates: Sequence[ArgumentCandidate]) -> None:
    """Give an argument that a superlative says, `my biggest deals`, also where the command takes that value anyway."""
    for each in candidates:
        usual = reading.kind.usual.get(each.argument) == each.value
        if usual and each.sort.endswith("biggest") and each.argument not in reading.arguments:
            reading.take(each)


def take_joined(s: Sentence, reading: Reading, candidates: Sequence[ArgumentCandidate]) -> None:
    """Take the values that an “and”, an “or” or a comma joins to one that was taken: `hot or warm`."""
    for taken in list(reading.used):
        if taken.first < 0 or not takes_several(reading.kind, taken.argument) or is_kept(taken):
            continue
        for each in candidates:
            before, after = sorted((taken, each), key=lambda one: one.first)
            joint = s.norms[before.last + 1 : after.first]
            comma = after.first == before.last + 1 and keep_marks(s.units[after.first].gap)[:1] in (",", "/", "+", "&")
            if (
                each.argument == taken.argument
                and each.value not in reading.arguments[each.argument]
                and each.first > NOWHERE
                and not each.is_text
                and (comma or (len(joint) == 1 and joint[0] in WORDS["listing"]))
                and reading.is_free(each)
            ):
                reading.take(each)
                reading.passed = [other for other in reading.passed if other.value != each.value]


def forget_other_subject(s: Sentence, reading: Reading) -> None:
    """Drop the details of the change before where this one is about another record: its amount, its title, its day."""
    if not reading.kind.writes or s.focus.kind is not reading.kind or goes_on(s) or WORDS["likewise"] & set(s.norms):
        return
    about = {*reading.kind.marked_fields(RecordMark), "first_name", "last_name"}
    said = [each for each in reading.used if each.argument in about and each.first > NOWHERE]
    before = s.focus.arguments
    another = [each for each in said if before.get(each.argument) not in (each.value, *each.shown)]
    if any(each.value not in s.focus.records for each in another):
        kept = [each for each in reading.used if is_kept(each)]
        for each in kept:
            if not reading.kind.model_fields[each.argument].is_required():
                reading.used.remove(each)
                reading.arguments.pop(each.argument, None)


def leave_amounts_in_words(reading: Reading) -> None:
    """Leave an amount to the words around it that were taken: `lost, budget cut to 2k` is no deal of 2,000."""
    words = [each for each in reading.used if each.is_text and each.argument in WORDS["texts_of_a_deal"]]
    for each in list(reading.used):
        within = any(one.first <= each.first and each.last <= one.last for one in words)
        if each.argument in AMOUNTS and each.first > NOWHERE and within:
            reading.used.remove(each)
            reading.arguments.pop(each.argument, None)


def close_what_was_lost(s: Sentence, reading: Reading) -> None:
    """Move an open deal whose lost reason is said to where lost ones are: `Globex basic is out, price`."""
    if "lost_reason" not in reading.arguments or "stage" in reading.arguments:
        return
    named = {str(each.value): s.mentions.get(each.first) for each in reading.used if each.argument == "name"}
    records = [each for value, mention in named.items() if mention for each in mention.records if each.ref == value]
    for stage in s.context.vocabulary.list_stages("lost")[:1]:
        if records and not any(each.over for each in records):
            reading.arguments["stage"] = stage.name


def agree_arguments(s: Sentence, arguments: dict[str, Any]) -> None:
    """Let the arguments of a call agree: of two periods the earlier is compared with, what ended lies behind."""
    period, other = arguments.get("period"), arguments.get("compare_period")
    if isinstance(period, dict) and isinstance(other, dict) and other.get("from", "") > period.get("from", "9"):
        arguments["period"], arguments["compare_period"] = other, period
    closing = arguments.get("closing")
    for when in s.whens:
        if not isinstance(closing, dict):
            break
        over = arguments.get("state") in ("won", "lost")
        # What was to close before today is no question of deals that are open.
        stale = "state" not in arguments and closing.get("to", "9") < s.context.today.isoformat()
        meant = when.past if over else when.future if stale and "overdue" not in arguments else None
        if not over and closing.keys() == {"from"} and when.past.start and when.future.start:
            # “After December” begins with the next one, “after October” with the last, whichever is nearer.
            meant = min(when.past, when.future, key=lambda each: abs((each.start or date.max) - s.context.today))
        if meant is not None and closing in (iso(when.past), iso(when.future)) and iso(meant):
            arguments["closing"] = iso(meant)
    if arguments.get("owner") == "unassigned" and arguments.get("missing") == ["owner"]:
        del arguments["missing"]


def add_said_currency(s: Sentence, reading: Reading) -> None:
    """Add the currency that was said with an amount, where that is not the workspace's own."""
    own = s.context.vocabulary.currency
    for each in reading.used:
        said = next((amount.currency for amount in s.amounts if amount.first == each.first), "")
        code = read_currency(said, own) if said and each.argument in AMOUNTS else None
        if code in (None, own):
            continue
        if each.argument == "amount" and "currency" in reading.kind.model_fields:
            reading.arguments["currency"] = code
        else:
            # Without an argument beside it, the amount says its currency itself; one that is kept in the workspace's
            # alone is then refused with the reason.
            reading.arguments[each.argument] = f"{each.value} {code}"
