"""Orders and reports: what a sentence would have changed. Each reader gives a call, or None where it is not meant."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from commands.reading.dates import When, day_of, later
from commands.reading.filters import (
    canonical_in,
    lead_filters,
    number,
    sources,
    stages,
    statuses,
)
from commands.reading.mood import is_question, may_write, opening, ordered, segment
from commands.reading.sentence import Found, Sentence
from commands.reading.subjects import Subject, left_unsaid, named, person, pointed, subject
from commands.reading.understood import Understood
from storage.mentions import close_date_of
from storage.names import parse_ref

WORK = ("lead", "opportunity", "contact", "account")
LEAD = ("lead",)
DEAL = ("opportunity",)
LEADING = re.compile(
    r"^(?:[\s,.;:!?()'\"-]|(?:and|but|so|that|as|because|since|reason|due to|with reason|cause|the reason is|please|now)\b(?=\W))+",
    re.I,
)
TRAILING = re.compile(
    r"(?:[\s,.;:!?'\"(-]|\b(?:please|thanks|thank you|thx|pls|plz|cheers|so please log that call|please log (?:that|this|it)(?: call)?|"
    r"log (?:that|this|it)(?: call)?|(?:can|could) you|note that|kindly note(?: down)?|smh|lol|ok|and|would you|will you|asap)\b)+$",
    re.I,
)


def free_text(text: str) -> str | None:
    """Free words without the joints before and the politeness behind them."""
    text = LEADING.sub("", text.strip())
    text = TRAILING.sub("", text).strip()
    return text or None


def status_change(s: Sentence) -> Understood | None:
    """`mark X as contacted`, `drop X, no budget`, `X is not interested`, `X = qualified`, `X is good to go`."""
    order = s.first("drop.order")
    verdict = s.first("drop.verdict", "drop.reasons")
    closed = s.context.vocabulary.statuses_in("closed")
    targets = statuses(s)
    cue = order or s.first("drop.verdict")
    setting = _status_set(s, targets)
    named_lead = named(s, LEAD)
    if (
        named_lead is not None
        and not named_lead.records
        and named_lead.places
        and s.mentions[named_lead.places[0]].records
    ):
        return None
    if setting is not None:
        at, name = setting
        about = _lead(s, unsaid=s.has("pronouns.person") or len(s.mentions) == 0)
        if about is None or not may_write(s, at, _free_from(s, at)):
            return None
        arguments: dict[str, Any] = {"name": about.name, "status": name}
        reason = _reason(s, at, about, bool(closed) and name == closed[0].name)
        if reason:
            arguments["reason"] = reason
        return Understood("set_lead_status", arguments)
    if not closed:
        return None
    if order is not None and verdict is not None and order.first == verdict.first:
        order = None
    if cue is not None and (order is not None or verdict is not None):
        at = (order or verdict or cue).first
        if order is not None and order.fixed < 3 and not (_commands(s, order) and ordered(s, order.first)):
            return None
        about = _lead(s, unsaid=True)
        if about is None or not may_write(s, at, _free_from(s, at)):
            return None
        arguments = {"name": about.name, "status": closed[0].name}
        reason = _verdict_reason(s, order, about)
        if reason:
            arguments["reason"] = reason
        return Understood("set_lead_status", arguments)
    return None


def _commands(s: Sentence, order: Found) -> bool:
    """Whether a verb that drops has something to drop near it."""
    near = range(order.first, min(order.last + 5, len(s.units)))
    if any(at in s.mentions for at in near):
        return True
    return any(each.first in near for each in s.all("pronouns.person", "pronouns.thing", "kinds.lead"))


def _free_from(s: Sentence, at: int) -> int | None:
    """The unit at which free words begin, behind a colon or a quote, or a comma behind the cue."""
    for place in range(at + 1, len(s.units)):
        if re.search(r"[,:;\"(-]|\.", s.units[place].gap) or s.norms[place] in ("because", "reason", "since", "cause"):
            return place
    return None


SETTERS = frozenset(
    "mark set move change put make update flag label switch turn get bring flip push take log record classify tag "
    "requalify back now to as is = -> into status on already again".split()
)


def _status_set(s: Sentence, targets: list[tuple[int, int, str]]) -> tuple[int, str] | None:
    """The status that is to be set, and where: behind a verb, `as`, `=`, `is … now`."""
    best = None
    for first, last, name in targets:
        before = s.norms[max(0, first - 6) : first]
        just = s.norms[first - 1] if first else ""
        verbs = frozenset(
            "mark set move change put make update flag label switch turn get bring flip push take requalify classify tag".split()
        )
        if just in ("=", "->", "=>", "→"):
            return first, name
        has_verb = any(word in verbs for word in before) or any(s.norms[at] in verbs for at in range(first))
        if (
            has_verb
            and just
            in (
                "as",
                "to",
                "into",
                "is",
                "on",
                "at",
                "now",
                "in",
                "status",
                "@",
                "her",
                "him",
                "it",
                "them",
                "back",
                "lead",
                "one",
                "down",
                "done",
                "put",
                "set",
                "mark",
                "contacted",
                "status",
            )
        ) or (has_verb and first >= 2 and s.norms[first - 2 : first] in (["in", "the"], ["to", "be"])):
            best = first, name
        elif (
            (
                just in ("is", "are", "now", "already", "really", "again", "am", "status")
                and (
                    s.norms[last + 1 : last + 2] == ["now"]
                    or "now" in before
                    or (
                        s.first("statuses.qualified")
                        and name in [each.name for each in s.context.vocabulary.statuses_in("qualified")]
                    )
                    or "already" in before
                    or "again" in before
                    or (first >= 2 and s.norms[first - 2] in ("@", "she", "he"))
                )
            )
            or (
                s.norms[first]
                in (
                    "is",
                    "again",
                    "really",
                    "now",
                    "very",
                    "seriously",
                    "good",
                    "are",
                    "disqualified",
                    "unqualified",
                    "qualified",
                    "keen",
                )
                and (s.mentions or s.has("pronouns.person"))
                and not s.has("kinds.lead")
                and not s.has("drop.verdict")
            )
            or s.phrase("change status", "status change", "status changed")
        ):
            best = best or (first, name)
    for word, classes in (("requalify", ("working", "open")), ("reopen", ("open", "working"))):
        if s.said(word) and best is None and s.mentions:
            named_so = s.context.vocabulary.statuses_in(*classes)
            return (s.norms.index(word), named_so[0].name) if named_so else None
    return best


def _reason(s: Sentence, at: int, about: Subject, closing: bool) -> str | None:
    """What stands behind the status: `…, no budget`, `because …`, `reason …`; before it where it closes a lead."""
    _, end = next(((f, l) for f, l, _ in statuses(s) if f == at), (at, at))
    place = max([end, *about.places]) + 1
    rest = s.cut(place) if place < len(s.units) else ""
    marked = place < len(s.units) and s.norms[place] in ("because", "reason", "since", "cause", "as", "due")
    if rest and (marked or (closing and (re.search(r"[,.;:(-]", s.units[place].gap) or s.norms[place] == "for"))):
        return free_text(rest)
    if not closing:
        return None
    first = min([at, *about.places])
    if about.places and about.places[0] + 1 < at:
        before = s.cut(about.places[0] + 1, at - 1)
        before = re.split(
            r"[.,;:]\s*(?:so|to close|put|please|mark|set|therefore|change)?\b[^.,;:]*$|\bso\b[^,]*$|\btherefore\b",
            before,
        )[0]
        if len(before.split()) >= 2 and not re.match(r"^\s*(?:as|to|into|is|=|->)\b", before) and first != at:
            return free_text(before)
    return None


def _verdict_reason(s: Sentence, order: Found | None, about: Subject) -> str | None:
    """Why a lead is given up, in the rep's words."""
    if order is not None:
        place = (
            max(
                [
                    order.last if order.fixed == order.last - order.first + 1 else order.first,
                    *(p for p in about.places if p >= order.first),
                ]
            )
            + 1
        )
        while place < len(s.units) and s.norms[place] in (
            "lead",
            "her",
            "him",
            "it",
            "them",
            "off",
            "out",
            "one",
            "now",
            "please",
            "from",
            "the",
            "list",
            "my",
        ):
            place += 1
        rest = free_text(s.cut(place)) if place < len(s.units) else None
        if rest:
            return re.sub(r"^\(?not literally\)?[:,]?\s*", "", rest)
        before = (
            free_text(s.cut(max(about.places) + 1, order.first - 1))
            if about.places and max(about.places) + 1 < order.first
            else None
        )
        if before and order.fixed >= 3:
            return before
        verdict = s.first("drop.reasons", "drop.verdict")
        if verdict is not None and verdict.last < order.first:
            return s.cut(verdict.first, verdict.last)
        return None
    start = max(about.places, default=-1) + 1
    verdict = s.first("drop.verdict")
    if verdict is None:
        return None
    if start > verdict.first:
        return free_text(s.cut(verdict.first, verdict.last))
    text = s.cut(start)
    text = re.sub(r"^\s*(?:'s|is|are|was)\s+(?!n)", "", text.strip())
    text = re.sub(r"^(?:a|an)\s+(?=(?:bad|poor|dead|waste))", "", text)
    text = re.sub(r"[,;.]?\s+(?:so|therefore|hence)\b[^,.;]*$", "", text)
    return free_text(text)


