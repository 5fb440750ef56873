"""Statuses: `mark X as contacted`, `drop X, no budget`, `everything untouched for 90 days goes to unqualified`."""

from __future__ import annotations

import re
from typing import Any

from commands.reading.filters import lead_filters, statuses
from commands.reading.mood import may_write, opening, ordered
from commands.reading.orders.words import LEAD, excepting, free_from, free_text, lead
from commands.reading.sentence import ConceptMention, Sentence
from commands.reading.subjects import Subject, named
from commands.reading.understood import Understood


def status_change(s: Sentence) -> Understood | None:
    """`mark X as contacted`, `drop X, no budget`, `X is not interested`, `X = qualified`, `X is good to go`."""
    order = s.first("drop.order")
    verdict = s.first("drop.verdict", "drop.reasons")
    closed = s.context.vocabulary.list_statuses("closed")
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
        about = lead(s, unsaid=s.has("pronouns.person") or len(s.mentions) == 0)
        if about is None or not may_write(s, at, free_from(s, at)):
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
        about = lead(s, unsaid=True)
        if about is None or not may_write(s, at, free_from(s, at)):
            return None
        arguments = {"name": about.name, "status": closed[0].name}
        reason = _verdict_reason(s, order, about)
        if reason:
            arguments["reason"] = reason
        return Understood("set_lead_status", arguments)
    return None


def _commands(s: Sentence, order: ConceptMention) -> bool:
    """Whether a verb that drops has something to drop near it."""
    near = range(order.first, min(order.last + 5, len(s.units)))
    if any(at in s.mentions for at in near):
        return True
    return any(each.first in near for each in s.all("pronouns.person", "pronouns.thing", "kinds.lead"))


def _status_set(s: Sentence, targets: list[tuple[int, int, str]]) -> tuple[int, str] | None:
    """The status that is to be set, and where: behind a verb, `as`, `=`, `is … now`."""
    best = None
    for first, last, name in targets:
        before = s.norms[max(0, first - 6) : first]
        just = s.norms[first - 1] if first else ""
        if s.norms[first] == "not" and first < last and just in ("is", "are", "was"):
            continue
        if s.norms[last] == "interested" and s.norms[last + 1 : last + 2] == ["in"]:
            continue
        verbs = frozenset(
            "mark set move change put make update flag label switch turn get bring flip push take "
            "requalify classify tag".split()
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
                        and name in [each.name for each in s.context.vocabulary.list_statuses("qualified")]
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
            named_so = s.context.vocabulary.list_statuses(*classes)
            return (s.norms.index(word), named_so[0].name) if named_so else None
    return best


def _reason(s: Sentence, at: int, about: Subject, closing: bool) -> str | None:
    """What stands behind the status: `…, no budget`, `because …`, `reason …`; before it where it closes a lead."""
    _, end = next(((first, last) for first, last, _ in statuses(s) if first == at), (at, at))
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


def _verdict_reason(s: Sentence, order: ConceptMention | None, about: Subject) -> str | None:
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


def _drops_many(s: Sentence) -> Understood | None:
    """`junk all my cold advertisement leads`: a verb that drops, first, and the leads it is about."""
    order, closed = s.first("drop.order"), s.context.vocabulary.list_statuses("closed")
    if order is None or not closed or not s.has("kinds.lead") or not (s.has("list.many") or s.said("my")):
        return None
    if order.first != opening(s, 0, len(s.units) - 1) or order.last > order.first + 1:
        return None
    if not may_write(s, order.first, None) or excepting(s) or s.mentions:
        return None
    filters = lead_filters(s)
    if filters is None or filters.keys() & {"status", "limit", "converted", "converted_in"}:
        return None
    filters.pop("sort", None)
    if not filters.keys() - {"owner"}:
        return None
    return Understood("set_lead_status_many", {"status": closed[0].name, **filters})


def many_statuses(s: Sentence) -> Understood | None:
    """`mark all my quiz leads as contacted`, `everything untouched for 120 days goes to unqualified`."""
    if not s.has("list.many") or s.has("pronouns.person"):
        return None
    targets = statuses(s)
    dropped = _drops_many(s)
    if dropped is not None:
        return dropped
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
    if not may_write(s, first, free_from(s, first)) or excepting(s):
        return None
    filters = lead_filters(s, target=name)
    if filters is None:
        return None
    if filters.keys() & {"limit", "converted", "converted_in"}:
        return None
    # The command cannot be told by current status; "open leads" are what it changes anyway, others must not widen.
    unworked = {status.name for status in s.context.vocabulary.list_statuses("open")}
    if not unworked.issuperset(spot[2] for spot in targets[:-1]):
        return None
    filters.pop("sort", None)
    if any(key == "company" for key in filters) and len(s.mentions) > 1:
        return None
    if not filters.keys() - {"owner"} and not s.has("kinds.lead"):
        return None
    return Understood("set_lead_status_many", {"status": name, **filters})
