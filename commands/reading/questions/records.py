"""One record: its card, its score, what happened with it; and what changed in all."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from commands.reading.filters import iso, period, span_days
from commands.reading.sentence import Sentence
from commands.reading.subjects import PLACES, Subject, known, named, subject
from commands.reading.understood import Understood

PLACE = re.compile(
    r"\bwhy\b.{,20}\b(?:she|he|it|this|that)\b.{,20}\b(first|second|third|fourth|fifth|last|top)"
    r"(?: (?:of|on|in) (?:the|my|this) (?:list|digest))?\W*$",
    re.I,
)


def score(s: Sentence) -> Understood | None:
    """`why is she hot`, `what's sunday's score`, `trend of farid`."""
    asked = (
        s.has("score.word", "score.bands")
        or (s.has("score.why") and s.has("score.level"))
        or s.phrase("how come", "how so")
    )
    if s.has("score.why") and re.search(r"\bwhy\b", s.clean, re.I) and len(s.units) <= 4:
        asked = True
    asked = asked or (s.has("score.why") and in_place(s) is not None)
    numbered = s.has("score.why") and any(1 <= each.value <= 99 and not each.money for each in s.amounts)
    if not (asked or numbered):
        return None
    if (s.said("leads", "deals") and not s.has("score.why")) or (s.has("amounts.least") and s.has("kinds.lead")):
        return None
    about = subject(s, ("lead",), unsaid=True) or in_place(s)
    return Understood("explain_score", {"name": about.name}) if about is not None else None


def in_place(s: Sentence) -> Subject | None:
    """Whom “why is she first?” means where several were shown: the one who stands there."""
    said = PLACE.search(s.clean)
    shown = known(s, ("lead",)) if said else []
    place = PLACES.get(said[1].lower(), 0) if said else 0
    return Subject(shown[place].ref, (shown[place],)) if -len(shown) <= place < len(shown) else None


def activity(s: Sentence) -> Understood | None:
    if not s.has("history.word") or s.phrase("been contacted", "been called", "been converted", "been qualified"):
        return None
    about = (
        named(s, ("opportunity",))
        if s.said("amount", "stage", "deal", "opportunity", "opp") or s.phrase("close date")
        else None
    )
    if about is None or not about.records:
        about = subject(s, unsaid=True)
    if about is None or (about.places and not about.records and s.mentions[about.places[0]].people):
        return None
    found: dict[str, Any] = {"name": about.name}
    when = period(s)
    if when is not None and not s.phrase("last call", "last calls"):
        found["period"] = iso(when.period("past"))
    return Understood("show_activity", found)


def since_digest(s: Sentence) -> bool:
    """`since the last digest` names a moment, and asks for no digest."""
    return s.has("digest.word") and s.has("changes.word") and s.said("since", "after")


def changes(s: Sentence) -> Understood | None:
    if not s.has("changes.word") or any(m.records for m in s.mentions.values()):
        return None
    if s.has("pronouns.person") or (s.said("there") and s.focus.records):
        return None
    cue = s.first("changes.word")
    assert cue is not None
    if (
        s.has("follow_up.noun")
        or (s.has("digest.word") and not since_digest(s))
        or (s.has("kinds.lead") and not s.said("changed", "changes", "moved", "happened"))
    ):
        return None
    if s.has("stats.won", "stats.lost") and s.has("kinds.deal") and cue.fixed < 2:
        return None
    when = period(s)
    found: dict[str, Any] = {}
    if when is not None:
        start = when.past.start
        if start is not None:
            found["since"] = (
                datetime.combine(start, when.clock).isoformat(timespec="minutes") if when.clock else start.isoformat()
            )
    else:
        days = span_days(s)
        if days is not None:
            found["since"] = (s.context.today - timedelta(days=days - 1)).isoformat()
    return Understood("whats_changed", found)


def record(s: Sentence) -> Understood | None:
    """A name, and whatever is asked about it: the card."""
    kinds: tuple[str, ...] = ("lead", "contact", "account", "opportunity")
    wanted = None
    if s.has("kinds.account") and not s.said("company", "firm"):
        wanted = "account"
    elif s.said("contact") and s.phrase("contact @", "@ contact") and not s.said("lead"):
        wanted = "contact"
    elif s.has("kinds.deal"):
        wanted = "opportunity"
    elif s.said("lead") and s.phrase("lead @", "@ lead"):
        wanted = "lead"
    elif s.said("stage") or s.phrase("close date", "closing date"):
        deal = named(s, ("opportunity",))
        if deal is not None and deal.one is not None:
            return Understood("show_record", {"name": deal.name})
    if wanted:
        about = named(s, (wanted,))
        if about is not None and about.records:
            return Understood("show_record", {"name": about.name})
    about = named(s, kinds)
    if about is None or not about.records:
        pointed = subject(s, kinds, unsaid=False) if about is None else None
        about = pointed or about
    if about is None and (
        s.has("record.detail", "record.about", "pronouns.person", "pronouns.thing") or s.said("contact")
    ):
        about = subject(s, kinds, unsaid=True)
    if about is None:
        return None
    if not about.records and about.places:
        mention = s.mentions[about.places[0]]
        if mention.people:
            return None
        if not _looks_asked(s, about):
            return None
    return Understood("show_record", {"name": about.name})


def _looks_asked(s: Sentence, about: Subject) -> bool:
    """Whether words that name nobody are at least asked for as a name."""
    mention = s.mentions[about.places[0]]
    frames = s.has("record.about", "record.detail") or s.phrase(
        "who is", "show @", "find @", "@ lead", "@ account", "lead @", "account @"
    )
    proper = (
        all(unit.capital for unit in s.units[about.places[0] : about.places[0] + 1])
        and mention.said.lower() != mention.said
    )
    alone = len(s.units) == 1 and mention.unknown
    return frames or alone or proper