def _lead(s: Sentence, *, unsaid: bool = False, skip: tuple[int, ...] = ()) -> Subject | None:
    return subject(s, LEAD, unsaid=unsaid, skip=skip)


def many_statuses(s: Sentence) -> Understood | None:
    """`mark all my quiz leads as contacted`, `everything untouched for 120 days goes to unqualified`."""
    if not s.has("list.many") or s.has("pronouns.person"):
        return None
    targets = statuses(s)
    if not targets:
        return None
    verbs = frozenset("mark set move change put make update turn switch goes go flag should bulk".split())
    if not any(norm in verbs for norm in s.norms):
        return None
    first, last, name = targets[-1]
    just = s.norms[first - 1] if first else ""
    if (
        just not in ("as", "to", "into", "in", "on", "=", "lead", "leads", "mine", "them", "@", "be", "ones", "now")
        and last != len(s.norms) - 1
    ):
        return None
    if not may_write(s, first, _free_from(s, first)) or _excepting(s):
        return None
    filters = lead_filters(s, target=name)
    if filters is None:
        return None
    for key in ("status", "sort", "limit", "converted", "converted_in"):
        filters.pop(key, None)
    if any(key == "company" for key in filters) and len(s.mentions) > 1:
        return None
    if not filters.keys() - {"owner"} and not s.has("kinds.lead"):
        return None
    return Understood("set_lead_status_many", {"status": name, **filters})


def _excepting(s: Sentence) -> bool:
    return s.phrase("but not", "other than", "apart from") or s.said("except", "excluding", "without")


def assign_many(s: Sentence) -> Understood | None:
    """`give all my trade show leads to Dana`."""
    verb = s.first("assign.verb")
    if verb is None and s.said("move", "send", "shift", "put"):
        verb = s.first("deal_verbs.set", "deal_verbs.push") or Found("assign.verb", 0, 0, 1)
    to = _recipient(s)
    if (
        verb is None
        and to is not None
        and to[1] >= len(s.units) - 2
        and s.said("leads", "go", "ones")
        and not is_question(s, 0)
    ):
        verb = Found("assign.verb", to[1], to[1], 1)
    if verb is None or not (s.has("list.many", "pronouns.several") or (s.said("leads"))):
        return None
    if to is None or _excepting(s) or not may_write(s, verb.first, None):
        return None
    reference, at = to
    filters = lead_filters(s, skip=[at])
    if filters is None:
        return None
    # The filter has no place for whose leads: it is always the asker's own, or a manager's team.
    usual = {"admin": "everyone", "manager": "team"}.get(s.context.asker.role, "me")
    if filters.get("owner", usual) != usual:
        return None
    for key in ("status", "sort", "limit", "converted", "converted_in", "owner"):
        filters.pop(key, None)
    if not filters and not s.has("kinds.lead"):
        return None
    if not filters:
        return None
    return Understood("assign_leads", {"owner": reference, **filters})


def _recipient(s: Sentence) -> tuple[str, int] | None:
    """The colleague behind `to`, `->`; or `me`."""
    found = None
    for at in range(1, len(s.units)):
        before = s.norms[at - 1]
        earlier = s.norms[at - 2] if at > 1 else ""
        if before in ("to", "->", "=>", "→", "towards") or (before == "over" and earlier == "hand"):
            mention = s.mentions.get(at)
            if mention is not None and mention.people:
                people = mention.people
                found = (people[0].ref if len(people) == 1 else mention.said), at
            elif s.norms[at] in ("me", "myself"):
                found = "me", at
            elif mention is not None and not mention.records and found is None:
                found = mention.said, at
    if found is None:
        for at in sorted(s.mentions):
            following = s.norms[at + 1 : at + 2]
            before = s.norms[at - 1] if at else ""
            if s.mentions[at].people and (
                before in ("let", "make", "have") or following in (["takes"], ["should"], ["take"], ["gets"], ["owns"])
            ):
                people = s.mentions[at].people
                return (people[0].ref if len(people) == 1 else s.mentions[at].said), at
    return found


def assign_one(s: Sentence) -> Understood | None:
    """`give Bill to Tom`, `Bill Harper to Tom.`, `sullivan -> dana`, `hand Tara over to Ruth`."""
    if s.said("take") and s.phrase("i will handle", "i will take", "myself", "take over @ myself") and s.mentions:
        about = named(s, LEAD)
        if (
            about is not None
            and about.one is not None
            and may_write(s, s.norms.index("take"), s.norms.index("take") + 1)
        ):
            return Understood("assign_lead", {"name": about.name, "owner": "me"})
    to = _recipient(s)
    if to is None:
        return None
    reference, at = to
    verb = s.first("assign.verb")
    arrow = s.norms[at - 1] in ("->", "=>", "→")
    bare = len(s.units) <= 4 and (at - 2) in s.mentions
    if verb is None and not arrow and not bare:
        return None
    start = verb.first if verb is not None else at
    if not may_write(s, start, None) or (s.has("activity.call") and verb is None):
        return None
    first, last = segment(s, at)
    about = subject(s, LEAD, within=(first, last), skip=[at], unsaid=False)
    if about is None and not any(place != at for place in s.mentions if first <= place <= last):
        about = pointed(s, LEAD)
    if about is None or not (about.records or about.places):
        return None
    return Understood("assign_lead", {"name": about.name, "owner": reference})


def snooze(s: Sentence) -> Understood | None:
    """`snooze hope till monday`, `park him for a week`."""
    cue = s.first("snooze.verb")
    if cue is None or not may_write(s, cue.first, None):
        return None
    about = _lead(s, unsaid=True)
    if about is None:
        return None
    if (
        not about.records
        and about.places
        and (s.mentions[about.places[0]].records or s.mentions[about.places[0]].people)
    ):
        return None
    if about.places and s.phrase("not @"):
        about = _after_correction(s, about)
    until = coming_day(s, at_start=True)
    if s.norms[cue.first] in ("postpone", "defer", "hide", "pause", "park") and not about.records and not until:
        return None
    return Understood("snooze_lead", {"name": about.name, **({"until": until} if until else {})})


