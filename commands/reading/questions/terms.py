"""The trade explained, and help."""

from __future__ import annotations

from commands.guide.help import find_commands
from commands.reading.sentence import Sentence
from commands.reading.understood import Understood

TERMS = (
    "lead", "contact", "account", "opportunity", "deal", "status", "stage", "conversion", "score", "qualified",
    "unqualified", "contacted", "forecast", "pipeline", "weighted_amount", "hot", "warm", "cold", "band",
    "commit", "best_case",
    "win_rate", "digest", "prospecting", "rating", "source", "close_date", "sales_cycle", "follow_up",
)  # fmt: skip


def explain_term(s: Sentence) -> Understood | None:
    """`what's a lead?`, `difference between a lead and an opportunity`, `which stages do we use?`."""
    if not (s.has("terms.ask") or _asks_term(s)) or s.mentions or s.whens:
        return None
    if s.said("my", "mine", "our") or any(each.money for each in s.amounts):
        return None
    spots: list[tuple[str, int, int]] = []
    for term in TERMS:
        for each in s.all(f"terms.{term}"):
            if not any(
                other[1] <= each.first and each.last <= other[2] and other[0] != term
                for other in spots
                if other[2] - other[1] > each.last - each.first
            ):
                spots.append((term, each.first, each.last))
    spots = [
        spot
        for spot in spots
        if not any(
            o is not spot and o[1] <= spot[1] and spot[2] <= o[2] and o[2] - o[1] > spot[2] - spot[1] for o in spots
        )
    ]
    ordered = list(dict.fromkeys(term.replace("_", " ") for term, _, _ in sorted(spots, key=lambda each: each[1])))
    if not ordered:
        return None
    compares = s.phrase("same as", "same thing", "versus", "differ", "different from") or s.said(
        "difference", "differences", "vs", "or"
    )
    if compares and len(ordered) >= 2:
        return Understood("explain_term", {"term": " and ".join(ordered[:2])})
    if "conversion" in ordered and s.phrase("what happens", "happens to", "before"):
        return Understood("explain_term", {"term": "conversion"})
    return Understood("explain_term", {"term": ordered[0]})


def _asks_term(s: Sentence) -> bool:
    """`what is contact and what is account`: a term right behind, with nothing more said about it."""
    for at in range(len(s.units) - 2):
        if s.norms[at] in ("what", "whats") and s.norms[at + 1] in ("is", "are"):
            term = next(
                (each for each in s.in_section("terms") if each.first == at + 2 and each.concept != "terms.ask"), None
            )
            if term is not None and (
                term.last == len(s.units) - 1 or s.norms[term.last + 1] in ("and", "or", "exactly", "anyway", "please")
            ):
                return True
    return False


def help_(s: Sentence) -> Understood | None:
    first, _, word = s.text.clean.strip().partition(" ")
    if first.lower() == "help" and " " not in word and word and find_commands(tuple(s.context.commands.values()), word):
        return Understood("help", {"topic": word.lower()})
    if s.phrase("help me with", "help with") and not s.mentions:
        topic = next((word for word in TOPICS if word in s.norms), "follow-ups" if s.has("follow_up.noun") else None)
        return Understood("help", {"topic": topic} if topic else {})
    cue = s.first("help.word")
    if cue is None or s.mentions or (cue.fixed < 2 and len(s.units) > 5):
        return None
    if s.said("help") and s.phrase("help me") and len(s.units) > 4:
        return None
    topic = next((word for word in TOPICS if word in s.norms), None)
    return Understood("help", {"topic": topic} if topic else {})


TOPICS = tuple(
    "convert conversion forecast pipeline digest snooze log assign undo import export score scores "
    "follow-ups reminders activities "
    "contacts accounts stages statuses notes calls deals opportunities deal opportunity leads lead".split()
)
