"""The last order once more, with another day or for another record: `make that thursday`, `same for sunday`."""

from __future__ import annotations

from commands.contract.arguments import RecordMark
from commands.contract.command import Command
from commands.reading.mood import may_write
from commands.reading.orders.words import coming_day
from commands.reading.sentence import Sentence
from commands.reading.understood import Understood
from storage.names import mentions
from storage.names.name_index import parse_ref
from storage.names.normalise import split_words

JOINTS = frozenset(
    "and now the same for with ditto likewise please pls do that thing goes to too also actually ok "
    "thanks it on".split()
)
AMENDED = frozenset(
    "actually sorry no wait make that it on please pls rather instead change to better i meant mean ok".split()
)


def again(s: Sentence) -> Understood | None:
    """What changes the order that was said last, where a sentence says nothing else."""
    kind, last = s.focus.kind, dict(s.focus.arguments)
    if kind is None or "name" not in last or len(s.units) > 8 or not s.units or not may_write(s, len(s.units) - 1):
        return None
    key = kind.day_field or ""
    if (
        key is not None
        and key in last
        and s.phrase("make that", "make it", "change it to", "change that to", "i meant", "i mean")
    ):
        timed = {at for when in s.whens for at in range(when.first, when.last + 1)}
        rest = [norm for at, norm in enumerate(s.norms) if at not in timed and norm not in AMENDED]
        day = coming_day(s) if s.whens and not rest and not any(when.bound == "for" for when in s.whens) else None
        if day is not None:
            return Understood(kind.verb(), {**last, key: day})
    if kind.repeats and s.has("follow_on.same"):
        return _for_another(s, kind, last)
    return None


def _for_another(s: Sentence, kind: type[Command], last: dict[str, object]) -> Understood | None:
    at = len(s.units) - 1
    mention = s.mentions.get(at)
    if any(norm not in JOINTS for norm in s.norms[:at]):
        return None
    if mention is None:
        found = [record for record in _called(s, s.norms[at]) if record not in s.focus.records]
        return Understood(kind.verb(), {**last, "name": found[0]}) if len(found) == 1 else None
    kinds = kind.marked_fields(RecordMark)["name"].kinds
    found = [record.ref for record in mention.records if record.kind in kinds]
    return Understood(kind.verb(), {**last, "name": found[0] if len(found) == 1 else mention.said}) if found else None


def _called(s: Sentence, word: str) -> list[str]:
    """Leads with this first or last name, where the word itself is a day or a month."""
    hits = mentions.find_by_words(s.context.scope, {word}).get(word, set())
    known = mentions.load_mentioned(s.context.scope, [key for key in sorted(hits) if key[0] == "lead"])
    return [record.ref for record in known.values() if word in split_words(record.name) and parse_ref(record.ref)]
