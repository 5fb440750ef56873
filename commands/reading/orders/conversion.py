"""Conversion: `convert Glenn for 30k`, `turn Katrin into a contact and a deal`."""

from __future__ import annotations

import re
from typing import Any

from commands.reading.filters import number, stages
from commands.reading.mood import may_write, ordered
from commands.reading.orders.words import DEAL, LEAD, coming_day
from commands.reading.sentence import ConceptMention, Sentence
from commands.reading.subjects import Subject, left_unsaid, named, pointed, subject
from commands.reading.understood import Understood


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
    named_so = re.search(
        r"\b(?:called|named|(?:deal|opportunity|opp) name(?: is|:)?|(?:name|call) (?:it|the "
        r"(?:deal|opportunity|opp)))\s+(.+?)(?:,|;|\.|$| for | stage | closing | worth )",
        s.clean,
        re.I,
    )
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


def _converted_lead(s: Sentence, cue: ConceptMention) -> Subject | None:
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
