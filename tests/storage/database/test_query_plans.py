"""Lists, names and sums are found by an index: what a rep asks costs the same, whatever others have."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, event, text

from storage.database.doors import Database
from storage.tables import Base
from tests.company import Company
from tests.desk import Desk

SMALL = {"workspace", "rep", "status", "stage", "source", "score_model", "reader_learning"}
"""Tables that are read whole: a workspace's words and its people."""

QUESTIONS = (
    "list_leads",
    "list_leads band=hot",
    "list_leads status=Contacted,Open sort=name",
    "list_leads source=Web sort=newest",
    "list_leads untouched_days=7 sort=untouched",
    "list_leads converted_in=2026-10-01",
    "list_leads search=initech",
    "list_leads sort=movement",
    "list_leads missing=phone,follow_up",
    "show_record jane doe",
    "show_record initehc kind=account",
    "show_record qwertz",
    "show_record initech kind=account",
    "show_record samir patel",
    "show_record fleet renewal kind=opportunity",
    "list_opportunities",
    "list_opportunities state=won sort=close_date",
    "list_opportunities overdue=true",
    "list_opportunities account=globex",
    "list_opportunities untouched_days=7 sort=untouched",
    "list_opportunities missing=contact,follow_up",
    "summarize_pipeline",
    "summarize_pipeline group_by=month",
    "deal_stats measure=won_amount group_by=quarter",
    "deal_stats measure=win_rate",
    "deal_stats measure=cycle_days group_by=source",
    "forecast",
    "lead_stats",
    "lead_stats group_by=status",
    "lead_stats group_by=month",
    "explain_score jane doe",
    "show_activity jane doe",
    "show_activity initech",
    "activity_stats",
    "activity_stats group_by=month",
    "list_follow_ups when=all",
    "list_follow_ups when=overdue",
    "whats_changed",
    "preview_digest",
)


class Statements:
    """What was sent to the database, to be explained."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, Any]] = []

    @contextmanager
    def heard(self) -> Iterator[None]:
        def keep(_c: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool) -> None:
            if re.match(r"\s*(SELECT|WITH)\b", statement) and " FROM " in statement.replace("\n", " "):
                self.sent.append((statement, parameters))

        event.listen(Engine, "before_cursor_execute", keep)
        try:
            yield
        finally:
            event.remove(Engine, "before_cursor_execute", keep)

    def plans(self, database: Database, *settings: str) -> list[tuple[str, str]]:
        """Each different statement with its plan, one step a line; `settings` are PostgreSQL's."""
        seen = dict(self.sent)
        found = []
        with database.engine.connect() as connection:
            sqlite = connection.dialect.name == "sqlite"
            if not sqlite:
                # The sample is so small that reading it whole is cheapest; what counts is whether an index can be used.
                for setting in ("enable_seqscan = off", *settings):
                    connection.execute(text(f"SET {setting}"))
            for statement, parameters in seen.items():
                rows = connection.exec_driver_sql(f"EXPLAIN {'QUERY PLAN ' * sqlite}{statement}", parameters)
                found.append((statement, "\n".join(str(row[-1]) for row in rows)))
        return found


def whole_tables(plan: str) -> set[str]:
    """The tables that a plan reads from end to end."""
    sqlite = re.findall(r"^SCAN (\w+)(?! USING INTEGER PRIMARY KEY\b)(?!.*VIRTUAL)", plan, re.M)
    postgres = re.findall(r"Seq Scan on (\w+)", plan)
    return {name for name in (*sqlite, *postgres) if name in Base.metadata.tables and name not in SMALL}


WATCHED = {*Base.metadata.tables} - SMALL
"""Aliases are none of these: they stand for one row that another step found."""


def is_narrow(column: str) -> bool:
    """Whether rows with one value of this column are few, however many others there are in the workspace."""
    few = {"id", "rowid", "word", "email", "external_id", "name_key", "domain", "key"}
    many = {"workspace_id", "status_id", "stage_id", "undoes_id"}
    return column in few or (column.endswith("_id") and column not in many)


