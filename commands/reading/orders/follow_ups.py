"""What is to be done later: follow-ups, done follow-ups, snoozed leads."""

from __future__ import annotations

import re

from commands.reading.mood import is_question, may_write, opening, segment
from commands.reading.orders.words import LEAD, WORK, coming_day, free_text, lead
from commands.reading.sentence import ConceptMention, Sentence
from commands.reading.subjects import Subject, named, subject
from commands.reading.understood import Understood


def snooze(s: Sentence) -> Understood | None:
    """`snooze hope till monday`, `park him for a week`."""
    cue = s.first("snooze.verb")
    if cue is None or not may_write(s, cue.first, None):
        return None
    about = lead(s, unsaid=True)
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
    due = coming_day(s, after=spot.first)
    if due is None:
        return None
    note = _follow_note(s, about)
    return Understood("set_follow_up", {"name": about.name, "due": due, **({"note": note} if note else {})})


def _intent(s: Sentence) -> ConceptMention | None:
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
        if any(when.last == each.first - 1 for when in s.whens) or (before == "a" and earlier in ("me", "@")):
            return each
    return None


def _reminds(s: Sentence, spot: ConceptMention, *, named_cue: bool) -> bool:
    if s.norms[spot.first] == "again" and spot.fixed == 1 and (not s.mentions or len(s.units) > 6):
        return False
    if is_question(s, spot.first):
        return False
    harmless = s.phrase(
        "do not let me forget", "do not forget", "let me not forget", "before i forget", "always forget", "not forget"
    )
    return may_write(s, spot.first, None) or (harmless and not s.has("moods.condition"))


NOTE_VERBS = frozenset(
    "call ring phone telephone email mail write text visit meet contact send convert ask check prepare bring book "
    "schedule pay invoice quote review discuss get talk speak offer close sign deliver tell give share "
    "finish order".split()
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
