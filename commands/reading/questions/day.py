"""The asker's own day: digest, priorities, follow-ups, undo."""

from __future__ import annotations

import re
from typing import Any

from commands.reading.filters import owner, period
from commands.reading.mood import bare_negation, is_question
from commands.reading.questions.records import since_digest
from commands.reading.sentence import Sentence
from commands.reading.understood import Understood
from commands.values.clock import read_zone
from commands.values.dates import WEEKDAYS


def undo(s: Sentence) -> Understood | None:
    cue = max(s.all("undo.word"), key=lambda each: each.fixed, default=None)
    if cue is None or bare_negation(s) or (s.mentions and cue.fixed < 2):
        return None
    if s.phrase("revert with", "go back") and s.mentions:
        return None
    if s.norms[cue.first] == "revert" and cue.fixed == 1:
        return None
    if s.norms[cue.first] == "oops" and cue.fixed == 1 and len(s.units) > 2:
        return None
    if is_question(s, cue.first) and not s.phrase("can i undo", "can we undo", "can i go back", "can you undo"):
        return None
    if s.has("moods.condition", "help.word"):
        return None
    return Understood("undo", {})


def digest(s: Sentence) -> Understood | None:
    """Settings of the morning digest, and its preview."""
    if not s.has("digest.word") or since_digest(s):
        if s.phrase("my tz", "my time zone", "my timezone"):
            zone = _zone(s)
            return Understood("set_digest", {"timezone": zone}) if zone else None
        return None
    found: dict[str, Any] = {}
    zone = _zone(s)
    if zone:
        found["timezone"] = zone
    if s.has("snooze.verb", "snooze.until") and any(m.records for m in s.mentions.values()):
        return None
    asks = is_question(s, 0) and not s.phrase("will i get")
    clock = next((when for when in s.whens if when.clock is not None), None)
    if clock is not None and clock.clock is not None:
        found["time"] = clock.clock.strftime("%H:%M")
    days = _days(s)
    if days:
        found["days"] = days
    size = _size(s)
    if size is not None and "time" not in found:
        found["size"] = size
    settings = [key for key in found if key != "timezone"]
    if s.has("digest.off") and not s.has("digest.preview") | (s.said("show")) and not settings and not asks:
        if not s.phrase("do not stop", "not stop"):
            return Understood("set_digest", {"enabled": False})
        return None
    if (
        found
        and "days" not in found
        and s.has("digest.on")
        and s.said("on", "enable", "start", "resume", "restart", "activate", "back")
        and s.phrase(
            "turn on",
            "switch on",
            "on again",
            "back on",
            "digest on",
            "on at",
            "digest back",
            "start the",
            "start my",
            "resume my",
            "resume the",
            "on and",
        )
    ):
        found = {"enabled": True, **found}
    if settings and s.phrase("do not send", "never send"):
        return None
    if found and not (asks and not s.said("can", "could", "would", "at")):
        return Understood("set_digest", found)
    if s.has("digest.on") and not s.has("digest.preview") and not asks:
        return Understood("set_digest", {"enabled": True})
    whose = owner(s)
    return Understood("preview_digest", {"owner": whose} if whose else {})


NAMES_OF_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _days(s: Sentence) -> list[str] | None:
    if s.said("weekdays", "workdays") or s.phrase("working days", "week days", "business days"):
        return list(NAMES_OF_DAYS[:5])
    if s.phrase("every day", "seven days") or (s.said("daily") and not s.phrase("daily digest")):
        return list(NAMES_OF_DAYS) if s.said("weekends") or s.phrase("every day") else None
    said = [WEEKDAYS[norm] for norm in s.norms if norm in WEEKDAYS]
    if not said:
        return None
    if s.phrase("monday to friday", "monday through friday", "mon to fri", "mon fri", "monday friday"):
        return list(NAMES_OF_DAYS[:5])
    joined = re.search(r"\b(\w+)\s*(?:-|to|through|until|till)\s*(\w+)\b", s.clean.lower())
    if joined and joined.group(1) in WEEKDAYS and joined.group(2) in WEEKDAYS:
        return list(NAMES_OF_DAYS[WEEKDAYS[joined.group(1)] : WEEKDAYS[joined.group(2)] + 1])
    if s.said("no", "not", "except", "without", "skip", "off", "stop"):
        return [name for number, name in enumerate(NAMES_OF_DAYS[:5]) if number not in said]
    return [name for number, name in enumerate(NAMES_OF_DAYS) if number in said]