def _after_correction(s: Sentence, about: Subject) -> Subject:
    """`not Noel. Eve.`: the name that is not denied."""
    denied = [at for at in s.mentions if at and s.norms[at - 1] == "not"]
    return named(s, LEAD, skip=denied) or about


def coming_day(s: Sentence, *, at_start: bool = False, ends: bool = False) -> str | None:
    """The day a sentence points to, in the future: a date, the start of a period, or a length of time from today."""
    for when in reversed(s.whens) if _corrected(s) else s.whens:
        if when.grain == "clock":
            continue
        if when.bound == "for":
            return later(s.context.today, days=when.days or 0, months=when.months or 0).isoformat()
        period = when.future
        if (
            when.bound == "to"
            and period.end is not None
            and at_start
            and when.grain in ("month", "week", "quarter", "year")
        ):
            start = _start_of(when, s)
            return start.isoformat() if start else None
        found = day_of(when, "future", end=ends and when.grain in ("month", "week", "quarter", "year", "range", "half"))
        if found is not None:
            if when.grain == "week" and found < s.context.today:
                found = s.context.today
            return found.isoformat()
    return None


def _corrected(s: Sentence) -> bool:
    return s.phrase("no sorry", "sorry no", "i mean", "no wait", "i meant", "no make", "or rather", "correction")


def _start_of(when: When, s: Sentence) -> Any:
    """`until May` is the first of May: the period's own start, which a bound has cut off."""
    end = when.future.end
    if end is None:
        return None
    match when.grain:
        case "month":
            return end.replace(day=1)
        case "week":
            return end - timedelta(days=6)
        case "quarter":
            return later(end + timedelta(days=1), months=-3)
        case _:
            return later(end + timedelta(days=1), months=-12)


def follow_up(s: Sentence) -> Understood | None:
    """`remind me to call X tomorrow`, `follow up with X on Friday`, `noel again monday`."""
    cue = s.first("follow_up.verb")
    bare = None
    if cue is None:
        bare = _intent(s) or s.first("follow_up.noun")
        if bare is None:
            return None
    spot = cue or bare
    assert spot is not None
    if not _reminds(s, spot, named_cue=cue is not None):
        return None
    about = subject(s, WORK, unsaid=True)
    if about is None or (about.places and not about.records and s.mentions[about.places[0]].people):
        return None
    due = coming_day(s)
    if due is None:
        return None
    note = _follow_note(s, about)
    return Understood("set_follow_up", {"name": about.name, "due": due, **({"note": note} if note else {})})


def _intent(s: Sentence) -> Found | None:
    for each in s.all("activity.intent"):
        first, last = segment(s, each.first)
        before = s.norms[each.first - 1] if each.first else ""
        earlier = s.norms[each.first - 2] if each.first > 1 else ""
        if (
            each.first in (first, opening(s, first, last))
            or before == "please"
            or re.search(r"[,:-]", s.units[each.first].gap)
        ):
            return each
        if before == "to" and earlier in ("need", "have", "remember", "got", "want", "ought", "forget"):
            return each
        if (
            any(when.last == each.first - 1 for when in s.whens)
            or (before == "a"
            and earlier in ("me", "@"))
        ):
            return each
    return None


def _reminds(s: Sentence, spot: Found, *, named_cue: bool) -> bool:
    if s.norms[spot.first] == "again" and spot.fixed == 1 and (not s.mentions or len(s.units) > 6):
        return False
    if is_question(s, spot.first):
        return False
    negated = s.first("moods.negation")
    harmless = s.phrase(
        "do not let me forget", "do not forget", "let me not forget", "before i forget", "always forget", "not forget"
    )
    if negated is not None and not harmless and not may_write(s, spot.first, None):
        return False
    return harmless or s.phrase("remind me", "remind", "remember me") or may_write(s, spot.first, None)


NOTE_VERBS = frozenset(
    "call ring phone telephone email mail write text visit meet contact send convert ask check prepare bring book "
    "schedule pay invoice quote review discuss get talk speak offer close sign deliver tell give share finish order".split()
)
NOTHING = frozenset(
    "follow up followup reminder chase ping remind touch base again f u fu recall callback nudge check in back with on".split()
)


def _follow_note(s: Sentence, about: Subject) -> str | None:
    """What is to be done: the verb behind `remind me to`, without the name and the time."""
    start = None
    for at, norm in enumerate(s.norms):
        if (
            norm in NOTE_VERBS
            and (
                at == 0
                or s.norms[at - 1]
                in (
                    "to",
                    "and",
                    "please",
                    "remind",
                    "me",
                    "a",
                    "forget",
                    "need",
                    "must",
                    "should",
                    "@",
                    "list",
                    "tomorrow",
                )
                or any(when.last == at - 1 for when in s.whens)
            )
            and not any(when.first <= at <= when.last for when in s.whens)
        ):
            start = at
            break
    if start is not None and any(start < each.first <= start + 3 for each in s.all("follow_up.noun", "follow_up.verb")):
        start = None
    if start is None or (s.norms[start] == "check" and s.norms[start + 1 : start + 2] in (["in"], ["back"])):
        return _about_note(s, about)
    end = len(s.units) - 1
    drop = set(about.places)
    for when in s.whens:
        if when.first > start:
            drop |= set(range(when.first, when.last + 1))
            if s.norms[when.first - 1] in ("on", "at", "by", "in", "until"):
                drop.add(when.first - 1)
    for each in s.all("pronouns.person"):
        if each.first == start + 1 and not about.places:
            drop |= set(range(each.first, each.last + 1))
    parts: list[str] = []
    for at in range(start, end + 1):
        if at in drop:
            continue
        if any(when.first == at for when in s.whens if when.first > start):
            continue
        if re.search(r"[.,:;!?\n]", s.units[at].gap) and at > start:
            break
        raw = s.units[at].raw
        parts.append((s.units[at].gap if s.units[at].gap in (",",) and parts else "") + raw)
    text = re.sub(r"\s+,", ",", " ".join(parts))
    text = re.sub(r"\s+(?:at the latest|with|to|for|on|at|about|back to|by)$", "", text.strip())
    return free_text(text)


def _about_note(s: Sentence, about: Subject) -> str | None:
    """`… about the price`, `…: send the contract` behind the name."""
    last = max([*about.places, *(when.last for when in s.whens)], default=-1)
    for at in range(max(about.places, default=0) + 1, len(s.units)):
        if any(when.first <= at <= when.last for when in s.whens):
            continue
        if s.norms[at] in ("about", "regarding", "re", "because") or ":" in s.units[at].gap:
            stop = next((when.first - 1 for when in s.whens if when.first > at), None)
            text = s.cut(at, stop) if stop is not None else s.cut(at)
            text = re.sub(r"^(?:about|regarding|re|because)\s+", "", text)
            return free_text(text)
    del last
    return None


def complete(s: Sentence) -> Understood | None:
    """`jane doe follow up done`, `tick off whatever I had with Trevor Quinn`."""
    cue = s.first("follow_up.complete")
    if cue is None or not may_write(s, cue.first, None):
        return None
    noun = (
        s.has("follow_up.noun")
        or s.phrase("follow up", "follow ups")
        or s.said("tick", "cross", "check", "task", "reminder")
    )
    strong = cue.fixed >= 2 or noun
    if not strong:
        return None
    about = subject(s, WORK, unsaid=True)
    return Understood("complete_follow_up", {"name": about.name}) if about else None


