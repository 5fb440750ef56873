"""Fields of a lead: `her new phone is …`, `change the source of X to …`."""

from __future__ import annotations

import re

from commands.reading.filters import sources
from commands.reading.mood import is_question, may_write
from commands.reading.orders.words import LEAD, free_text
from commands.reading.sentence import ConceptMention, Sentence
from commands.reading.subjects import Subject, subject
from commands.reading.understood import Understood

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
            spot = ("email", ConceptMention("update.email", 0, 0, 1))
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


def _field_value(s: Sentence, field: str, cue: ConceptMention, about: Subject) -> str | None:
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
    return free_text(re.sub(r"[\s,]+(?:now|nowadays|these days|from now on)[\s.!]*$", "", text, flags=re.I))