def _size(s: Sentence) -> int | None:
    for amount in reversed(s.amounts):
        if not amount.money and 1 <= amount.value <= 20 and amount.value == int(amount.value):
            return int(amount.value)
    return None


def _zone(s: Sentence) -> str | None:
    """A time zone by its name, or by a city before `time` or behind `time zone`."""
    found = re.search(r"\b(?:[A-Z][a-z]+/[A-Z][A-Za-z_]+(?:/[A-Z][A-Za-z_]+)?|UTC|GMT|CET|EST|PST)\b", s.clean)
    if found:
        return read_zone(found.group()) or found.group()
    place = re.search(r"\b([A-Za-z]+(?: [A-Za-z]+)?) time\b", s.clean)
    for words in [place.group(1), place.group(1).split()[-1]] if place else []:
        if len(words) > 3 and words.lower() not in ("local", "this time", "that", "what"):
            zone = read_zone(words)
            if zone:
                return zone
    if s.phrase("time zone") or s.said("tz", "timezone"):
        behind = re.search(r"\b(?:to|is|now|in)\s+([A-Za-z][\w ]+?)(?: time)?[.!?]?$", s.clean)
        return (read_zone(behind.group(1)) or behind.group(1).strip()) if behind else None
    return None


def priorities(s: Sentence) -> Understood | None:
    if not s.has("digest.priorities") or s.has("list.hot", "list.warm", "list.cold", "list.untouched"):
        return None
    if s.has("kinds.deal", "follow_up.noun", "follow_up.overdue") or (
        s.mentions and not any(m.people for m in s.mentions.values())
    ):
        return None
    cue = s.first("digest.priorities")
    if cue is not None and cue.fixed < 2 and len(s.units) > 3:
        return None
    if any(mention.records for mention in s.mentions.values()):
        return None
    colleague = owner(s)
    return Understood("preview_digest", {"owner": colleague} if colleague and colleague not in ("me", "team") else {})


def follow_ups(s: Sentence) -> Understood | None:
    noun, due = s.has("follow_up.noun") or s.phrase("follow ups", "follow up"), s.has("follow_up.due")
    overdue = s.has("follow_up.overdue")
    if not noun and not due and not (overdue and not s.has("kinds.deal", "kinds.lead", "list.closing")):
        return None
    if s.has("kinds.deal", "kinds.lead") and (
        not noun or s.phrase("no follow up", "without follow up", "without a follow up")
    ):
        return None
    if s.has("list.overdue_deal") and not noun and s.phrase("close date", "past close"):
        return None
    if any(mention.records and not mention.people for mention in s.mentions.values()) or s.has("pronouns.person"):
        return None
    if s.phrase("still open", "open and due"):
        return None
    found: dict[str, Any] = {}
    if overdue:
        found["when"] = "overdue"
    elif s.phrase(
        "all follow ups", "all my follow ups", "all reminders", "all my reminders", "all my tasks", "all tasks"
    ) or s.said("all", "every"):
        found["when"] = "all"
    else:
        when = period(s)
        if when is None and s.said("week"):
            found["when"] = "week"
        if when is not None:
            today = s.context.today
            if when.future.start == today == when.future.end:
                found["when"] = "today"
            elif when.grain == "week" or (when.future.end is not None and (when.future.end - today).days <= 7):
                found["when"] = "week"
            else:
                found["when"] = "all"
    whose = owner(s)
    if whose:
        found["owner"] = whose
    return Understood("list_follow_ups", found)
