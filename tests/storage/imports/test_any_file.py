"""Whatever a file holds, nothing but the documented errors comes out, and every row is accounted for."""

from __future__ import annotations

import csv
import io
import json
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.database.doors import Database
from storage.imports import KINDS, run_import
from storage.names.column_synonyms import SYNONYMS
from tests.storage.imports.conftest import NOW

NAMES = sorted({word for fields in SYNONYMS.values() for words in fields.values() for word in words.split()})
ODD = """N/A|1e400|-5|NaN|31/02/2024|2024-01-02|=1+1|'|"|yes|0|Total|a@b.co|Won|Open|<b>x</b>|&#0;|1,2|12/12/12"""
CELLS = st.one_of(
    st.text(max_size=12), st.sampled_from([*ODD.split("|"), "", "\u202e", "9" * 30, "\x00", "\U0001f600" * 5])
)
files = count()


@pytest.fixture(scope="module")
def module_database(tmp_path_factory: pytest.TempPathFactory) -> Database:
    from storage.upkeep.upgrade import upgrade_schema

    database = Database(f"sqlite:///{tmp_path_factory.mktemp('odd') / 'odd.db'}")
    upgrade_schema(database)
    return database


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    columns=st.lists(st.one_of(st.sampled_from(NAMES), st.text(max_size=8)), min_size=1, max_size=7),
    rows=st.lists(st.lists(CELLS, min_size=0, max_size=9), max_size=12),
    kind=st.sampled_from([None, *KINDS]),
    finished=st.booleans(),
)
def test_rows_add_up_and_a_second_time_nothing_is_new(
    module_database: Database,
    tmp_path: Path,
    columns: list[str],
    rows: list[list[str]],
    kind: str | None,
    finished: bool,
) -> None:
    text = io.StringIO()
    csv.writer(text).writerows([columns, *rows])
    path = tmp_path / f"{next(files)}.csv"
    path.write_bytes(text.getvalue().encode("utf-8", "replace"))

    (first,) = run_import(module_database, 1, [path], now=NOW, kind=kind, finished=finished)
    if first.error is None:
        (second,) = run_import(module_database, 1, [path], now=NOW, kind=kind, finished=finished)
        assert (second.error, second.created, second.updated) == (None, 0, 0)
        assert (second.rows, second.rejected) == (first.rows, first.rejected)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=300))
def test_any_bytes_are_imported_or_refused_in_words(module_database: Database, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / f"{next(files)}.csv"
    path.write_bytes(content)
    (result,) = run_import(module_database, 1, [path], now=NOW, kind="lead", dry_run=True)

    assert result.error is None or result.error.endswith(".")


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(
            st.one_of(st.sampled_from(["leads", "records", "name", "email", "id"]), st.text(max_size=5)),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=15,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(document=JSON)
def test_any_json_is_imported_or_refused_in_words(module_database: Database, tmp_path: Path, document: object) -> None:
    path = tmp_path / f"{next(files)}.json"
    path.write_text(json.dumps(document), encoding="utf-8")

    for result in run_import(module_database, 1, [path], now=NOW, kind="lead", dry_run=True):
        assert result.error is None or result.error.endswith(".")
