"""Measures how well scores predict, beside gradient boosting on the same columns and leads in the same run."""

from __future__ import annotations

import importlib
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.bench.large_team import NOW
from bot.bench.measured_figures import Figure, FigureTable
from storage.database.doors import Database
from storage.imports import run_import
from storage.scores.model.additive_model import Codes, Floats
from storage.scores.model.evaluation import evaluate_fit
from storage.scores.model.learning import assign_folds
from storage.scores.model.measures import compute_auc
from storage.scores.model.training import ignore_progress
from storage.scores.model.training_data import TrainingData, read_training_data
from storage.upkeep.upgrade import upgrade_schema

FOLDS = 5
# With fewer leads or conversions the AUC of a fold is chance.
FEWEST = 100
FEWEST_CONVERTED = 20


def compare_with_boosting(table: FigureTable, folder: Path, data: Path) -> None:
    """Compare scores with gradient boosting by cross-validated AUC, for every outside file of leads with outcomes.

    Both get the columns that the guard lets through.
    """
    for path in sorted(data.rglob("*.csv")):
        found = _load_training_data(folder, path)
        if found is None:
            continue
        start = time.perf_counter()
        ours = evaluate_fit(found, ignore_progress)
        seconds = time.perf_counter() - start
        rows = found.known.learned
        codes, converted = found.codes[rows], found.rows.converted[rows]
        what = f"{path.parent.name}/{path.stem}: AUC, {len(rows):,} leads, {len(found.choice.features)} columns"
        for name, fit in _list_yardsticks():
            theirs = compute_auc(converted, _predict_by_folds(codes, converted, fit)).value
            table.add_figure(Figure(what, ours.auc.value, name, theirs, unit="share"))
        table.add_figure(Figure(f"{path.parent.name}/{path.stem}: judged by nested cross-validation in", seconds))


def _load_training_data(folder: Path, path: Path) -> TrainingData | None:
    with tempfile.TemporaryDirectory(dir=folder) as place:
        database = Database(f"sqlite:///{Path(place) / 'leads.db'}")
        upgrade_schema(database)
        results = run_import(database, 1, [path], now=NOW, finished=True, rejects_folder=Path(place), defaults=None)
        leads = any(result.kind == "lead" and not result.error for result in results)
        with database.begin_read() as session:
            found = read_training_data(session, 1, NOW) if leads else None
        database.close()
    # Only files without dates are compared by turns; forward in time there are made companies.
    if found is None or found.known.target == "open" or len(found.rows) < FEWEST or not found.choice.features:
        return None
    converted = int(found.rows.converted.sum())
    return found if FEWEST_CONVERTED <= converted <= len(found.rows) - FEWEST_CONVERTED else None


Fit = Callable[[Codes, NDArray[np.int8]], Any]


def _list_yardsticks() -> Iterator[tuple[str, Fit]]:
    from sklearn.ensemble import HistGradientBoostingClassifier

    yield (
        "HistGradientBoosting",
        lambda codes, converted: HistGradientBoostingClassifier(random_state=0).fit(codes, converted),
    )
    try:
        # No dependency of ours: it is compared where somebody has installed it.
        lightgbm = importlib.import_module("lightgbm")
    except ImportError:
        return
    threads = os.cpu_count()
    yield (
        "LightGBM",
        lambda codes, converted: lightgbm.LGBMClassifier(verbose=-1, random_state=0, n_jobs=threads).fit(
            codes.astype(float), converted
        ),
    )


def _predict_by_folds(codes: Codes, converted: NDArray[np.int8], fit: Fit) -> Floats:
    folds = assign_folds(converted, np.arange(len(converted)), FOLDS)
    predicted = np.zeros(len(converted))
    for turn in range(FOLDS):
        predicted[folds == turn] = fit(codes[folds != turn], converted[folds != turn]).predict_proba(
            codes[folds == turn].astype(float)
        )[:, 1]
    return predicted
