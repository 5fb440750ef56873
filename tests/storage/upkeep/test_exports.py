"""What is exported can be imported again."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from storage.imports import FIELDS, ImportTrouble, run_import
from storage.people.visibility import Scope
from storage.tables import Lead
from storage.upkeep.exports import export_records
from tests.company import Company
from tests.storage.imports.conftest import NOW, Importing

KINDS = [kind for kind in FIELDS if kind != "score"]
ODD = "=HYPERLINK(1)"


def exported(importing: Importing, kind: str, visible: tuple[int, ...] | None = None) -> str:
    out = io.StringIO(newline="")
    with importing.database.begin_read() as session:
        export_records(Scope(session, importing.workspace_id, visible, ()), kind, out)
    return out.getvalue()


@pytest.fixture
def filled(database: object, company: Company, tmp_path: Path) -> Importing:
    importing = Importing(company.database, tmp_path)
    importing(
        "odd.csv",
        f'External Id,Last Name,Company,Phone,Odd Column\nX1,"{ODD}","-Minus","+1 555 123 4567","\'=quoted"\n',
        kind="lead",
    )
    return importing


@pytest.mark.parametrize("kind", KINDS)
def test_importing_an_export_changes_nothing(filled: Importing, kind: str) -> None:
    before = exported(filled, kind)
    result = filled(f"{kind}.csv", before, kind=kind)

    assert (result.error, result.created, result.updated, result.rejected) == (None, 0, 0, 0)
    assert result.unchanged == len(list(csv.DictReader(io.StringIO(before))))
    assert exported(filled, kind) == before


def test_no_cell_is_a_formula_and_every_value_comes_back(filled: Importing, tmp_path: Path) -> None:
    text = exported(filled, "lead")
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    odd = next(row for row in csv.DictReader(io.StringIO(text)) if row["external_id"] == "X1")

    assert not any(cell[:1] in "=+-@\t\r" for cell in cells if cell)
    assert (odd["last_name"], odd["custom:Odd Column"]) == (f"'{ODD}", "'=quoted")
    lead = next(lead for lead in filled.rows(Lead) if lead.external_id == "X1")
    assert (lead.last_name, lead.company, lead.phone) == (ODD, "-Minus", "+1 555 123 4567")


def test_scores_are_exported_with_their_band(filled: Importing) -> None:
    rows = list(csv.DictReader(io.StringIO(exported(filled, "score"))))

    assert list(rows[0]) == ["lead", "name", "score", "probability", "band", "as_of", "model", "reasons"]
    assert len({row["lead"] for row in rows}) == len(rows)
    jane = next(row for row in rows if row["lead"] == "L-01")
    assert jane["score"] == str(next(lead.score for lead in filled.rows(Lead) if lead.external_id == "L-01"))


def test_only_visible_records_are_exported(filled: Importing) -> None:
    assert len(exported(filled, "lead", visible=()).splitlines()) == 1


def test_an_unknown_kind_is_refused(filled: Importing) -> None:
    with pytest.raises(ImportTrouble, match="no kind"):
        exported(filled, "products")
    with pytest.raises(ImportTrouble, match="no kind"):
        run_import(filled.database, filled.workspace_id, [], now=NOW, kind="products")