def activity(s: Sentence) -> Understood | None:
    """`called jane doe, …`, `note for X: …`, `left a voicemail`: what was done, when, what was said."""
    kind, cue = _touch(s)
    if cue is None or kind is None:
        return None
    about = subject(s, WORK, unsaid=True)
    if about is None:
        return None
    free = max([cue.first, *(place for place in about.places if place <= cue.last + 4)]) + 1
    if not may_write(s, cue.first, free):
        return None
    if is_question(s, cue.first):
        return None
    arguments: dict[str, Any] = {"name": about.name, "kind": kind}
    text = _touch_text(s, kind, cue, about)
    if text:
        arguments["text"] = text
    at = _touch_time(s, cue, about)
    if at:
        arguments["at"] = at
    return Understood("log_activity", arguments)


def _touch(s: Sentence) -> tuple[str | None, Found | None]:
    note = s.first("activity.note")
    found = {kind: s.first(f"activity.{kind}") for kind in ("voicemail", "meeting", "email", "call")}
    if note is not None and _frames_note(s, note):
        return "note", note
    if (quoted := s.first("activity.email")) is not None and s.phrase("as an email", "log that as an email"):
        return "email", quoted
    present = [(kind, each) for kind, each in found.items() if each is not None and _reported(s, each)]
    if not present:
        return None, None
    voicemail = next((each for kind, each in present if kind == "voicemail"), None)
    if voicemail is not None:
        return "call", voicemail
    kind, each = min(present, key=lambda pair: pair[1].first - (10 if pair[1].fixed > 2 else 0))
    return kind, each


def _frames_note(s: Sentence, note: Found) -> bool:
    """Whether `note` opens or closes the sentence as a frame rather than standing within it."""
    first, last = segment(s, note.first)
    return note.first - first <= 6 or note.last >= last - 2


def _reported(s: Sentence, cue: Found) -> bool:
    """Whether a verb of touching reports something done by the rep: not `can you call`, not `he called a friend`."""
    first = s.norms[cue.first]
    before = s.norms[cue.first - 1] if cue.first else ""
    if first in ("called",) and (before in ("lead", "deal", "opportunity", "is", "one", "company", "contact")):
        return False
    if first in ("talked", "spoke", "spoken") and not about_whom(s, cue):
        return False
    if first == "sent" and before in ("is", "are", "were", "was", "be", "been"):
        return False
    if first in ("reached", "met", "wrote", "sent", "called") and before in ("was", "were", "be", "not"):
        return False
    return not (
        first in ("meeting", "lunch", "call", "email", "coffee", "demo")
        and before in ("a", "the", "up", "set", "schedule", "book", "my", "next", "another")
        and not s.said("log", "had")
    )


def about_whom(s: Sentence, cue: Found) -> bool:
    """`we talked about Silverline` is no call with them; `spoke to Jane about it` is."""
    behind = s.norms[cue.last + 1 : cue.last + 5]
    return (
        "about" not in behind
        or "with" in behind[: behind.index("about")]
        or "to" in behind[: behind.index("about")]
        or s.norms[cue.last] in ("to", "with")
        or "@" in behind[: behind.index("about")]
    )


def _touch_text(s: Sentence, kind: str, cue: Found, about: Subject) -> str | None:
    ends = [cue.first if cue.fixed < cue.last - cue.first + 1 else cue.last]
    place_after = [place for place in about.places if place > cue.first]
    voicemail = cue.concept == "activity.voicemail"
    if kind == "note":
        return _note_text(s, cue, about)
    if voicemail:
        stop = cue.last
        text = _without(s, cue.first, len(s.units) - 1, set(about.places))
        text = re.sub(r"\s+(?:for|to|with)$", "", text)
        del stop
        return free_text(re.sub(r"^(left) (?:her|him|them|you)\b", r"\1", text, flags=re.I))
    if s.phrase("as an email"):
        quoted = s.clean.split("\n")[0].strip().strip(">").strip()
        return free_text(quoted)
    if place_after:
        ends.append(max(place for place in place_after if place <= (place_after[0] + 3)))
    elif about.places and max(about.places) > cue.last:
        ends.append(max(about.places))
    start = max(ends) + 1
    if cue.fixed < cue.last - cue.first + 1:
        start = max(start, cue.last + 1)
    pronoun = next(
        (
            each
            for each in s.all("pronouns.person", "ordinals.first", "ordinals.second", "ordinals.third", "ordinals.last")
            if each.first == cue.last + 1
        ),
        None,
    )
    if pronoun is not None:
        start = max(start, pronoun.last + 1)
    start = _past_time(s, start)
    if start >= len(s.units):
        return None
    text = _without_time(s, start)
    text = re.sub(r"^\s*(?:me|us|me back|us back)\b(?=\s)", "", text)
    if text.strip().lower() in ("went out", "has gone out", "is out", "done", "sent", "is done"):
        return None
    text = re.sub(
        r"^[\s,.;:-]*(?:just now|again|by phone|on the phone|by email|at last|briefly|quickly|back|today)\b",
        "",
        text,
        flags=re.I,
    )
    return free_text(text)


def _without_time(s: Sentence, start: int) -> str:
    """The words from a unit on, without a day or a time of the past at their end."""
    last = len(s.units) - 1
    while last > start:
        when = next((each for each in s.whens if each.last == last and each.first > start), None)
        if when is None or when.grain not in ("day", "clock") or when.bound != "in":
            break
        if when.past != when.future or (when.past.start or s.context.today) > s.context.today:
            break
        last = when.first - 1
    return s.cut(start, last) if last < len(s.units) - 1 else s.cut(start)


def _past_time(s: Sentence, start: int) -> int:
    moved = True
    while moved:
        moved = False
        for when in s.whens:
            if when.first in (start, start + 1) and when.grain in ("day", "clock") and when.bound == "in":
                if when.first == start + 1 and s.norms[start] not in ("on", "at", "for", "last"):
                    continue
                start, moved = when.last + 1, True
    return start


def _without(s: Sentence, first: int, last: int, dropped: set[int]) -> str:
    parts = []
    for at in range(first, last + 1):
        if at in dropped:
            continue
        gap = s.units[at].gap
        if at > first and s.units[at].start == s.units[at - 1].start and s.units[at].raw == s.units[at - 1].raw:
            continue
        parts.append(
            ("" if not parts else gap if gap in (",", ".", ";", ":") else "")
            + ("" if not parts else " ")
            + s.units[at].raw
        )
    return "".join(parts)


def _note_text(s: Sentence, cue: Found, about: Subject) -> str | None:
    """A note's words: behind `note on X:`, or the whole of what stands before `note that`."""
    first, last = segment(s, cue.first)
    after = max([cue.last, *(place for place in about.places if cue.last < place <= cue.last + 4)]) + 1
    rest = free_text(s.cut(after)) if after < len(s.units) else None
    if rest and len(rest.split()) > 1 and not s.cut(after).strip().lower().startswith(("please", "pls")):
        return re.sub(r"^(?:that|saying|:)\s+", "", rest)
    start = max(about.places, default=-1) + 1
    if start < cue.first:
        return free_text(s.cut(start, cue.first - 1))
    return rest


def _touch_time(s: Sentence, cue: Found, about: Subject) -> str | None:
    """When it happened, if that was said near the verb."""
    near = max([cue.last, *(place for place in about.places if place <= cue.last + 4)])
    for when in s.whens:
        close = when.first <= near + 4 and when.last >= cue.first - 4 and "," not in s.units[when.first].gap
        if not close or when.bound != "in" or when.grain not in ("day", "clock"):
            continue
        found = when.past.start
        if found is None or found > s.context.today:
            continue
        if when.clock is not None:
            return datetime.combine(found, when.clock).isoformat(timespec="minutes")
        if any(each.norm in ("this",) for each in s.units[when.first : when.last + 1]):
            return None
        return found.isoformat()
    return None


