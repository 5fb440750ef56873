"""From a sentence to calls: names, concepts and times are found first, then the one reader that fits decides.

No language model takes part. A write is read only from an order or a report; whatever is negated, conditional,
imagined or asked never becomes one. Where nothing fits, that is said, with the closest calls.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from commands.contract.context import Context
from commands.contract.reply import Button
from commands.reading.follow_on import follow_on
from commands.reading.lexicon import lexicon
from commands.reading.mood import bare_negation, forbids, is_question, is_request, opening
from commands.reading.orders import (
    again,
    conversion,
    criteria,
    deals,
    fields,
    follow_ups,
    newcomers,
    owners,
    statuses,
    touches,
)
from commands.reading.questions import day, figures, lists, records, terms
from commands.reading.sentence import FocusView, Sentence, sentence_of
from commands.reading.subjects import named
from commands.reading.understood import NotUnderstood, Understood
from commands.values.text import Text, Token, tokenize_text
from storage.names.name_index import parse_ref

Reader = Callable[[Sentence], Understood | None]

ORDERS: tuple[Reader, ...] = (
    newcomers.create,
    statuses.many_statuses,
    owners.assign_many,
    follow_ups.snooze,
    follow_ups.complete,
    follow_ups.follow_up,
    conversion.convert,
    touches.activity,
    owners.assign_one,
    statuses.status_change,
    deals.deal_change,
    fields.field_change,
    criteria.qualify,
    deals.told_figures,
    criteria.told_criteria,
    newcomers.unknown_newcomer,
)
QUESTIONS: tuple[Reader, ...] = (
    day.follow_ups,
    records.score,
    figures.forecast,
    figures.lead_stats,
    records.activity,
    figures.deal_stats,
    records.changes,
    figures.pipeline,
    lists.opportunities,
    lists.leads,
    records.record,
)
FIRST: tuple[Reader, ...] = (day.undo, day.digest, terms.explain_term, terms.help_, day.priorities)


def read_sentence(text: str, context: Context, focus: FocusView | None = None) -> list[Understood | NotUnderstood]:
    """The calls that a sentence asks for, in order; NotUnderstood in the place of a request that is not clear."""
    read = tokenize_text(text)
    if not read.tokens:
        return [NotUnderstood(text.strip(), CLOSEST)]
    whole = sentence_of(read, context, focus)
    if len(whole.units) > 3 and TAKEN_BACK.search(whole.clean):
        return [NotUnderstood(whole.clean, closest(whole))]
    several = _for_each(whole)
    if several is not None:
        return several
    parts = _split(whole, context, focus)
    if parts is not None:
        return parts
    return [read_one(whole)]


def _for_each(s: Sentence) -> list[Understood | NotUnderstood] | None:
    """`give Penny and Drew to Tom`: one write for each of two names that are joined."""
    for at in sorted(s.mentions):
        if s.norms[at + 1 : at + 3] != ["and", "@"] or at + 2 not in s.mentions:
            continue
        pair = (s.mentions[at], s.mentions[at + 2])
        if any(mention.people and not mention.records for mention in pair) or not all(
            mention.records for mention in pair
        ):
            continue
        if {record.ref for record in pair[0].records} & {record.ref for record in pair[1].records}:
            continue
        found = []
        for drop in ((at + 1, at + 2), (at, at + 1)):
            found.append(read_one(_without(s, drop)))
        if all(isinstance(each, Understood) and each.kind.per_record for each in found):
            return [*found]
        if any(isinstance(each, Understood) and each.kind.per_record for each in found):
            return [NotUnderstood(s.clean, closest(s))]
    return None


def _without(s: Sentence, dropped: tuple[int, int]) -> Sentence:
    """The sentence without some of its units; their words stay out of free text only where they stand behind it."""
    part = Sentence(s.text, s.context, s.focus, [])
    kept = [at for at in range(len(s.units)) if at not in dropped]
    part.units = [s.units[at] for at in kept]
    part.mentions = {new: s.mentions[old] for new, old in enumerate(kept) if old in s.mentions}
    part.products = s.products
    part.reread()
    return part


def read_one(s: Sentence) -> Understood | NotUnderstood:
    """The one call of a request."""
    if not s.units or _small_talk(s):
        return NotUnderstood(s.clean, CLOSEST)
    found = again.again(s) or follow_on(s, decide)
    if found is None:
        found = decide(s)
    if found is None or "impossible" in found.arguments:
        return NotUnderstood(s.clean, closest(s))
    return found


TAKEN_BACK = re.compile(
    r"(?:\bbut not (?:yet|now|today)|[.,;!…-]\s*(?:(?:just )?(?:kidding|joking)\b.*|(?:actually |"
    r"wait )?(?:no|don't|dont|do not)(?: do (?:it|that))?"
    r"|never ?mind|forget (?:it|that)|scratch that|cancel that|on second thoughts?))[\s.!?]*$",
    re.I,
)
"""What takes an order back in the same breath."""


def decide(s: Sentence) -> Understood | None:
    """The first reader that fits: what stands alone, then orders, then questions."""
    if len(s.units) > 3 and TAKEN_BACK.search(s.clean):
        return None
    if CODE.match(s.clean):
        return None
    for reader in FIRST:
        found = reader(s)
        if found is not None:
            return found
    if not _only_asks(s):
        for reader in _orders(s):
            found = reader(s)
            if found is not None:
                return found
    if _refuses(s) or _chore(s) or _gibberish(s):
        return None
    for reader in QUESTIONS:
        found = reader(s)
        if found is not None:
            return None if _shows_one(found) and _doubts(s) else found
    return None


CODE = re.compile(
    r"^\s*(?:[{\[<';%^\\|]|\$(?![\d ])|https?:|fwd?\b|select\b.*\bfrom\b|repeat after|ignore (?:all|your|"
    r"previous|the|any))",
    re.I,
)
"""What no rep says to a colleague: pasted code, links, forwarded messages."""


def _shows_one(found: Understood) -> bool:
    return found.kind.about_one and not found.kind.writes


def _orders(s: Sentence) -> list[Reader]:
    """The orders, what was said first first: `called X, follow up Friday`, `remind me that we spoke`."""
    readers = list(ORDERS)
    touched = s.first("activity.call", "activity.meeting", "activity.email", "activity.voicemail", "activity.note")
    reminded = s.first("follow_up.verb")
    note = s.first("activity.note")
    sooner = touched is not None and (reminded is None or touched.first < reminded.first)
    framed = note is not None and (s.norms[-1] in ("that", "down") or note.first <= 2) and s.norms[note.first] != "put"
    if sooner or framed:
        readers.remove(touches.activity)
        readers.insert(readers.index(follow_ups.follow_up), touches.activity)
    if (
        s.has("update.email", "update.phone", "update.mobile")
        and any(unit.kind in ("email", "phone") for unit in s.units)
        and s.said(*fields.CHANGING)
    ):
        readers.remove(fields.field_change)
        readers.insert(0 if not s.has("create.verb") else 1, fields.field_change)
    converts = s.first("convert.verb")
    if converts is not None and (reminded is None or converts.first < reminded.first):
        readers.remove(conversion.convert)
        readers.insert(0, conversion.convert)
    return readers


def _doubts(s: Sentence) -> bool:
    """A statement that is negated, conditional or imagined asks for nothing."""
    if s.phrase("what if"):
        return True
    awaited = s.norms[0] == "when" and s.norms[1:2] == ["@"] and not s.ends_with_question()
    if (
        (is_question(s, 0) and not awaited)
        or s.ends_with_question()
        or s.phrase("wondering whether", "wonder if", "wonder whether", "wondering if")
    ):
        return False
    if s.has("statuses.open") and s.said("i", "we", "not"):
        return True
    return _denies(s) or _open(s, "moods.condition") or (s.has("moods.hypothetical") and not s.has("moods.polite"))


def _gibberish(s: Sentence) -> bool:
    """Short lines with a word that is none."""
    if len(s.units) > 3:
        return False
    ordinary = lexicon().ordinary
    return any(
        unit.kind == "word" and unit.norm not in ordinary and not unit.mended and len(unit.norm) > 2 for unit in s.units
    )


def _only_asks(s: Sentence) -> bool:
    """Whether every part of a sentence is a question."""
    starts = [at for at in range(len(s.units)) if at == 0 or s.breaks(at)]
    return all(is_question(s, at) for at in starts)


ORDERING = (
    "drop.order", "convert.verb", "assign.verb", "snooze.verb", "follow_up.complete", "deal_verbs.won",
    "deal_verbs.lost",
    "deal_verbs.push", "deal_verbs.set", "follow_up.verb", "activity.intent", "activity.call",
    "activity.meeting", "activity.email",
)  # fmt: skip


def _refuses(s: Sentence) -> bool:
    """Orders that are negated, conditional or imagined are not answered with something else instead."""
    start = opening(s, 0, len(s.units) - 1)
    if s.norms[start : start + 2] == ["what", "if"] and s.norms[start + 2 : start + 3] in (["i"], ["we"]):
        return True
    if s.said("leads", "deals", "opps", "opportunities", "which", "who") and not s.has(
        "drop.order", "convert.verb", "assign.verb", "snooze.verb", "moods.condition"
    ):
        return False
    if _only_asks(s) and not s.phrase("what if", "what would", "should i", "should we"):
        return False
    if not (_open(s, "moods.condition", "moods.hypothetical") or _denies(s)):
        return False
    return s.has(*ORDERING) or s.has("statuses.working", "statuses.qualified", "statuses.closed")


def _open(s: Sentence, *moods: str) -> bool:
    """Whether a mood was said outside of politeness (`sorry if this is silly`)."""
    polite = s.all("moods.polite", "moods.harmless")
    return any(not any(each.first <= one.first <= each.last for each in polite) for one in s.all(*moods))


def _denies(s: Sentence) -> bool:
    return bare_negation(s)


def _chore(s: Sentence) -> bool:
    """What this assistant does not do, ordered at the beginning of a sentence."""
    start = opening(s, 0, len(s.units) - 1)
    if s.norms[start : start + 2] == ["send", "me"] and s.has(
        "kinds.lead", "kinds.deal", "pipeline.word", "forecast.word"
    ):
        return False
    if any(each.first == start for each in s.all("chores.verb")):
        return True
    if s.has("activity.intent") and not s.whens:
        spot = s.first("activity.intent")
        return (
            spot is not None
            and (spot.first == start or s.norms[spot.first - 1] in ("you", "please"))
            and s.norms[spot.first] != "contact"
            and s.norms[spot.last + 1 : spot.last + 2] in WHOM
        )
    return s.phrase("set up a meeting", "schedule a meeting") and not s.whens


WHOM = tuple([word] for word in "@ her him them it a an the that this my our us me".split())


def _small_talk(s: Sentence) -> bool:
    """Greetings, thanks and cheers with nothing behind them."""
    covered = {
        at for each in s.in_section("moods") if each.concept == "moods.chat" for at in range(each.first, each.last + 1)
    }
    covered |= {at for each in s.in_section("answers") for at in range(each.first, each.last + 1)}
    rest = [norm for at, norm in enumerate(s.norms) if at not in covered and norm not in SMALL]
    return not rest


SMALL = frozenset(
    "you so much very a lot all there mate man team everyone guys again and i that is this me it to for "
    "the be will oh".split()
)


# Two requests in one sentence.


def _split(s: Sentence, context: Context, focus: FocusView | None) -> list[Understood | NotUnderstood] | None:
    """The requests of a sentence that holds several, None where it is one."""
    whole: Understood | NotUnderstood | None = None
    for end, start, stopped, joined in _joints(s):
        first, second = _part(s, 0, end), _part(s, start, len(s.units))
        if first is None or second is None:
            continue
        left = read_one(first)
        standing = isinstance(left, Understood) and _stands_alone(first, left)
        if stopped and first.has("create.verb") and isinstance(left, Understood) and not left.kind.writes:
            card = newcomers.create(s)
            if card is not None and "last_name" in card.arguments:
                return [card]
        if not stopped and second.norms[0] in ("is", "are") and second.norms[1:2] != ["@"]:
            continue
        if not stopped and forbids(first, opening(first, 0, len(first.units) - 1)):
            continue
        if not stopped and (_inverted(first) or first.has("moods.condition") or (not standing and _doubts(first))):
            continue
        second.focus = _focus_after(left, first, focus)
        right = read_one(second)
        if isinstance(right, NotUnderstood):
            if (
                standing
                and isinstance(left, Understood)
                and not left.kind.writes
                and any(each.first == 0 for each in second.all("chores.verb"))
            ):
                return [left, right]
            continue
        if (
            not _stands_alone(second, right)
            or _points_back(second)
            or s.norms[start : start + 2] in (["i", "mean"], ["i", "meant"])
        ):
            continue
        if isinstance(left, Understood) and left.verb == "create_lead":
            continue
        if (
            standing
            and is_request(second, 0)
            and isinstance(left, Understood)
            and not left.kind.writes
            and not (is_question(first, 0) or is_request(first, 0) or first.norms[0] in SHOWS)
        ):
            return [right]
        if not standing:
            if first.has("chores.verb") and _chore(first) and isinstance(left, NotUnderstood):
                return [left, right]
            whole = whole or read_one(s)
            if isinstance(whole, Understood) and whole.verb == right.verb:
                return [whole]
            if isinstance(whole, Understood) and whole.kind.writes:
                continue
            if isinstance(whole, Understood) and right.verb == "show_record" and whole.verb != "show_record":
                continue
            if stopped or (isinstance(left, Understood) and right.kind.writes):
                return [right] if not _condition_before(first) else None
            continue
        assert isinstance(left, Understood)
        if (
            left.verb == "set_lead_status"
            and right.verb == "convert_lead"
            and left.arguments["name"] == right.arguments["name"]
            and not first.has("deal_verbs.set")
        ):
            return [right]
        if (
            left.verb == "qualify_lead"
            and right.verb == "set_lead_status"
            and left.arguments["name"] == right.arguments["name"]
        ):
            whole = decide(s)
            return [whole if whole is not None and whole.verb == right.verb else right]
        if left.verb == right.verb and _same_target(left, right, joined=joined):
            continue
        if left.verb == right.verb and "name" in left.arguments and not parse_ref(str(right.arguments.get("name"))):
            continue
        more = _split(second, context, second.focus)
        return [left, *(more or [right])]
    return None


def _inverted(first: Sentence) -> bool:
    """`should Mr Jordan confirm, …`: a condition without an if."""
    start = opening(first, 0, len(first.units) - 1)
    following = first.norms[start + 1 : start + 2]
    return first.norms[start] in ("should", "had", "were") and following not in ([], ["you"], ["i"], ["we"])


def _condition_before(first: Sentence) -> bool:
    return first.has("moods.condition") and first.units[-1].norm != "."


def _same_target(left: Understood, right: Understood, *, joined: bool) -> bool:
    """Whether two calls of one kind are one request said in two breaths."""
    if "name" in left.arguments:
        return left.arguments.get("name") == right.arguments.get("name")
    return not joined or all(left.arguments.get(key) == value for key, value in right.arguments.items())


def _points_back(second: Sentence) -> bool:
    """`note that`, `log that as an email from her`: says what the words before are."""
    return (
        second.has("activity.note", "activity.email", "activity.call")
        and second.norms[0] in ("note", "log", "record", "put")
        and second.norms[1:2] in (["that"], ["it"], ["this"])
    )


OPENS = frozenset(
    """mark set move change put make give assign snooze drop convert remind follow ping chase log note add
    create push pull
    show list what who how which why when whats tell call email update undo send tick cross preview forecast
    win loose pipeline my schedule reassign hand close disqualify dq park qualify is are did left called
    emailed met spoke could can would requalify""".split()
)


def _joints(s: Sentence) -> list[tuple[int, int, bool, bool]]:
    """Where one request may end and the next begin: end of the first, begin of the second, at a stop, with a joint."""
    places = []
    for at in range(1, len(s.units)):
        gap, norm = s.units[at].gap, s.norms[at]
        stopped = s.breaks(at)
        if norm in ("and", "also", "then", "plus") or stopped or ("," in gap):
            start = at
            while start < len(s.units) and s.norms[start] in SKIPPED:
                start += 1
            joined = start > at
            if start < len(s.units) and (
                stopped
                or s.norms[start] in OPENS
                or any(each.first == start for each in s.all("chores.verb", "follow_up.verb"))
            ):
                places.append((at, start, stopped, joined))
        elif norm in BARE_ORDERS and s.norms[at + 1 : at + 2] in OBJECTS and s.norms[at - 1] not in LEADS_TO_VERB:
            places.append((at, at, False, True))
    return places[:8]


BARE_ORDERS = frozenset("set mark remind move snooze convert drop assign put push".split())
OBJECTS = tuple([word] for word in "her him it them me".split())
LEADS_TO_VERB = frozenset(
    "to please can could you will would not never should and then i we they he she who let must do kindly".split()
)
SKIPPED = frozenset("and also then plus please second secondly btw so pls oh".split())


def _part(s: Sentence, first: int, end: int) -> Sentence | None:
    """Some units of a sentence as one of its own; names keep their meaning."""
    if first >= end:
        return None
    units = s.units[first:end]
    text = Text(
        s.clean[: units[-1].end] if end < len(s.units) else s.clean,
        tuple(
            Token(u.norm, u.raw, u.start, u.end, u.kind, u.gap if at else "", u.possessive, u.capital, u.mended)
            for at, u in enumerate(units)
        ),
        s.text.shouted,
    )
    if end < len(s.units):
        mark = re.match(r"\s*([?!.])", s.clean[units[-1].end :])
        text = Text(s.clean[: units[-1].end] + (mark.group(1) if mark else ""), text.tokens, text.shouted)
    part = Sentence(text, s.context, s.focus, [])
    part.units = list(text.tokens)
    part.mentions = {at - first: mention for at, mention in s.mentions.items() if first <= at < end}
    part.products = s.products
    part.reread()
    return part


def _focus_after(left: Understood | NotUnderstood, first: Sentence, focus: FocusView | None) -> FocusView:
    """What the second request may point back to: the record of the first."""
    if isinstance(left, NotUnderstood):
        about = named(first)
        records = (about.name,) if about is not None and about.one is not None else (focus.records if focus else ())
        return FocusView(records)
    name = str(left.arguments.get("name", ""))
    records = (name,) if parse_ref(name) else (focus.records if focus else ())
    return FocusView(records, left.verb, dict(left.arguments))


def _stands_alone(part: Sentence, found: Understood) -> bool:
    """Whether a part says what it wants by itself, rather than giving words to the other."""
    if _shows_one(found) or found.verb in ("list_leads", "whats_changed", "list_opportunities"):
        return (
            is_question(part, 0)
            or part.norms[0] in SHOWS
            or (
                found.verb not in ("show_record",)
                and len(part.units) >= 2
                and not _doubts(part)
                and part.norms[0] not in ("in", "called")
            )
        )
    return found.verb != "help"


SHOWS = frozenset(
    "show list what who how which when whats tell pull find open get display view see my where why".split()
)


# Not understood.

CLOSEST = (
    Button("Who should I call first?", "preview_digest", {}),
    Button("My hot leads", "list_leads", {"band": "hot", "owner": "me"}),
    Button("What I can ask", "help", {}),
)


def closest(s: Sentence) -> tuple[Button, ...]:
    """Up to three calls that come near; never one that writes."""
    offers: list[Button] = []
    for mention in s.mentions.values():
        for each in mention.records[:1]:
            offers.append(Button(f"Show {each.name}", "show_record", {"name": each.ref}))
    if s.has("kinds.deal", "list.closing", "stats.won", "deal_verbs.won", "pipeline.word"):
        offers.append(Button("My open deals", "list_opportunities", {"owner": "me"}))
        offers.append(Button("Pipeline by stage", "summarize_pipeline", {"group_by": "stage"}))
    if s.has("follow_up.noun", "follow_up.verb"):
        offers.append(Button("Follow-ups due today", "list_follow_ups", {"when": "today"}))
    return tuple([*offers, *CLOSEST][:3])
