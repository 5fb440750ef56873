"""Judging a column by its name alone: does it tell the outcome, a judgement, a later touch or an identity?"""

from __future__ import annotations

import re

DENIED = frozenset(
    (
        "status statuses tag tags stage stages closed closing conversion converted convert converts won"
        " win wins lost loss outcome disposition disqualified unqualified qualified opportunity opportunities deal"
        " deals churned closedate wonlost iswon isclosed isconverted"
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
IDENTITY = frozenset("id ids uuid guid key number no nr num code serial phone mobile fax ssn zip".split())
NAMES = re.compile(r"^((first|last|full|middle|contact|lead|person|company|account|sur|given|family) ?)?names?$")


# Outcomes written as one word, as in exports in capitals and in other languages: `LEADSTATUS`, `Kundenstatus`.
COMPOUND = re.compile(
    r"\w+status|(lead|deal|sales|opportunity|pipeline|lifecycle|life)stage|(lead|deal)(outcome|conversion)"
)


def split_column_name(name: str) -> str:
    """Split a column's name into words: `LastNotableActivity`, `last_notable-activity` -> `last notable activity`."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name)
    return " ".join(re.findall(r"[^\W_]+", apart)).casefold()


def explain_leaking_name(name: str) -> str | None:
    """Say why a column must not be used, judged by its name; None where the name is harmless."""
    words = split_column_name(name).split()
    denied = next((word for word in words if word in DENIED or COMPOUND.fullmatch(word)), None)
    if denied is None:
        return None
    if denied.endswith("status") and OF_A_PERSON & {*words, denied.removesuffix("status")}:
        return None
    return f"its name ({denied}) says that it moves with the outcome"


def explain_questioned_name(name: str) -> str | None:
    """Say why a person should decide whether a column is used, judged by its name; None where the name is harmless."""
    words = split_column_name(name)
    judged = next((word for word in words.split() if word in JUDGED), None)
    if judged:
        return f"questioned: its name ({judged}) looks like a person's judgement of the lead"
    if MOVING.search(words):
        return "questioned: every later touch changes it, also one after the outcome"
    if ONLY_AFTERWARDS.match(words):
        return "questioned: how long it took is known only when it is over"
    return None


def is_id_name(name: str) -> bool:
    """Say whether a column is called like an id, a number or a code."""
    return bool(IDENTITY & {*split_column_name(name).split()})


def is_person_name(name: str) -> bool:
    """Say whether a column is called like the name of somebody."""
    return NAMES.match(split_column_name(name)) is not None