def convert(s: Sentence) -> Understood | None:
    """`convert rich`, `turn X into a contact and a deal worth 25k closing end of March`."""
    cue = s.first("convert.verb")
    if cue is None or (s.norms[cue.first] in ("promote", "graduate") and not s.mentions):
        return None
    if not may_write(s, cue.first, cue.last + 1) or s.phrase("ready for converting", "not convert"):
        return None
    if (
        not ordered(s, cue.first)
        and not s.said("please", "pls")
        and s.norms[cue.first] in ("convert", "promote", "converts")
    ):
        return None
    about = _converted_lead(s, cue)
    if about is None or (about.places and not about.records and s.mentions[about.places[0]].records):
        about = pointed(s, LEAD) or left_unsaid(s, LEAD)
    if about is None:
        return None
    arguments: dict[str, Any] = {"name": about.name}
    arguments |= _conversion_targets(s, about)
    if s.has("convert.no_opportunity"):
        arguments["create_opportunity"] = False
    money = [each for each in s.amounts if each.money or each.value >= 500]
    if money:
        arguments["amount"] = number(money[0].value)
    named_so = re.search(r"\b(?:called|named)\s+(.+?)(?:,|;|\.|$| for | stage | closing | worth )", s.clean, re.I)
    if named_so and s.has("kinds.deal"):
        arguments["opportunity_name"] = named_so.group(1).strip().strip('"')
    closing = coming_day(s, ends=True)
    if closing:
        arguments["close_date"] = closing
    stage = [
        spot
        for spot in stages(s)
        if "opportunity_name" not in arguments
        or s.units[spot[0]].start > s.clean.find(str(arguments["opportunity_name"]))
    ]
    if stage:
        arguments["stage"] = stage[0][2]
    return Understood("convert_lead", arguments)


def _converted_lead(s: Sentence, cue: Found) -> Subject | None:
    places = _account_places(s)
    near = named(s, LEAD, within=(cue.first, min(len(s.units) - 1, cue.last + 3)), skip=places)
    if near is not None and near.records:
        return near
    return subject(s, LEAD, unsaid=True, skip=places)


def _account_places(s: Sentence) -> list[int]:
    """Names that say where a lead goes: `under Initech`, `the existing Monday Labs account`."""
    return [
        at
        for at in s.mentions
        if at
        and (
            s.norms[at - 1] in ("under", "existing", "into")
            or s.norms[at + 1 : at + 2] in (["account"], ["deal"], ["opportunity"], ["opp"])
        )
        and any(record.kind in ("account", "opportunity") for record in s.mentions[at].records)
    ]


def _conversion_targets(s: Sentence, about: Subject) -> dict[str, Any]:
    """`under Initech`, `join her to the riverbend gtx basic deal`."""
    found: dict[str, Any] = {}
    rest = [at for at in sorted(s.mentions) if at not in about.places]
    if not rest:
        return found
    if s.said("join", "joining", "attach", "add", "link"):
        joined = named(s, DEAL, skip=about.places)
        if joined is not None and joined.records:
            return {"opportunity": joined.name}
    before = {s.norms[at - 1] for at in rest if at} | {s.norms[at - 2] for at in rest if at > 1}
    if before & {"under", "into", "to", "account", "at", "with", "existing"}:
        account = named(s, ("account",), skip=about.places)
        if account is not None and account.records:
            found["account"] = account.name
    return found


def deal_change(s: Sentence) -> Understood | None:
    """Stage, amount, close date, next step or end of an opportunity."""
    if s.has("stats.average", "stats.win_rate", "stats.cycle", "stats.how_many", "stats.how_much", "forecast.word"):
        return None
    step = _next_step(s)
    if step is not None:
        return step
    amounts = [each for each in s.amounts if each.money or each.value >= 500 or s.has("deal_verbs.amount")]
    stage = [spot for spot in stages(s)]
    for reader in (_won_or_lost, _moved, _set_fields):
        found = reader(s, amounts, stage)
        if found is not None:
            return found
    return None


def _deal(s: Sentence, *, unsaid: bool = True, within: tuple[int, int] | None = None) -> Subject | None:
    found = named(s, DEAL, within=within)
    if found is not None and not found.records and found.places:
        mention = s.mentions[found.places[0]]
        if mention.people and not mention.records:
            return None
    return found or pointed(s, DEAL) or (subject(s, DEAL, unsaid=True) if unsaid else None)


def _next_step(s: Sentence) -> Understood | None:
    cue = next(
        (each for each in s.all("deal_verbs.next_step") if s.norms[each.first] in ("next", "the", "todo", "action")),
        None,
    )
    if cue is None:
        return None
    about = _deal(s)
    if about is None or is_question(s, cue.first):
        return None
    after = [cue.last, *(place for place in about.places if place > cue.first)]
    start = max(after[:2]) + 1
    if start >= len(s.units):
        return None
    text = s.clean[s.units[start - 1].end :]
    quoted = re.search(r"(?:^|\W)['\"]([^'\"]{3,})['\"]", text)
    text = quoted.group(1) if quoted else text
    text = re.sub(r"^[\s,:;=-]*(?:is|to|now|should be|will be|are|:)?\s*(?:to\s+)?(?=\w)", "", text, flags=re.I)
    cleaned = free_text(text) if text else None
    if not cleaned or not may_write(s, cue.first, cue.last + 1):
        return None
    arguments: dict[str, Any] = {"name": about.name, "next_step": cleaned}
    money = [each for each in s.amounts if (each.money or each.value >= 500) and each.last < cue.first]
    if money and s.has("deal_verbs.amount"):
        arguments = {"name": about.name, "amount": number(money[0].value), "next_step": cleaned}
    return Understood("update_opportunity", arguments)


def _won_or_lost(s: Sentence, amounts: Any, stage: Any) -> Understood | None:
    vocabulary = s.context.vocabulary
    lost, won = s.first("deal_verbs.lost"), s.first("deal_verbs.won")
    for spot in stage:
        definition = next((each for each in vocabulary.stages if each.name == spot[2]), None)
        if definition is not None and definition.state == "won":
            won = won or Found("deal_verbs.won", spot[0], spot[1], 1)
        elif definition is not None and definition.state == "lost":
            lost = lost or Found("deal_verbs.lost", spot[0], spot[1], 1)
    cue, state = (lost, "lost") if lost is not None else (won, "won")
    if cue is None or (s.has("drop.order") and state == "lost" and not s.has("kinds.deal")):
        return None
    if s.has("stats.how_much", "stats.how_many") or s.said("leads", "deals", "opps", "opportunities"):
        return None
    ends = vocabulary.stages_in(state)
    about = _deal(s)
    if about is None or not ends:
        return None
    free = None
    if state == "lost":
        free = max([cue.last, *about.places]) + 1
    if not may_write(s, cue.first, free):
        return None
    if not about.records and about.places:
        return None
    arguments: dict[str, Any] = {"name": about.name, "stage": ends[0].name}
    if state == "lost":
        reason = _lost_reason(s, cue, about)
        if reason:
            arguments["lost_reason"] = reason
    elif amounts and amounts[0].money:
        arguments["amount"] = number(amounts[0].value)
    return Understood("update_opportunity", arguments)


def _lost_reason(s: Sentence, cue: Found, about: Subject) -> str | None:
    start = max([cue.last, *about.places, *(each.last for each in s.all("deal_verbs.lost"))]) + 1
    to = next(
        (at for at in range(cue.first, len(s.units)) if s.norms[at] == "to" and at >= max(about.places, default=0)),
        None,
    )
    if to is not None and s.norms[cue.first] in ("lost", "lose") and to <= start:
        start = to + 1
    rival = next((at for at in range(cue.first, start) if s.norms[at] == "with"), None)
    if rival is not None and not any(place > rival for place in about.places):
        start = rival + 1
    text = s.cut(start) if start < len(s.units) else ""
    return free_text(text)


