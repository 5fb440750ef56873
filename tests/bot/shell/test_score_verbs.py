"""`leadlight score train|run|report`, run as a person runs them."""

from __future__ import annotations

import csv
import json
import random
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from bot.shell.program import app

KEYS = (
    "state auc auc_low auc_high average_precision calibration_error lift_top_tenth evaluated rows converted used"
    " left_out trained_at model"
).split()


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'leadlight.db'}")
    monkeypatch.chdir(tmp_path)
    return CliRunner()


def leads(path: Path, *, finished: bool, count: int, signal: float = 2.0) -> Path:
    chance = random.Random(finished)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(["Lead ID", "Last Name", "Lead Source", "Age", "Tags", *(["y"] if finished else [])])
        for number in range(count):
            source, age = chance.choice(["Web", "Referral", "Fair"]), chance.randrange(20, 70)
            odds = signal * ((source == "Referral") * 2 + (age > 50) - 1)
            converted = chance.random() < 1 / (1 + 2.718**-odds)
            tag = "will come" if converted else "ringing"
            row = [f"{finished}{number}", f"Name{number}", source, age, tag if finished else ""]
            writer.writerow(row + (["yes" if converted else "no"] if finished else []))
    return path


def does(shell: CliRunner, *words: str) -> Result:
    return shell.invoke(app, [*words])


def answers(shell: CliRunner, *words: str) -> dict[str, Any]:
    result = does(shell, *words, "--json")
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_a_file_is_imported_trained_on_scored_and_exported(shell: CliRunner, tmp_path: Path) -> None:
    does(shell, "import", str(leads(tmp_path / "old.csv", finished=True, count=400)), "--finished")
    does(shell, "import", str(leads(tmp_path / "new.csv", finished=False, count=50)))

    trained = answers(shell, "score", "train")
    assert list(trained) == KEYS
    assert (trained["state"], trained["evaluated"], trained["rows"]) == ("ok", "cross-validated", 400)
    assert {*trained["used"]} == {"source", "Age"}
    assert "Tags" in trained["left_out"]
    assert answers(shell, "score", "report") == trained

    done = answers(shell, "score", "run")
    assert (done["leads"], done["changed"], done["model"]) == (50, 50, "model 1")

    rows = list(csv.DictReader(StringIO(does(shell, "export", "score").stdout)))
    assert list(rows[0]) == "lead name score probability band as_of model reasons".split()
    assert len(rows) == 50
    best = max(rows, key=lambda row: int(row["score"]))
    assert best["band"] == "hot"
    assert any("converted, against" in text for text in json.loads(best["reasons"])["raises"])


def test_the_report_in_words_names_what_was_left_out_and_how_it_was_judged(shell: CliRunner, tmp_path: Path) -> None:
    does(shell, "import", str(leads(tmp_path / "old.csv", finished=True, count=400)), "--finished")

    told = does(shell, "score", "train", "--leave-out", "Age").stdout

    for words in (
        "ROC-AUC",
        "95 % interval",
        "Reliability",
        "Lift, top tenth",
        "Age: left out as asked",
        "cross-validated",
    ):
        assert words in told


def test_without_signal_it_says_not_predictive(shell: CliRunner, tmp_path: Path) -> None:
    does(shell, "import", str(leads(tmp_path / "old.csv", finished=True, count=400, signal=0)), "--finished")

    assert answers(shell, "score", "train", "--leave-out", "Tags")["state"] == "not_predictive"
    assert "not predictive yet" in does(shell, "score", "report").stdout


def test_an_unknown_column_is_refused_and_nothing_is_trained(shell: CliRunner, tmp_path: Path) -> None:
    does(shell, "import", str(leads(tmp_path / "old.csv", finished=True, count=400)), "--finished")

    result = does(shell, "score", "train", "--keep", "Shoe size", "--json")

    assert result.exit_code == 5
    assert "Shoe size" in json.loads(result.stdout)["text"]
    assert answers(shell, "score", "report")["state"] == "rules"


def test_with_few_leads_the_rules_score(shell: CliRunner, tmp_path: Path) -> None:
    does(shell, "import", str(leads(tmp_path / "new.csv", finished=False, count=30)))

    assert answers(shell, "score", "run")["state"] == "rules"
    assert "too few" in does(shell, "score", "train").stdout
