"""Training a model on a workspace's finished leads, and using it if it is better than the present one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.database.doors import Database
from storage.scores.columns.engagement import has_activities, read_engagement_before
from storage.scores.columns.features import normalise_category
from storage.scores.columns.lead_columns import (
    MOST_CUSTOM,
    NOT_USED,
    LeadColumn,
    LeadTable,
    find_column,
    read_lead_table,
)
from storage.scores.columns.outcomes import (
    FinishedLeads,
    choose_moments,
    choose_rate_order,
    choose_time_order,
    count_finished,
    read_finished_leads,
    read_values_before,
)
from storage.scores.model.additive_model import AdditiveModel, Codes
from storage.scores.model.evaluation import CHANCE, Evaluation, evaluate_fit
from storage.scores.model.leak_guard import FEW_OPEN, ColumnChoice, choose_columns
from storage.scores.model.learning import FittedModel, Progress, fit_model
from storage.scores.model.measures import Auc, compute_auc, compute_log_losses
from storage.scores.model.score_errors import ScoreTrouble
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
    unpack_ids,
)
from storage.tables import Lead, ScoreModel

OPEN_SAMPLE = 2000
NEW_ROWS = 50
NEW_OF_EACH = 10


@dataclass(frozen=True)
class TrainingData:
    """The finished leads, what is known of them, the chosen columns and their codes."""

    finished: FinishedLeads
    sheet: LeadTable
    choice: ColumnChoice
    codes: Codes
    # `when` orders leads for the evaluation; `ended` tells the latest ones for the current rate (None: not known).
    when: NDArray[np.float64] | None
    ended: NDArray[np.float64] | None


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
    """Learn from the leads finished by `now`; return a sentence that says what came of it.

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
        rows, converted = count_finished(session, workspace_id, now)
        material = None
        if _has_enough(rows, converted):
            progress("reading", 0, 0)
            material = read_training_data(session, workspace_id, now, wanted, asked=chosen)
    if material is None or not _has_enough(len(material.finished), int(material.finished.converted.sum())):
        return _keep_rules(database, workspace_id, now, rows, converted, wanted)
    evaluation, learned = _evaluate_and_fit(material, progress)
    challenger = _build_challenger(material, evaluation, learned, wanted, now)
    because = None
    # Where a person has just asked for other columns, the new model is used without a contest.
    if before is not None and before.state == "ok" and {name: data.get(name, []) for name in wanted} == wanted:
        because = _explain_keeping(before, material, challenger, learned)
    with database.begin_write() as session:
        if because is not None and before is not None:
            current = session.get_one(ScoreModel, before.id)
            current.evaluation = current.evaluation | {
                "tried_at": now.isoformat(),
                "tried_rows": material.finished.all_rows,
                "tried": because,
            }
            return f"{before.name} stays in use: {because}."
        name = make_next_name(session, workspace_id)
        save_model(session, workspace_id, name=name, now=now, **challenger)
        return _word_result(name, challenger["state"])


def _has_enough(rows: int, converted: int) -> bool:
    return rows >= FEWEST_ROWS and min(converted, rows - converted) >= FEWEST_OF_EACH


def _word_result(name: str, state: str) -> str:
    if state == "ok":
        return f"{name} is in use."
    return f"{name} is not better than chance: the rules score instead."


def read_training_data(
    session: Session,
    workspace_id: int,
    now: datetime,
    wanted: dict[str, list[str]] | None = None,
    *,
    asked: bool = False,
) -> TrainingData:
    """Read the finished leads and what may be learned from. `wanted` names columns to keep and to leave out.

    With `asked`, raise ScoreTrouble where one of them does not exist.
    """
    wanted = wanted or {"keep": [], "leave_out": []}
    finished = read_finished_leads(session, workspace_id, now)
    sheet = read_lead_table(
        session, workspace_id, finished.ids.tolist(), read_values_before(session, workspace_id, finished)
    )
    moments = choose_moments(finished)
    active = has_activities(session, workspace_id)
    if moments is not None and active:
        sheet.columns |= read_engagement_before(session, sheet.ids, moments)
    keep, leave_out = (_find_columns(sheet, names, strict=asked) for names in wanted.values())
    choice = choose_columns(
        sheet,
        finished.converted,
        keep=keep,
        leave_out=leave_out,
        open_shares=_measure_open_shares(session, workspace_id, sheet),
    )
    if active and moments is None:
        choice.left_out["activities"] = "the outcomes carry no dates, so what came before them is not known"
    if sheet.crowded:
        choice.left_out["further columns"] = f"more than {MOST_CUSTOM} columns"
    codes = np.zeros((len(finished), len(choice.features)), dtype=np.uint8)
    for place, feature in enumerate(choice.features):
        codes[:, place] = feature.encode_values(sheet.columns[feature.column])
    return TrainingData(
        finished, sheet, choice, codes, choose_time_order(finished), choose_rate_order(session, workspace_id, finished)
    )


def _find_columns(sheet: LeadTable, names: Sequence[str], *, strict: bool) -> set[LeadColumn]:
    found = {name: find_column(name, sheet.columns) for name in names}
    unknown = [name for name, column in found.items() if column is None]
    if unknown and strict:
        known = ", ".join(column.name for column in sheet.columns)
        hint = f" ({NOT_USED[unknown[0]]})" if unknown[0] in NOT_USED else ""
        raise ScoreTrouble(f"“{unknown[0]}” is no column of finished leads that can be used{hint}. There are: {known}")
    return {column for column in found.values() if column is not None}