def _moved(s: Sentence, amounts: Any, stage: Any) -> Understood | None:
    """Pushed and pulled close dates; with an amount or a stage said as well, those too."""
    pull, push = s.first("deal_verbs.pull"), s.first("deal_verbs.push")
    cue = pull or push
    if cue is None:
        return None
    about = _deal(s)
    if about is None or (about.places and not about.records):
        return None
    if not may_write(s, cue.first, None):
        return None
    day = _new_close_date(s, about, earlier=pull is not None)
    if day is None:
        return None
    arguments: dict[str, Any] = {"name": about.name}
    if stage:
        arguments["stage"] = stage[0][2]
    if amounts and (amounts[0].money or amounts[0].value >= 500):
        arguments["amount"] = number(amounts[0].value)
    return Understood("update_opportunity", {**arguments, "close_date": day})


def _new_close_date(s: Sentence, about: Subject, *, earlier: bool) -> str | None:
    whens = s.whens[-1:] if _corrected(s) else list(s.whens)
    behind = [
        when
        for when in whens
        if (when.first and s.norms[when.first - 1] in ("to", "into", "until", "by", "for", "on", "is", "date"))
        or s.norms[when.first] in ("to", "by", "until", "on", "in")
    ]
    for when in [*behind, *whens]:
        if when.grain == "clock":
            continue
        length = when.bound == "for" or ((when.days is not None or when.months is not None) and when.bound == "in")
        if length:
            record = about.one
            parsed = parse_ref(record.ref) if record is not None else None
            own = close_date_of(s.context.scope, parsed[1]) if parsed else None
            if own is None:
                return None
            sign = -1 if earlier else 1
            return later(own, days=sign * (when.days or 0), months=sign * (when.months or 0)).isoformat()
        found = day_of(when, "future", end=when.grain in ("month", "quarter", "year", "half"))
        if found is not None and when.grain == "week":
            found = when.future.end and when.future.end - timedelta(days=2)
        if found is not None and found >= s.context.today:
            return found.isoformat()
    return None


SETS = frozenset(
    "set make change update put move mark bump raise lower push switch advance bring get correct enter increase reduce cut "
    "decrease passes pass goes now is at worth went take record shown amount value close stage back".split()
)


def _set_fields(s: Sentence, amounts: Any, stage: Any) -> Understood | None:
    """An amount or a stage that is given to an opportunity."""
    about = _deal(s)
    if about is None or (about.places and not about.records):
        return None
    verb = next((at for at, norm in enumerate(s.norms) if norm in SETS), None)
    closing = None
    if s.phrase("close date", "closing date", "closes") or s.has("deal_verbs.push"):
        closing = _new_close_date(s, about, earlier=False)
    if s.has("qualify.budget", "qualify.timeframe") and not s.said("deal", "opportunity", "opp"):
        return None
    if s.said("leads", "deals", "opps", "opportunities"):
        return None
    arguments: dict[str, Any] = {}
    place = None
    if (stage and verb is not None) or (stage and s.norms[stage[-1][0] - 1 : stage[-1][0]] in (["="], ["->"], ["in"])):
        arguments["stage"], place = stage[-1][2], stage[-1][0]
    money = [each for each in amounts if each.money or each.value >= 500 or verb is not None]
    arrow = bool(money) and s.norms[money[-1].first - 1 : money[-1].first] in (["->"], ["→"], ["=>"], ["="])
    if money and (verb is not None or arrow or s.has("deal_verbs.amount") or len(s.units) <= 4):
        chosen = money[-1]
        arguments["amount"] = number(chosen.value if chosen.money or chosen.value >= 500 else chosen.value)
        place = place if place is not None else chosen.first
    if closing is not None:
        arguments["close_date"] = closing
        place = place if place is not None else (s.first("deal_verbs.push") or Found("", 0, 0, 0)).first
    if not arguments or place is None or not may_write(s, place, None):
        return None
    if "amount" in arguments and not (arguments["amount"] >= 500) and not money[-1].money:
        return None
    if "stage" in arguments and len(arguments) == 1 and verb is None and len(s.units) > 8:
        return None
    return Understood("update_opportunity", {"name": about.name, **arguments})


def told_figures(s: Sentence) -> Understood | None:
    """`initech: dec 20`, `globex basic 13k`: a deal and nothing but its new date or amount."""
    about = named(s, DEAL)
    if about is None or about.one is None or about.one.over or len(s.units) > 7 or is_question(s, 0):
        return None
    if not (about.places and all(record.kind == "opportunity" for record in about.records)):
        return None
    money = [each for each in s.amounts if each.money or each.value >= 500]
    taken = set(about.places)
    for each in money:
        taken |= set(range(each.first, each.last + 1))
    for when in s.whens:
        taken |= set(range(when.first, when.last + 1))
    rest = [norm for at, norm in enumerate(s.norms) if at not in taken and norm not in SAYS_NOTHING]
    if rest or not may_write(s, 0, None):
        return None
    found: dict[str, Any] = {"name": about.name}
    if money:
        found["amount"] = number(money[-1].value)
    elif s.whens:
        day = _new_close_date(s, about, earlier=False)
        if day is None or any(when.bound == "for" for when in s.whens):
            return None
        found["close_date"] = day
    return Understood("update_opportunity", found) if len(found) > 1 else None


SAYS_NOTHING = frozenset(
    "deal opp opportunity now the is at to on by please pls amount value close date new only just".split()
)


def told_criteria(s: Sentence) -> Understood | None:
    """`wei zhang: GTX Pro, 60k, next quarter`: a lead and the criteria, one after another."""
    about = named(s, LEAD)
    money = [each for each in s.amounts if each.money or each.value >= 500]
    if about is None or about.one is None or about.one.over or not money or is_question(s, 0) or len(s.units) > 14:
        return None
    if (
        s.has("kinds.deal", "convert.verb", "score.word", "assign.verb")
        or stages(s)
        or not may_write(s, money[0].first, None)
    ):
        return None
    found: dict[str, Any] = {"budget": number(money[0].value)}
    when = next((each for each in s.whens if each.grain != "clock"), None)
    if when is not None:
        found["timeframe"] = re.sub(r"^(?:in|on)\s+(?:the\s+)?", "", s.cut(when.first, when.last), flags=re.I)
    behind = s.clean[s.units[max(about.places)].end :]
    taken = [money[0].first, *([when.first] if when is not None else [])]
    for part in re.split(r"[,;:]|\band\b", behind):
        words = part.strip(" .")
        inside = [at for at in taken if s.units[at].raw.lower() in words.lower()]
        if words and not inside and 1 <= len(words.split()) <= 4 and re.match(r"^[A-Za-z]", words):
            found["product_interest"] = words
            break
    order = ("product_interest", "budget", "timeframe")
    return Understood("qualify_lead", {"name": about.name, **{key: found[key] for key in order if key in found}})


def unknown_newcomer(s: Sentence) -> Understood | None:
    """`add Paula Reed from Kestrel Air`: a name that nobody has, behind a verb that adds."""
    first, last = segment(s, 0)
    start = opening(s, first, last)
    if s.norms[start] not in ("add", "create", "register", "enter", "save", "new") or is_question(s, 0):
        return None
    if not any(mention.unknown for mention in s.mentions.values()) or not re.search(
        r"\b(?:from|at|of|with|@)\b|,", s.clean
    ):
        return None
    if s.has("activity.note", "follow_up.noun") or not may_write(s, start, start + 1):
        return None
    found = _card(s, Found("create.verb", start, start, 1))
    return (
        Understood("create_lead", found)
        if found.get("last_name") and (found.get("company") or found.get("email"))
        else None
    )


