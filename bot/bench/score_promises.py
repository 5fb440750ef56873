"""Holds the scores of open leads against the truth, in companies whose leads convert by a known process."""

from __future__ import annotations

import csv
import io
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.bench.guard_table import judge_columns, plant_honest_columns, plant_leaks
from bot.bench.large_team import NOW
from bot.bench.made_companies import PROCESSES, MadeCompany, foretell_truly, make_company, write_company
from bot.bench.measured_figures import Figure, FigureTable
from storage.database.doors import Database
from storage.imports import run_import
from storage.people import reps
from storage.people.visibility import build_scope
from storage.scores.model.measures import compute_auc
from storage.scores.model.stored_models import Model, find_active_model
from storage.scores.model.training import train_score_model
from storage.scores.scoring_run import score_open_leads
from storage.upkeep.exports import export_records
from storage.upkeep.upgrade import upgrade_schema

# Behind the last day that is stored lie more than 90 that tell what came.
UNTIL = 1000
HORIZON = 90


@dataclass(frozen=True)
class Promise:
    """Open leads of a company: the chance they were promised, the true one, and who converted within the horizon."""

    foretold: NDArray[np.float64]
    true: NDArray[np.float64]
    came: NDArray[np.int8]
    age_days: NDArray[np.float64]
    model: Model


def measure_promises(table: FigureTable, folder: Path) -> None:
    """Compare mean and order of the promised chances with the true ones, and count what the guard finds."""
    for process in PROCESSES:
        company = make_company(process)
        found = learn_and_score(folder, company)
        what = f"{process.name} company, {len(found.true):,} open leads"
        mean, true = float(found.foretold.mean()), float(found.true.mean())
        table.add_figure(Figure(f"{what}: mean chance", mean, "true", true, unit="share"))
        reached, best = (compute_auc(found.came, each).value for each in (found.foretold, found.true))
        table.add_figure(Figure(f"{what}: AUC", reached, "the best possible", best, unit="share"))
        for dated in (True, False):
            sort = "dated" if dated else "undated"
            leaks, honest = plant_leaks(company, UNTIL), plant_honest_columns(company)
            caught = len(judge_columns(company, UNTIL, leaks, dated=dated).left_out) / len(leaks)
            alarms = len(judge_columns(company, UNTIL, honest, dated=dated).left_out) / len(honest)
            table.add_figure(Figure(f"{process.name} company, {sort}: planted leaks left out", caught, unit="share"))
            table.add_figure(Figure(f"{process.name} company, {sort}: honest columns left out", alarms, unit="share"))


def learn_and_score(folder: Path, company: MadeCompany, until: int = UNTIL) -> Promise:
    """Import a company's files, learn, score all open leads, and read what each was promised."""
    with tempfile.TemporaryDirectory(dir=folder) as place:
        database = Database(f"sqlite:///{Path(place) / 'company.db'}")
        upgrade_schema(database)
        files = write_company(Path(place), company, until)
        run_import(database, 1, files, now=NOW, rejects_folder=Path(place), defaults=None)
        train_score_model(database, 1, NOW)
        score_open_leads(database, 1, NOW)
        out = io.StringIO()
        with database.begin_read() as session:
            export_records(build_scope(session, reps.make_console_asker(1), "workspace"), "score", out)
            model = find_active_model(session, 1)
        database.close()
    assert model is not None
    promised: dict[int, Any] = {
        int(row["lead"].removeprefix("L")): float(row["probability"] or "nan")
        for row in csv.DictReader(io.StringIO(out.getvalue()))
    }
    leads, true = foretell_truly(company, until, HORIZON)
    came = (company.outcome[leads] == 1) & (company.ended[leads] < until + HORIZON)
    foretold = np.array([promised[lead] for lead in leads.tolist()])
    return Promise(foretold, true, came.astype(np.int8), until - company.created[leads], model)
