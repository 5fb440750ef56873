"""What was done: calls, emails, meetings and notes."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from commands.reading.mood import is_question, may_write, segment
from commands.reading.orders.words import WORK, free_text
from commands.reading.sentence import ConceptMention, Sentence
from commands.reading.subjects import Subject, subject
from commands.reading.understood import Understood


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
    if is_question(s, cue.first) or _by_another(s, cue, about):
        return None
    arguments: dict[str, Any] = {"name": about.name, "kind": kind}
    text = _touch_text(s, kind, cue, about)
    if text:
        arguments["text"] = text
    at = _touch_time(s, cue, about)
    if at:
        arguments["at"] = at
    return Understood("log_activity", arguments)


SOMEBODY = frozenset("boss manager colleague assistant secretary wife husband partner team friend rival".split())


def _by_another(s: Sentence, cue: ConceptMention, about: Subject) -> bool:
    """`tom says he called jane doe`: what somebody else did."""
    if cue.first > 1 and s.norms[cue.first - 1] in SOMEBODY and s.norms[cue.first - 2] in ("@", "his", "her", "their"):
        return True
    return (
        s.norms[cue.first - 1 : cue.first] in (["he"], ["she"], ["they"])
        and bool(about.places)
        and min(about.places) > cue.last
    )


def _touch(s: Sentence) -> tuple[str | None, ConceptMention | None]:
    note = s.first("activity.note")
    found = {kind: s.first(f"activity.{kind}") for kind in ("voicemail", "meeting", "email", "call")}
    logs = note is not None and s.norms[note.first] in ("log", "record")
    if note is not None and _frames_note(s, note) and not (logs and any(each is not None for each in found.values())):
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


def _frames_note(s: Sentence, note: ConceptMention) -> bool:
    """Whether `note` opens or closes the sentence as a frame rather than standing within it."""
    first, last = segment(s, note.first)
    return note.first - first <= 6 or note.last >= last - 2


def _reported(s: Sentence, cue: ConceptMention) -> bool:
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


def about_whom(s: Sentence, cue: ConceptMention) -> bool:
    """`we talked about Silverline` is no call with them; `spoke to Jane about it` is."""
    behind = s.norms[cue.last + 1 : cue.last + 5]
    return (
        "about" not in behind
        or "with" in behind[: behind.index("about")]
        or "to" in behind[: behind.index("about")]
        or s.norms[cue.last] in ("to", "with")
        or "@" in behind[: behind.index("about")]
    )


def _touch_text(s: Sentence, kind: str, cue: ConceptMention, about: Subject) -> str | None:
    ends = [cue.first if cue.fixed < cue.last - cue.first + 1 else cue.last]
    place_after = [place for place in about.places if place > cue.first]
    voicemail = cue.concept == "activity.voicemail"
    if kind == "note":
        return _note_text(s, cue, about)
    if voicemail:
        joints = {at - 1 for at in about.places if at and s.norms[at - 1] in ("for", "to", "with", "from")}
        text = _without(s, cue.first, len(s.units) - 1, {*about.places, *joints})
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
    if start >= len(s.units) and kind == "email" and about.places and s.norms[about.places[0] - 1] == "to":
        return free_text(s.cut(cue.last + 1, about.places[0] - 2)) if about.places[0] - 2 > cue.last else None
    if start >= len(s.units):
        return s.cut(cue.first, cue.last) if s.norms[cue.first] in ("no", "nobody", "busy") else None
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
    parts: list[str] = []
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


def _note_text(s: Sentence, cue: ConceptMention, about: Subject) -> str | None:
    """A note's words: behind `note on X:`, or the whole of what stands before `note that`."""
    _first, _last = segment(s, cue.first)
    after = max([cue.last, *(place for place in about.places if cue.last < place <= cue.last + 4)]) + 1
    rest = free_text(s.cut(after)) if after < len(s.units) else None
    if rest and len(rest.split()) > 1 and not s.cut(after).strip().lower().startswith(("please", "pls")):
        return re.sub(r"^(?:that|saying|:)\s+", "", rest)
    start = max(about.places, default=-1) + 1
    if start < cue.first:
        return free_text(s.cut(start, cue.first - 1))
    return rest


def _parted(s: Sentence, first: int, last: int) -> bool:
    """Whether a comma stands between two units."""
    return any("," in s.units[at].gap for at in range(min(first, last) + 1, max(first, last) + 1))


def _touch_time(s: Sentence, cue: ConceptMention, about: Subject) -> str | None:
    """When it happened, if that was said near the verb."""
    near = max([cue.last, *(place for place in about.places if place <= cue.last + 4)])
    for when in s.whens:
        close = when.first <= near + 4 and when.last >= cue.first - 4 and not _parted(s, cue.first, when.first)
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