def qualify(s: Sentence) -> Understood | None:
    """`muller budget 40k`, `May wants the GTX Basic`, `qualify Kofi: interest …, budget …, timeframe …`."""
    verb = s.first("qualify.verb")
    budget, none = s.first("qualify.budget"), s.first("qualify.no_budget")
    interest, frame = s.first("qualify.interest"), s.first("qualify.timeframe")
    if verb is None and budget is None and none is None and interest is None and frame is None:
        return None
    if s.has("kinds.deal") or s.said("leads"):
        return None
    about = subject(s, LEAD, unsaid=True)
    if about is None or not about.records:
        return None
    found: dict[str, Any] = {}
    said = _labelled(s)
    money = [each for each in s.amounts if each.money or each.value >= 500]
    if "product_interest" in said:
        found["product_interest"] = said["product_interest"]
    elif interest is not None:
        product = _product(s, interest, about)
        if product:
            found["product_interest"] = product
    elif money and (product := _product_words(s, about)) is not None:
        found["product_interest"] = product
    if none is not None:
        found["budget"] = "none"
    elif money:
        found["budget"] = number(money[0].value)
    elif "budget" in said:
        found["budget"] = said["budget"]
    if "timeframe" in said:
        found["timeframe"] = said["timeframe"]
    elif frame is not None or (money and s.whens) or ("product_interest" in found and s.whens):
        when = next((each for each in s.whens if each.grain != "clock"), None)
        if when is not None:
            words = s.cut(when.first, when.last)
            found["timeframe"] = re.sub(r"^(?:in|on)\s+(?:the\s+)?", "", words, flags=re.I)
    if not found:
        return None
    at = next((each.first for each in (verb, budget, none, interest, frame) if each is not None), 0)
    if not may_write(s, at, at + 1 if none is not None else None):
        return None
    return Understood("qualify_lead", {"name": about.name, **found})


LABELS = {
    "product_interest": r"(?:product interest|product|interest(?:ed in)?|interest is)",
    "budget": r"budget(?: is)?",
    "timeframe": r"(?:timeframe|time frame|timeline|deadline)(?: is)?",
}


def _labelled(s: Sentence) -> dict[str, Any]:
    """`interest fleet renewal, budget unknown, timeframe next quarter`."""
    found: dict[str, Any] = {}
    every = "|".join(LABELS.values())
    for field, label in LABELS.items():
        match = re.search(
            rf"\b{label}\b\s*[:=]?\s*(.+?)(?=\s*(?:,|;|\.|$|\n|\band\b\s*(?:{every})\b|\b(?:{every})\b))", s.clean, re.I
        )
        if match and match.group(1).strip():
            value = match.group(1).strip().strip(".,;: ")
            if (
                value
                and value.lower() not in ("is", "in", "of", "a", "for")
                and not re.match(r"^(?:in|at|says|for|of|but|and|no|not|if)\b", value, re.I)
            ):
                found[field] = value
    if "budget" in found and not re.match(
        r"^(?:unknown|none|unclear|open|tight|small|large|limited|not|tbd|approved|to be|unlimited|flexible|low|high|ok)",
        found["budget"],
        re.I,
    ):
        found.pop("budget")
    return found


def _product(s: Sentence, interest: Found, about: Subject) -> str | None:
    start = interest.last + 1
    if start >= len(s.units):
        return None
    end = start
    while end < len(s.units):
        if end > start and (
            re.search(r"[,.;:!?\n]", s.units[end].gap)
            or s.norms[end]
            in (
                "and",
                "with",
                "he",
                "she",
                "they",
                "in",
                "by",
                "for",
                "but",
                "budget",
                "to",
                "before",
                "next",
                "because",
                "until",
                "but",
            )
        ):
            break
        if any(when.first == end for when in s.whens) or any(each.first == end for each in s.amounts):
            break
        end += 1
    text = s.cut(start, end - 1) if end > start else ""
    text = re.sub(r"^(?:the|a|an|our|in|some|to buy|to get|it|is|for)\s+", "", text.strip(), flags=re.I)
    if (
        not text
        or text.lower().split()[0] in ("but", "no", "not", "and", "to", "us", "me", "more", "you")
        or text.lower() in ("it", "this", "that", "more", "us", "me", "in", "the")
        or len(text.split()) > 5
    ):
        return None
    return text


def _product_words(s: Sentence, about: Subject) -> str | None:
    """`35k set aside for the support plan`."""
    match = re.search(r"\bfor (?:the |a |an |our )?([\w' -]{3,40}?)(?:,|\.|;|$| in | by | next )", s.clean, re.I)
    if not match:
        return None
    words = match.group(1).strip()
    return words if words and not re.match(r"^(?:it|this|that|us|me|now|\d)", words) else None


FIELDS = (
    "mobile", "phone", "email", "first_name", "last_name", "title", "company", "website", "industry", "employees",
    "annual_revenue", "street", "city", "postal_code", "country", "source", "rating", "salutation", "description",
)  # fmt: skip


def field_change(s: Sentence) -> Understood | None:
    """`may lin's new title is VP Operations`, `change the source of Anna Novak to customer referral`."""
    spot = None
    for field in FIELDS:
        for each in s.all(f"update.{field}"):
            if (
                field == "phone"
                and s.norms[each.first] == "number"
                and not any(unit.kind == "phone" for unit in s.units)
            ):
                continue
            if spot is None or each.fixed > spot[1].fixed or (field in ("email", "mobile") and spot[0] == "phone"):
                spot = (field, each)
        if spot is not None and field in ("mobile", "phone", "email"):
            break
    emails = [unit for unit in s.units if unit.kind == "email"]
    if spot is None:
        if emails and s.mentions and s.said("now", "new", "is") and not s.has("create.verb"):
            spot = ("email", Found("update.email", 0, 0, 1))
        else:
            return None
    field, cue = spot
    verb = s.first("update.verb")
    about = subject(s, LEAD, unsaid=True)
    if about is None or is_question(s, cue.first):
        return None
    value = _field_value(s, field, cue, about)
    if not value:
        return None
    if (
        verb is None
        and not (s.units[cue.last + 1].gap == ":" if cue.last + 1 < len(s.units) else False)
        and field not in ("phone", "email", "mobile")
    ):
        return None
    changes = any(norm in CHANGING for norm in s.norms)
    if field not in ("phone", "email", "mobile", "website") and not changes:
        return None
    if not may_write(s, cue.first, None):
        return None
    return Understood("update_lead", {"name": about.name, "field": field, "value": value})


CHANGING = frozenset(
    "update change correct edit set fix amend modify rename replace enter add save new now put".split()
)


def _field_value(s: Sentence, field: str, cue: Found, about: Subject) -> str | None:
    if field in ("phone", "mobile"):
        match = re.search(r"\+?\d[\d\s().-]{4,}\d", s.clean)
        return match.group().strip() if match else None
    if field == "email":
        found = [unit.raw for unit in s.units if unit.kind == "email"]
        return found[-1] if found else None
    if field == "source":
        said = sources(s)
        return said[-1] if said else None
    if field == "rating":
        return next((word.capitalize() for word in ("hot", "warm", "cold") if word in s.norms), None)
    if field == "website":
        match = re.search(r"(?:https?://)?(?:www\.)?[\w-]+(?:\.[\w-]+)+\S*", s.clean)
        return match.group().rstrip(".,") if match else None
    places = [
        at
        for at in range(cue.last + 1, len(s.units))
        if s.norms[at] in ("to", "is", "as", "=", "into") or ":" in s.units[at].gap
    ]
    places = [at for at in places if at + (0 if ":" in s.units[at].gap else 1) < len(s.units)]
    if not places:
        return None
    at = places[0]
    text = s.cut(at if ":" in s.units[at].gap else at + 1)
    text = re.sub(r"^(?:now|the|called|:)\s+", "", text.strip(), flags=re.I)
    return free_text(text)


