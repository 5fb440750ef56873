"""Owners: `give Bill to Tom`, `all my trade show leads to Dana`."""

from __future__ import annotations

from commands.reading.filters import lead_filters
from commands.reading.mood import is_question, may_write, opening, segment
from commands.reading.orders.words import LEAD, excepting
from commands.reading.sentence import ConceptMention, Sentence
from commands.reading.subjects import named, pointed, subject
from commands.reading.understood import Understood


def assign_many(s: Sentence) -> Understood | None:
    """`give all my trade show leads to Dana`."""
    verb = s.first("assign.verb")
    if verb is None and s.said("move", "send", "shift", "put"):
        verb = s.first("deal_verbs.set", "deal_verbs.push") or ConceptMention("assign.verb", 0, 0, 1)
    to = _recipient(s)
    if (
        verb is None
        and to is not None
        and to[1] >= len(s.units) - 2
        and s.said("leads", "go", "ones")
        and not is_question(s, 0)
    ):
        verb = ConceptMention("assign.verb", to[1], to[1], 1)
    if verb is None or not (s.has("list.many", "pronouns.several") or (s.said("leads"))):
        return None
    if to is None or excepting(s) or not may_write(s, verb.first, None):
        return None
    reference, at = to
    filters = lead_filters(s, skip=[at])
    if filters is None:
        return None
    # The filter has no place for whose leads: it is always the asker's own, or a manager's team.
    usual = {"admin": "everyone", "manager": "team"}.get(s.context.asker.role, "me")
    if filters.get("owner", usual) != usual:
        return None
    filters.pop("owner", None)
    if filters.keys() & {"sort", "limit", "converted", "converted_in"}:
        # What the command cannot say must not be left out: more leads would go than were meant.
        return None
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
            people = s.mentions[at].people
            if people and at and s.norms[at - 1] in ("give", "send", "assign", "hand") and s.has("list.many"):
                return (people[0].ref if len(people) == 1 else s.mentions[at].said), at
        for at in sorted(s.mentions):
            following = s.norms[at + 1 : at + 2]
            before = s.norms[at - 1] if at else ""
            if s.mentions[at].people and (
                before in ("let", "make", "have") or following in (["takes"], ["should"], ["take"], ["gets"], ["owns"])
            ):
                people = s.mentions[at].people
                return (people[0].ref if len(people) == 1 else s.mentions[at].said), at
    return found


def _taken_over(s: Sentence) -> Understood | None:
    """`can Grace take over Gus Lindgren please`: an order in the form of a question."""
    start = opening(s, 0, len(s.units) - 1)
    if s.norms[start] not in ("can", "could", "let", "have") or start + 1 not in s.mentions:
        return None
    after = s.norms[start + 2 : start + 4]
    if after[:1] != ["take"] or not (after[1:] == ["over"] or s.said("please", "pls", "plz")):
        return None
    people = s.mentions[start + 1].people
    about = named(s, LEAD, skip=[start + 1])
    if len(people) != 1 or about is None or about.one is None:
        return None
    if s.has("moods.condition", "moods.hypothetical", "moods.negation"):
        return None
    return Understood("assign_lead", {"name": about.name, "owner": people[0].ref})


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
    taken = _taken_over(s)
    if taken is not None:
        return taken
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
