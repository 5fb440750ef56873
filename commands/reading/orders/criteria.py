"""Qualification: product interest, budget, timeframe."""

from __future__ import annotations

import re
from typing import Any

from commands.reading.filters import number, stages
from commands.reading.mood import is_question, may_write
from commands.reading.orders.words import LEAD
from commands.reading.sentence import ConceptMention, Sentence
from commands.reading.subjects import Subject, named, subject
from commands.reading.understood import Understood


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
        r"^(?:unknown|none|unclear|open|tight|small|large|limited|not|tbd|approved|to be|unlimited|"
        r"flexible|low|high|ok)",
        found["budget"],
        re.I,
    ):
        found.pop("budget")
    return found


def _product(s: Sentence, interest: ConceptMention, about: Subject) -> str | None:
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