def create(s: Sentence) -> Understood | None:
    """`new lead: Jane Doe from Initech, jane@initech.com, met at the trade show`."""
    cue = s.first("create.verb")
    if cue is None or (s.said("leads") and not s.said("lead")):
        return None
    if is_question(s, cue.first) or not may_write(s, cue.first, cue.last + 1):
        return None
    found = _card(s, cue)
    if not found.get("last_name") and not found.get("company") and not found.get("email"):
        return None
    return Understood("create_lead", found)


NAME = r"[^\W\d_][\w'’-]*"
TITLE = r"(?:mr|mrs|ms|miss|dr|herr|frau|mister|madam)"
OPENING = re.compile(
    r"^[\s,:;.\"'-]*(?:(?:please|for|a|an|is|its|it's|called|named|name|the|that is|that's|her|him|in|them|this|guy|lady|person|to|me|us|put|add|enter|create|take|save|log|got|here is|here's|we|i|have|met|also|new|contact|prospect|lead|with|named|mr|mrs|ms|"
    r"whose name is|his name is|her name is|i met|from the|we have)\b[\s,:;.]*)*",
    re.I,
)
NOT_NAME = frozenset(
    "from at of with and email phone works who tel mobile title source met via in on he she his her they interested".split()
)
PLACED = re.compile(
    r"^(?:from|at|of|with|@|(?:(?:he|she|who|they)\s+)?(?:works?|working|is) (?:at|for|with)|company:?|(?:he|she)'s (?:at|with|from))\s+(.+)$",
    re.I,
)
TITLED = re.compile(
    r"^(?:title:?|role:?|position:?|job:?|works as|working as|(?:(?:he|she|they) (?:is|are)|he's|she's|who is|as)?\s*(?:the|a|an|their)?)\s*([^\W\d_][\w &/-]{1,50})$",
    re.I,
)


def _card(s: Sentence, cue: Found) -> dict[str, Any]:
    """First and last name, company and what else a lead's card holds: part by part, between the commas."""
    found: dict[str, Any] = {}
    text = s.clean
    for field, pattern in (
        ("email", r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
        ("phone", r"\+\d[\d\s().-]{5,}\d|\b\d{3}[-\s.]\d{3,4}(?:[-\s.]\d{3,4})?\b"),
    ):
        spot = re.search(pattern, text)
        if spot:
            found[field] = spot.group().strip()
    said = sources(s)
    if said and not _only_in_mention(s):
        found["source"] = said[-1]
    body = text[s.units[cue.last].end :]
    behind = len(re.sub(r"[\W\d]+", "", body)) > 3 and s.norms[cue.first] not in ("in", "as")
    if not behind or (
        s.norms[cue.last - 2 : cue.last] == ["as", "a"]
        and cue.first > 3
        and s.norms[cue.first] in ("in", "as", "take", "put", "save", "log", "register", "add", "enter")
    ):
        body = text[: s.units[cue.first].start]
    for field in ("email", "phone"):
        body = body.replace(str(found.get(field, "\0")), "")
    if ":" in body and not re.match(r"^\s*:", body) and len(body.partition(":")[2].strip()) > 3:
        body = body.partition(":")[2]
    named_so = re.search(r"(?:(?:his|her|their|the) name(?: is|'s)|\bnamed|\bcalled|\bname:?)\s+(.+)", body, re.I)
    body = named_so.group(1) if named_so else body
    body = re.sub(r"\b(?:[A-Z] ){2,}[A-Z]\b", "", body)
    parts = [part.strip(" .:-'\"") for part in re.split(r"[,;()\n]|\.\s|\s-\s", body) if part.strip(" .:-'\"")]
    for number, part in enumerate(parts):
        _read_part(found, part, first=number == 0)
    if "company" not in found:
        before = re.search(rf"\bfrom\s+({NAME}(?:\s+[A-ZÀ-Þ][\w&-]*){{0,3}})", text)
        if before and before.group(1)[:1].isupper():
            found["company"] = before.group(1)
    met = re.search(r"\b(met (?:at|him|her|in|on)[^.,;]*?)(?=[.,;]|$|\s(?:his|her|their|name)\b)", text, re.I)
    if met and "source" not in found:
        found["note"] = met.group(1).strip()
    order = ("first_name", "last_name", "company", "email", "phone", "title", "source", "note")
    return {key: found[key] for key in order if key in found}


def _read_part(found: dict[str, Any], part: str, *, first: bool) -> None:
    """One part of a card: the name with what follows it, the company, the title."""
    if "last_name" not in found and "first_name" not in found:
        part = OPENING.sub("", part) if first else part
        part = re.sub(rf"^(?:{TITLE}\.?\s+)+", "", part, flags=re.I)
        words = re.match(rf"({NAME})((?:\s+{NAME}){{0,3}})", part)
        if words is None:
            return
        name = [words.group(1)]
        for word in words.group(2).split():
            if word.lower() in NOT_NAME:
                break
            name.append(word)
        if name[0].lower() in NOT_NAME:
            return
        if len(name) > 2 and name[0][0].isupper():
            name = [word for word in name if word[0].isupper()] or name
        if len(name) > 1:
            found["first_name"], found["last_name"] = _named_case(name[0]), " ".join(map(_named_case, name[1:]))
        else:
            found["last_name"] = _named_case(name[0])
        part = part[part.find(name[-1]) + len(name[-1]) :].strip(" ,")
        if not part:
            return
    placed = PLACED.match(part)
    if placed:
        company = re.split(r"\s+(?:as|email|phone|tel|who|met|via|source|and|title|his|her)\b", placed.group(1))[
            0
        ].strip(" .")
        company = re.sub(r"^(?:the company|a company called|company)\s+", "", company, flags=re.I)
        if company and "company" not in found and not (company.islower() and "source" in found):
            found["company"] = company
        job = re.search(r"\bas (?:the |a |an )?([\w ]{3,40})$", placed.group(1))
        if job:
            found["title"] = job.group(1)
        return
    if re.match(
        r"^(?:met|via|source|from|email|mail|phone|tel|mobile|number|his|her|their|interested|wants|needs|came|trade|budget|found|referred|please|thanks|web|he wants|she wants|note|hot|warm|cold)\b",
        part,
        re.I,
    ):
        return
    both = re.match(r"^([\w &/-]{2,40}?)\s+(?:at|of|for|with|@)\s+([A-ZÀ-Þ][\w&.' -]*)$", part)
    if both and JOBS.search(both.group(1)) and "company" not in found:
        found["title"], found["company"] = both.group(1), both.group(2)
        return
    titled = TITLED.match(part)
    words_in = part.split()
    capital = part[:1].isupper()
    job_like = bool(JOBS.search(part))
    if "company" not in found and capital and not job_like and len(words_in) <= 5:
        found["company"] = part
    elif titled and "title" not in found and len(words_in) <= 6 and (job_like or not capital or "company" in found):
        found["title"] = titled.group(1).strip()


JOBS = re.compile(
    r"\b(?:head|chief|officer|manager|director|vp|vice|president|ceo|cfo|cto|coo|cio|owner|buyer|purchasing|procurement|lead|engineer|founder|"
    r"partner|assistant|specialist|consultant|analyst|supervisor|coordinator|operations|marketing|sales|finance|hr|it|principal|planner)\b",
    re.I,
)


def _only_in_mention(s: Sentence) -> bool:
    return not s.in_section("sources")


def _named_case(word: str) -> str:
    return word if any(letter.isupper() for letter in word) else word.title()


def stage_or_status_names(s: Sentence) -> tuple[list[str], list[str]]:
    """All names in use, for the closest offers."""
    vocabulary = s.context.vocabulary
    return [each.name for each in vocabulary.statuses], [each.name for each in vocabulary.stages]


__all__ = ["canonical_in", "person"]
