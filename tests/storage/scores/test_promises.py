"""What open leads are promised comes true, in companies whose leads convert by a known process."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.bench.guard_table import judge_columns, plant_honest_columns, plant_leaks
from bot.bench.made_companies import FAST, PROCESSES, SEASONAL, SLOW, Process, make_company
from bot.bench.score_promises import UNTIL, learn_and_score
from storage.scores.model.measures import compute_auc

FEW = replace(SLOW, leads=900)


def test_open_leads_are_promised_what_they_have_and_not_what_ended_leads_had(tmp_path: Path) -> None:
    company = make_company(FEW, seed=4)
    found = learn_and_score(tmp_path, company)
    ended = company.ended < UNTIL

    assert found.model.evaluation["horizon_days"] == 90
    assert found.foretold.mean() == pytest.approx(found.true.mean(), rel=0.5)
    assert found.foretold.mean() < 0.3 * (company.outcome[ended] == 1).mean()


@pytest.mark.slow
@pytest.mark.parametrize("process", [replace(each, leads=4000) for each in PROCESSES], ids=lambda each: each.name)
def test_promises_come_true(process: Process, tmp_path: Path) -> None:
    found = learn_and_score(tmp_path, make_company(process, seed=31))
    reached, best = (compute_auc(found.came, each).value for each in (found.foretold, found.true))

    assert found.foretold.mean() == pytest.approx(found.true.mean(), rel=0.4)
    assert reached > best - 0.05
    for old in (found.age_days < 30, found.age_days >= 120):
        assert found.foretold[old].mean() == pytest.approx(found.true[old].mean(), rel=0.6, abs=0.01)


@pytest.mark.parametrize("dated", [True, False])
@pytest.mark.parametrize("process", [FAST, SEASONAL], ids=lambda each: each.name)
def test_the_guard_finds_planted_leaks_and_leaves_honest_columns_alone(process: Process, dated: bool) -> None:
    company = make_company(replace(process, leads=5000), seed=32)

    leaks = judge_columns(company, UNTIL, plant_leaks(company, UNTIL, seed=5), dated=dated)
    honest = judge_columns(company, UNTIL, plant_honest_columns(company, seed=6), dated=dated)

    assert len(leaks.left_out) >= 18, [feature.column.name for feature in leaks.features]
    assert len(honest.left_out) <= 2, honest.left_out
