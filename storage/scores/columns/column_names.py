"""Judging a column by its name alone: does it tell the outcome, a judgement, a later touch or an identity?"""

from __future__ import annotations

import re
from dataclasses import dataclass

# A column that is called so, with whatever stands before, is an outcome or moves with it.
OUTCOMES = frozenset(
    (
        "status statuses stage stages tag tags outcome outcomes disposition converted won lost churned wonlost iswon"
        " isclosed isconverted unqualified disqualified"
    ).split()
)
DENIED = OUTCOMES | frozenset(
    (
        "closed closing closedate conversion convert converts win wins loss qualified opportunity opportunities deal"
        " deals"
    ).split()
)
# A status of these kinds (`marital status`) is a fact about the person, not about the lead.
OF_A_PERSON = frozenset(
    "marital employment employee civil citizenship immigration residence residential housing visa military".split()
)

JUDGED = frozenset(
    (
        "quality profile index grade grading rating ratings rated score scores scoring rank ranking priority"
        " temperature likelihood propensity probability"
    ).split()
)
# Every later touch changes such a column, also one after the outcome.
MOVING = re.compile(
    r"\b(last|latest|recent|final)\b.*\b(activity|action|event|touch|contacted|modified|changed|updated|engagement"
    r"|interaction|note|reply|step)\b|\b(modified|updated) (on|at|by|date|time)\b"
)
ONLY_AFTERWARDS = re.compile(
    r"^((last |previous )?(call|contact|conversation|talk) )?(duration|talk time)( in)?( sec\w*| min\w*)?$"
)
IDS = frozenset("id ids uuid guid gclid fbclid".split())
IDENTITY = frozenset("key number no nr num code serial phone mobile fax ssn zip".split())
NAMES = re.compile(r"^((first|last|full|middle|contact|lead|person|company|account|sur|given|family) ?)?names?$")


# Outcomes written as one word, as in exports in capitals and in other languages: `LEADSTATUS`, `Kundenstatus`.
COMPOUND = re.compile(
    r"\w+status|(lead|deal|sales|opportunity|pipeline|lifecycle|life)stage|(lead|deal)(outcome|conversion)"
)


def split_column_name(name: str) -> str:
    """Split a column's name into words: `LastNotableActivity`, `last_notable-activity` -> `last notable activity`."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name)
    return " ".join(re.findall(r"[^\W_]+", apart)).casefold()


def word_column_name(name: str) -> str:
    """Word a column's name as a person would say it: `TotalVisits`, `total_visits__c` -> `Total visits`."""
    plain = name.removesuffix("__c").strip()
    if " " not in plain:
        words = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", plain).replace("_", " ").split()
        # Capitals alone are an acronym: `MQL date`.
        plain = " ".join(word if word.isupper() and len(word) > 1 else word.lower() for word in words)
    return plain[:1].upper() + plain[1:]


@dataclass(frozen=True)
class Suspicion:
    """What a name makes one suspect, and when that suffices to ask: where the column alone tells more than `at_most`
    (AUC), or, with `partly`, where it is filled for some of the leads only.
    """

    why: str
    at_most: float
    partly: bool = False


def find_leaking_name(name: str) -> str | None:
    """Say that a column is called like an outcome: its last word is a status, stage or the like; else None."""
    words = split_column_name(name).split()
    last = words[-1] if words else ""
    if last not in OUTCOMES and not COMPOUND.fullmatch(last):
        return None
    if last.endswith("status") and OF_A_PERSON & {*words, last.removesuffix("status")}:
        return None
    return f"its name ({last}) says that it moves with the outcome"


def find_suspicion(name: str) -> Suspicion | None:
    """Find what is suspicious in a name, if anything; what the column does decides."""
    words = split_column_name(name)
    judged = next((word for word in words.split() if word in JUDGED), None)
    if judged:
        return Suspicion(f"its name ({judged}) looks like a person's judgement of the lead", 0.78, partly=True)
    if MOVING.search(words):
        return Suspicion("every later touch changes it, also one after the outcome", 0.62)
    if ONLY_AFTERWARDS.match(words):
        return Suspicion("how long it took is known only when it is over", 0.55)
    told = next((word for word in words.split() if word in DENIED), None)
    return Suspicion(f"its name ({told}) may tell of the outcome", 0.78) if told else None


def is_id_name(name: str) -> bool:
    """Say whether a column is called an id, of whatever it may be."""
    return split_column_name(name).split()[-1:] in [[word] for word in IDS]


def is_number_name(name: str) -> bool:
    """Say whether a column is called like a number or a code that identifies."""
    return bool((IDENTITY | IDS) & {*split_column_name(name).split()})


def is_person_name(name: str) -> bool:
    """Say whether a column is called like the name of somebody."""
    return NAMES.match(split_column_name(name)) is not None
