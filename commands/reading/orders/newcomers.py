"""New leads: their card, part by part."""

from __future__ import annotations

import re
from typing import Any

from commands.reading.filters import sources
from commands.reading.mood import is_question, may_write, opening, segment
from commands.reading.sentence import ConceptMention, Sentence
from commands.reading.understood import Understood


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
    found = _card(s, ConceptMention("create.verb", start, start, 1))
    return (
        Understood("create_lead", found)
        if found.get("last_name") and (found.get("company") or found.get("email"))
        else None
    )


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
    r"^[\s,:;.\"'-]*(?:(?:please|for|a|an|is|its|it's|called|named|name|the|that is|that's|her|him|in|them|"
    r"this|guy|lady|person|to|me|us|put|add|enter|create|take|save|log|got|here is|here's|we|i|have|met|"
    r"also|new|contact|prospect|lead|with|named|mr|mrs|ms|"
    r"whose name is|his name is|her name is|i met|from the|we have)\b[\s,:;.]*)*",
    re.I,
)


NOT_NAME = frozenset(
    "from at of with and email phone works who tel mobile title source met via in on he she his her they "
    "interested".split()
)


PLACED = re.compile(
    r"^(?:from|at|of|with|@|(?:(?:he|she|who|they)\s+)?(?:works?|working|is) (?:at|for|with)|"
    r"(?:the )?company(?: is|:)?|"
    r"(?:he|she)'s (?:at|with|from))\s+(.+)$",
    re.I,
)


TITLED = re.compile(
    r"^(?:title:?|role:?|position:?|job:?|works as|working as|(?:(?:he|she|they) (?:is|are)|he's|she's|"
    r"who is|as)?\s*(?:the|a|an|their)?)\s*([^\W\d_][\w &/-]{1,50})$",
    re.I,
)


def _card(s: Sentence, cue: ConceptMention) -> dict[str, Any]:
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
    inside = re.match(
        r"^\W*(?:please )?(?:add|create|enter|register|take|put|save|log)\s+(.+?)\s+(?:in )?as an? (?:new )?lead",
        text,
        re.I,
    )
    if inside and cue.fixed < cue.last - cue.first + 1:
        body = inside.group(1) + "," + text[inside.end() :]
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
        r"^(?:met|via|source|from|email|mail|phone|tel|mobile|number|his|her|their|interested|wants|needs|"
        r"came|trade|budget|found|referred|please|thanks|web|he wants|she wants|note|hot|warm|cold)\b",
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
