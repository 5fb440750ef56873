"""Completing rows of activities, follow-ups and scores by what follows from their cells."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any

from storage.database.whole_days import to_whole_day
from storage.imports.rows.built_records import BuiltRecord
from storage.imports.rows.imported_definitions import Definitions
from storage.imports.understanding.sheet_plan import Plan
from storage.imports.values.cell_vocabulary import ACTIVITY_KINDS, DONE_WORDS
from storage.imports.values.import_errors import Unreadable
from storage.names.normalise import fold_text, normalise_name

LONGEST_NOTE = 1000
MODEL = "imported"
MOST_REASONS = 6


def guess_activity_kind(words: str | None) -> str:
    """Guess call, email, meeting, message, task or note from the words of a type or a subject; empty if none fits."""
    plain = " ".join(re.findall(r"[^\W_]+", fold_text(words))) if words else ""
    return next((kind for kind, pattern in ACTIVITY_KINDS if re.search(pattern, plain)), "")


def finish_activity(built: BuiltRecord, plan: Plan, definitions: Definitions) -> None:
    """Complete an activity, or turn it into a follow-up if it is a task or still to be done."""
    values, facts = built.values, built.facts
    said = facts.get("kind")
    kind = _choose_kind(said, values.get("subject"), plan)
    task_status = facts.get("task_status")
    done = normalise_name(task_status) in DONE_WORDS if task_status else None
    # Salesforce exports tasks and calls in one table. What has not happened yet must not count as a touch.
    if (kind == "task" or done is False) and (facts.get("due") or values.get("at")):
        _turn_into_follow_up(built, plan, done=bool(done))
        return
    if "at" not in values:
        due = facts.get("due")
        if due is None:
            raise Unreadable("has no date")
        values["at"] = to_whole_day(due)
    values["kind"] = kind or (fold_text(said)[:20] if said else "note")
    if said and normalise_name(said) != normalise_name(values["kind"]):
        built.custom.setdefault(plan.find_column_name("kind"), said)
    for name in ("task_status", "due"):
        if facts.get(name) is not None:
            built.custom.setdefault(plan.find_column_name(name), str(facts[name]))
    values["created_at"] = plan.around.now
    values["version"] = 1


def _choose_kind(said: str | None, subject: str | None, plan: Plan) -> str:
    """Choose the kind: what the row says outright, else what the file is full of, else what its words hint at."""
    plain = normalise_name(said) if said else ""
    if plain in {kind for kind, _ in ACTIVITY_KINDS}:
        return plain
    return plan.activity_kind or guess_activity_kind(said) or ("" if said else guess_activity_kind(subject))


def _turn_into_follow_up(built: BuiltRecord, plan: Plan, *, done: bool) -> None:
    values, facts = built.values, built.facts
    at = values.pop("at", None)
    subject, text = values.pop("subject", None), values.pop("text", None)
    values.pop("outcome", None)
    values["due"] = facts.get("due") or at.astimezone(plan.around.zone).date()
    note = " – ".join(part for part in (subject, text) if part)
    values["note"] = note[:LONGEST_NOTE] or None
    if facts.get("task_status"):
        built.custom.setdefault(plan.find_column_name("task_status"), facts["task_status"])
    built.kind = "follow_up"
    plan.notes.add_total(1, "1 task became a follow-up", "{} tasks became follow-ups")
    _settle_follow_up(values, plan, done=done, at=at)


def finish_follow_up(built: BuiltRecord, plan: Plan, definitions: Definitions) -> None:
    """Complete a follow-up. Raise Unreadable if it has no due date."""
    values = built.values
    if "due" not in values:
        raise Unreadable("has no due date")
    status, done_at = built.facts.get("task_status"), built.facts.get("done_at")
    done = built.facts.get("done", normalise_name(status) in DONE_WORDS if status else done_at is not None)
    if values.get("note"):
        values["note"] = values["note"][:LONGEST_NOTE]
    _settle_follow_up(values, plan, done=done, at=done_at)


def _settle_follow_up(values: dict[str, Any], plan: Plan, *, done: bool, at: datetime | None) -> None:
    values["done_at"] = min(at or to_whole_day(values["due"]), plan.around.now) if done else None
    values["created_at"] = plan.around.now
    values["version"] = 1


def finish_score(built: BuiltRecord, plan: Plan, definitions: Definitions) -> None:
    """Complete a score from 1 to 99; where only a probability is given, the score is its percentage."""
    values, facts = built.values, built.facts
    if "lead_id" not in built.references:
        raise Unreadable("names no lead")
    score, probability = facts.get("score"), facts.get("probability")
    if score is None:
        if probability is None:
            raise Unreadable("has neither a score nor a probability")
        score = round(probability * 100)
    if not 0 <= score <= 100:
        raise Unreadable(f"{score} is not a score from 1 to 99")
    values["score"] = min(max(score, 1), 99)
    values["probability"] = probability
    values["as_of"] = facts.get("as_of") or plan.around.now
    values["model"] = MODEL
    values["reasons"] = parse_reasons(facts["reasons"]) if facts.get("reasons") else None


def parse_reasons(text: str) -> dict[str, list[str]]:
    """Parse reasons, as JSON or separated by `;`, `|` or line ends; those that begin with a minus lower the score."""
    try:
        given = json.loads(text) if text.startswith(("[", "{")) else None
    except (ValueError, RecursionError):
        given = None
    match given:
        case {**sides} if sides:
            raises = [str(each) for each in _as_list(sides.get("raises") or sides.get("raise"))]
            lowers = [str(each) for each in _as_list(sides.get("lowers") or sides.get("lower"))]
        case _:
            parts = given if isinstance(given, list) else re.split(r"[;|\n]", text)
            every = [str(each).strip() for each in parts]
            raises = [each.lstrip("+ ").strip() for each in every if each.strip() and not each.startswith(("-", "−"))]
            lowers = [each.lstrip("-− ").strip() for each in every if each.startswith(("-", "−"))]
    return {"raises": raises[:MOST_REASONS], "lowers": lowers[:MOST_REASONS]}


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] if value else []
