"""Training a model on what became of a workspace's leads, and using it if it is better than the present one."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

import numpy as np

from storage.database.doors import Database
from storage.scores.columns.lead_lives import CONVERTED, count_finished
from storage.scores.model.additive_model import AdditiveModel
from storage.scores.model.evaluation import CHANCE, Evaluation, evaluate_fit, fit_rows, measure_cost
from storage.scores.model.learning import FittedModel, Progress
from storage.scores.model.measures import Auc, compute_auc, compute_log_losses
from storage.scores.model.stored_models import (
    FEWEST_OF_EACH,
    FEWEST_ROWS,
    RULES,
    Model,
    State,
    find_active_model,
    make_next_name,
    pack_ids,
    save_model,
)
from storage.scores.model.training_data import KnownValues, TrainingData, read_training_data
from storage.tables import ScoreModel

# What questioned columns cost is measured on so many rows, for so many columns.
COSTED_ROWS = 10_000
MOST_COSTED = 12
NEW_ROWS = 50
NEW_OF_EACH = 10


def ignore_progress(label: str, done: int, of: int) -> None:
    """Ignore the progress."""


def train_score_model(
    database: Database,
    workspace_id: int,
    now: datetime,
    *,
    keep: Collection[str] | None = None,
    leave_out: Collection[str] | None = None,
    progress: Progress = ignore_progress,
) -> str:
    """Learn from what became of leads by `now`; return a sentence that says what came of it.

    `keep` and `leave_out` name columns and overrule the guard; without either, those given for the model in use hold.
    Raise ScoreTrouble for a column that does not exist. No transaction is open while it learns.
    """
    with database.begin_read() as session:
        before = find_active_model(session, workspace_id, whole=True)
        data: dict[str, Any] = before.data if before else {}
        chosen = keep is not None or leave_out is not None
        wanted = (
            {"keep": sorted(keep or ()), "leave_out": sorted(leave_out or ())}
            if chosen
            else {name: data.get(name, []) for name in ("keep", "leave_out")}
        )
        finished, converted = count_finished(session, workspace_id, now)
        progress("reading", 0, 0)
        # Without conversions there is nothing to learn, however many leads there are to read.
        enough = converted >= FEWEST_OF_EACH
        material = read_training_data(session, workspace_id, now, wanted, asked=chosen) if enough else None
    few = _count_few(finished, converted) if material is None else _explain_few(material.known)
    if material is None or few:
        return _keep_rules(database, workspace_id, now, few, {"rows": finished, "converted": converted}, wanted)
    evaluation, learned = _evaluate_and_fit(material, progress)
    challenger = _build_challenger(material, evaluation, learned, wanted)
    challenger["evaluation"]["finished"] = finished
    because = None
    # Where a person has just asked for other columns, the new model is used without a contest.
    if before is not None and before.state == "ok" and {name: data.get(name, []) for name in wanted} == wanted:
        because = _explain_keeping(before, material, challenger, learned)
    with database.begin_write() as session:
        if because is not None and before is not None:
            current = session.get_one(ScoreModel, before.id)
            current.evaluation = current.evaluation | {
                "tried_at": now.isoformat(),
                "tried_finished": finished,
                "tried": because,
            }
            return f"{before.name} stays in use: {because}."
        name = make_next_name(session, workspace_id)
        save_model(session, workspace_id, name=name, now=now, **challenger)
        return _word_result(name, challenger["state"])


def _count_few(finished: int, converted: int) -> str:
    hint = ' If a column tells who converted, import the file again with --map and {"COLUMN": "converted"}.'
    return (
        f"{finished:,} finished leads and {converted:,} conversions are too few to learn from"
        f" ({FEWEST_ROWS} are needed, {FEWEST_OF_EACH} of each outcome).{'' if converted or not finished else hint}"
    )


def _explain_few(known: KnownValues) -> str:
    """Say that too few leads tell an outcome to learn from; empty where they are enough."""
    rows = known.rows.take_rows(known.learned)
    leads, came = len(np.unique(rows.place)), len(np.unique(rows.place[rows.converted == 1]))
    others = len(np.unique(rows.place[rows.converted == 0]))
    if leads >= FEWEST_ROWS and min(came, others) >= FEWEST_OF_EACH:
        return ""
    if known.target == "ended":
        return _count_few(leads, came)
    return (
        f"{leads:,} leads are old enough to tell, {came:,} of them converted within {known.horizon_days} days: too"
        f" few to learn from ({FEWEST_ROWS} are needed, {FEWEST_OF_EACH} of each outcome)."
    )


def _word_result(name: str, state: str) -> str:
    if state == "ok":
        return f"{name} is in use."
    return f"{name} is not better than chance: the rules score instead."


def _evaluate_and_fit(material: TrainingData, progress: Progress) -> tuple[Evaluation | None, FittedModel | None]:
    if not material.choice.features:
        return None, None
    evaluation = evaluate_fit(material, progress)
    _add_costs(material)
    progress("learning", 0, 1)
    learned = fit_rows(material, material.known.learned)
    progress("learning", 1, 1)
    return evaluation, learned


def _add_costs(material: TrainingData) -> None:
    """Say of each questioned column how much better or worse the model would be with it."""
    choice, rows = material.choice, material.known.learned[:: max(len(material.known.learned) // COSTED_ROWS, 1)]
    asked = [*choice.questioned.items()][:MOST_COSTED]
    if not asked:
        return
    every = material.known.encode_rows([feature for _, feature in asked])[rows]
    plain = measure_cost(choice.features, material.codes[rows], material.rows, rows)
    for place, (name, feature) in enumerate(asked):
        codes = np.hstack([material.codes[rows], every[:, place : place + 1]])
        reached = measure_cost([*choice.features, feature], codes, material.rows, rows)
        choice.left_out[name] += f"; with it the AUC would be {reached:.3f} instead of {plain:.3f}"


def _build_challenger(
    material: TrainingData,
    evaluation: Evaluation | None,
    learned: FittedModel | None,
    wanted: dict[str, list[str]],
) -> dict[str, Any]:
    """Build the state, data and evaluation of the new model, as `save_model` takes them."""
    known = material.known
    rows = known.rows.take_rows(known.learned)
    leads = np.unique(rows.place)
    converted = int((known.lives.outcome[leads] == CONVERTED).sum())
    state: State = "ok" if evaluation is not None and evaluation.is_predictive else "not_predictive"
    report: dict[str, Any] = {
        "target": known.target,
        "rows": len(leads),
        "converted": converted,
        "moments": len(rows),
        "moments_converted": int(rows.converted.sum()),
        "since": float(known.lives.created[leads].min()),
        "used": [feature.column.name for feature in material.choice.features],
        "left_out": material.choice.left_out,
        "method": learned.method if learned else None,
        "drift": learned.drift if learned else None,
    }
    if known.target == "open":
        report["horizon_days"] = known.horizon_days
    if evaluation is not None:
        report |= evaluation.report_figures()
    else:
        report |= {"auc": 0.5, "auc_low": 0.5, "auc_high": 0.5, "evaluated": "cross-validated"}
    data: dict[str, Any] = {**wanted, "target": known.target, "horizon_days": known.horizon_days}
    # What a model has learned from tells nothing of how good it is.
    data |= {"trained_on": pack_ids(known.lives.ids[leads].tolist()), "learned_until": float(rows.moment.max())}
    if learned is not None:
        data["model"] = learned.model.to_json()
    return {"state": state, "data": data, "evaluation": report}


def _keep_rules(
    database: Database, workspace_id: int, now: datetime, few: str, counted: dict[str, Any], wanted: dict[str, Any]
) -> str:
    """Record that there is too little to learn from: the rules score, unless a model is in use."""
    with database.begin_write() as session:
        before = find_active_model(session, workspace_id)
        if before is not None and before.state == "ok" and "target" in before.evaluation:
            return f"{before.name} stays in use: {few}"
        evaluation = {**counted, "finished": counted["rows"], "used": [], "left_out": {}, "too_few": few}
        if before is not None and before.state == "rules":
            kept = session.get_one(ScoreModel, before.id)
            kept.evaluation, kept.made_at = evaluation, now
        else:
            name = RULES if before is None else f"{RULES} {make_next_name(session, workspace_id).split()[-1]}"
            save_model(session, workspace_id, name=name, state="rules", now=now, data={**wanted}, evaluation=evaluation)
    return f"The rules score: {few}"


def _explain_keeping(
    before: Model, material: TrainingData, challenger: dict[str, Any], learned: FittedModel | None
) -> str | None:
    """Say why the model in use is kept; None where the new one takes its place."""
    # What means something else cannot be compared, and must not stay: people read its scores by the newer meaning.
    known = material.known
    if (before.data.get("target"), before.data.get("horizon_days")) != (known.target, known.horizon_days):
        return None
    # Both are judged on what neither has seen: rows that are newer than what the present model learned from, for which
    # the new one has out-of-fold predictions. With too few of them, their evaluations are compared.
    fresh = known.find_unseen_rows(before.data)
    rows = known.learned[fresh]
    converted = known.rows.converted[rows]
    enough = len(fresh) >= NEW_ROWS and min(converted.sum(), (1 - converted).sum()) >= NEW_OF_EACH
    if not enough or learned is None:
        old, new = before.evaluation["auc"], challenger["evaluation"]["auc"]
        if challenger["state"] == "ok" and new > old:
            return None
        return f"too little happened since it learned, and a new model is not better (AUC {new:.3f} against {old:.3f})"
    model = AdditiveModel.from_json(before.data["model"])
    old_logits = model.predict_logits(known.encode_rows(model.features)[rows]) + model.offset
    new_logits = learned.logits[fresh] + learned.model.offset
    old_loss, new_loss = (float(compute_log_losses(converted, logits).mean()) for logits in (old_logits, new_logits))
    old_auc, new_auc = compute_auc(converted, old_logits), compute_auc(converted, new_logits)
    if _is_still_predictive(old_auc) and (new_loss > old_loss or challenger["state"] != "ok"):
        return (
            f"on what came since, a new model was not better"
            f" (log loss {new_loss:.4f} against {old_loss:.4f}, AUC {new_auc.value:.3f} against {old_auc.value:.3f})"
        )
    challenger["evaluation"]["against"] = {
        "model": before.name,
        "rows": len(fresh),
        "log_loss": round(new_loss, 4),
        "its_log_loss": round(old_loss, 4),
        "auc": round(new_auc.value, 4),
        "its_auc": round(old_auc.value, 4),
    }
    return None


def _is_still_predictive(found: Auc) -> bool:
    return found.value > CHANCE