def _measure_open_shares(session: Session, workspace_id: int, sheet: LeadTable) -> dict[LeadColumn, float] | None:
    """Measure, from a sample, the share of open leads in which each column is filled; None if leads are too few."""
    query = select(Lead.id).where(Lead.workspace_id == workspace_id, Lead.lifecycle == "open")
    ids = np.fromiter(session.scalars(query.execution_options(yield_per=5000)), dtype=np.int64)
    if len(ids) < FEW_OPEN:
        return None
    ids.sort()
    some = ids[:: max(len(ids) // OPEN_SAMPLE, 1)].tolist()
    found = read_lead_table(session, workspace_id, some, {})
    shares = {
        column: sum(1 for value in values if normalise_category(value) is not None) / len(some)
        for column, values in found.columns.items()
    }
    return {column: shares.get(column, 0.0) for column in sheet.columns}


def _evaluate_and_fit(material: TrainingData, progress: Progress) -> tuple[Evaluation | None, FittedModel | None]:
    features, codes, converted = material.choice.features, material.codes, material.finished.converted
    if not features:
        return None, None
    evaluation = evaluate_fit(features, codes, converted, material.when, progress, ended=material.ended)
    progress("learning", 0, 1)
    learned = fit_model(features, codes, converted, material.ended)
    progress("learning", 1, 1)
    return evaluation, learned


def _build_challenger(
    material: TrainingData,
    evaluation: Evaluation | None,
    learned: FittedModel | None,
    wanted: dict[str, list[str]],
    now: datetime,
) -> dict[str, Any]:
    """Build the state, data and evaluation of the new model, as `save_model` takes them."""
    finished = material.finished
    state: State = "ok" if evaluation is not None and evaluation.is_predictive else "not_predictive"
    report: dict[str, Any] = {
        "rows": len(finished),
        "converted": int(finished.converted.sum()),
        "all_rows": finished.all_rows,
        "all_converted": finished.all_converted,
        "used": [feature.column.name for feature in material.choice.features],
        "left_out": material.choice.left_out,
        "method": learned.method if learned else None,
        "drift": learned.drift if learned else None,
    }
    if evaluation is not None:
        report |= evaluation.report_figures()
    else:
        report |= {"auc": 0.5, "auc_low": 0.5, "auc_high": 0.5, "evaluated": "cross-validated"}
    data: dict[str, Any] = {**wanted, "trained_on": pack_ids(finished.ids.tolist())}
    if learned is not None:
        data["model"] = learned.model.to_json()
    return {"state": state, "data": data, "evaluation": report}


def _keep_rules(
    database: Database, workspace_id: int, now: datetime, rows: int, converted: int, wanted: dict[str, list[str]]
) -> str:
    """Record that there is too little to learn from: the rules score, unless a model is in use."""
    few = (
        f"{rows:,} finished leads and {converted:,} conversions are too few to learn from"
        f" ({FEWEST_ROWS} are needed, {FEWEST_OF_EACH} of each outcome)"
    )
    unseen = rows >= FEWEST_ROWS and not converted
    hint = ' If a column tells who converted, import the file again with --map and {"COLUMN": "converted"}.'
    with database.begin_write() as session:
        before = find_active_model(session, workspace_id)
        if before is not None and before.state == "ok":
            return f"{before.name} stays in use: {few}."
        evaluation = {"rows": rows, "converted": converted, "used": [], "left_out": {}}
        if before is not None and before.state == "rules":
            kept = session.get_one(ScoreModel, before.id)
            kept.evaluation, kept.made_at = evaluation, now
        else:
            name = RULES if before is None else f"{RULES} {make_next_name(session, workspace_id).split()[-1]}"
            save_model(session, workspace_id, name=name, state="rules", now=now, data={**wanted}, evaluation=evaluation)
    return f"{few[0].upper()}{few[1:]}: the rules score instead.{hint if unseen else ''}"


def _explain_keeping(
    before: Model, material: TrainingData, challenger: dict[str, Any], learned: FittedModel | None
) -> str | None:
    """Say why the model in use is kept; None where the new one takes its place."""
    # Both are judged on leads that neither has seen: those finished since the present model was trained, for which the
    # new one has out-of-fold predictions. With too few of them, their evaluations are compared.
    seen = np.isin(material.finished.ids, np.array(unpack_ids(before.data["trained_on"]), dtype=np.int64))
    fresh = np.flatnonzero(~seen)
    converted = material.finished.converted[fresh]
    enough = len(fresh) >= NEW_ROWS and min(converted.sum(), (1 - converted).sum()) >= NEW_OF_EACH
    if not enough or learned is None:
        old, new = before.evaluation["auc"], challenger["evaluation"]["auc"]
        if challenger["state"] == "ok" and new > old:
            return None
        since = f"{len(fresh):,} leads finished" if len(fresh) else "no lead finished"
        return f"{since} since it learned, and a new model is not better (AUC {new:.3f} against {old:.3f})"
    model = AdditiveModel.from_json(before.data["model"])
    codes = np.zeros((len(fresh), len(model.features)), dtype=np.uint8)
    for place, feature in enumerate(model.features):
        values = material.sheet.columns.get(feature.column)
        if values is not None:
            codes[:, place] = feature.encode_values([values[row] for row in fresh])
    old_logits = model.predict_logits(codes) + model.offset
    new_logits = learned.logits[fresh] + learned.model.offset
    old_loss, new_loss = (float(compute_log_losses(converted, logits).mean()) for logits in (old_logits, new_logits))
    old_auc, new_auc = compute_auc(converted, old_logits), compute_auc(converted, new_logits)
    if _is_still_predictive(old_auc) and (new_loss > old_loss or challenger["state"] != "ok"):
        return (
            f"on {len(fresh):,} leads finished since, a new model was not better"
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