def find_wide_steps(plan: str) -> list[str]:
    """The steps of a plan that an index does not narrow to a person, a record or a word."""
    found = re.findall(r"^SEARCH (\w+) USING .*\((.*)\)$", plan, re.M)
    return [
        f"{table}: {condition}"
        for table, condition in found
        if table in WATCHED and not any(map(is_narrow, re.findall(r"(\w+)=", condition)))
    ]


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("who", ["nora", "helen", "priya"])
def test_no_question_reads_a_whole_table(company: Company, desk: Callable[..., Desk], question: str, who: str) -> None:
    statements = Statements()
    with statements.heard():
        reply = desk(who).types(question)
    assert reply.state != "error", reply.head
    assert statements.sent

    plans = statements.plans(company.database)

    for sql, plan in plans:
        assert whole_tables(plan) == set(), f"{sql}\n{plan}"
    # What a rep asks is found by the rep, by a record or by a word, and not among what everybody has.
    # Only SQLite chooses by the shape of a question alone; for so small a sample PostgreSQL takes any index.
    if who == "nora" and company.database.engine.dialect.name == "sqlite":
        for sql, plan in plans:
            assert find_wide_steps(plan) == [], f"{sql}\n{plan}"


# PostgreSQL takes any index for so small a sample.
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_notes_that_a_sentence_may_mean_are_looked_up_by_whose_they_are(
    company: Company, desk: Callable[..., Desk]
) -> None:
    statements = Statements()
    with statements.heard():
        desk("priya").says("tick off the forty trucks offer")

    plans = [
        plan for sql, plan in statements.plans(company.database) if "FROM follow_up" in sql and "owner_id =" in sql
    ]

    assert plans
    for plan in plans:
        assert re.search(r"SEARCH follow_up USING .*\bowner_id=", plan), plan


# PostgreSQL takes any index for so small a sample.
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_records_that_a_sentence_names_are_loaded_by_their_numbers(
    company: Company, desk: Callable[..., Desk]
) -> None:
    statements = Statements()
    with statements.heard():
        desk("priya").says("what about the fleet renewal at initech, and globex, hooli and acme?")

    plans = [(sql, plan) for sql, plan in statements.plans(company.database) if re.search(r"\bid IN \(\?, \?", sql)]

    assert plans
    for sql, plan in plans:
        assert find_wide_steps(plan) == [], f"{sql}\n{plan}"


@pytest.mark.parametrize(
    "question", ["list_leads", "list_leads band=hot", "list_leads sort=newest", "list_leads sort=movement"]
)
def test_everyones_best_leads_are_read_in_the_order_of_an_index(
    company: Company, desk: Callable[..., Desk], question: str
) -> None:
    statements = Statements()
    with statements.heard():
        desk("priya").types(question)

    plans = statements.plans(company.database, "enable_sort = off", "enable_bitmapscan = off")

    (ordered,) = (plan for sql, plan in plans if "FROM lead" in sql and "ORDER BY" in sql)
    # Leads that are alike to the index are sorted among one another; sorting all of them would be a plain Sort.
    assert "USE TEMP B-TREE FOR ORDER BY" not in ordered
    assert not re.search(r"^\W*Sort\b(?! Key)", ordered, re.M)
    assert re.search(r"(USING INDEX|Index Scan Backward using) ix_lead_workspace_id", ordered)


# PostgreSQL takes any index for so small a sample.
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("question", ["list_leads", "list_leads band=hot"])
def test_everyones_leads_are_counted_from_a_narrow_index(
    company: Company, desk: Callable[..., Desk], question: str
) -> None:
    statements = Statements()
    with statements.heard():
        desk("priya").types(question)

    (counted,) = (plan for sql, plan in statements.plans(company.database) if "SELECT count(*)" in sql)

    assert re.search("COVERING INDEX ix_lead_workspace_id_lifecycle_(band|movement) ", counted)
