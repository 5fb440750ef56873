"""Each condition of a list of leads, against the rows of the company's file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from commands.contract.reply import Reply, ReplyState
from storage.names.no_company import has_no_company
from tests.commands.company_figures import Row, file
from tests.company import Company
from tests.desk import Desk

Sit = Callable[..., Desk]


def find_open(fits: Callable[[Row], bool]) -> list[str]:
    """The names of the file's open leads that fit."""
    rows = (row for row in file()["leads"] if not row["converted"] and row["status"] != "Unqualified")
    return sorted(f"{row['first_name']} {row['last_name']}" for row in rows if fits(row))


def list_names(reply: Reply) -> list[str]:
    return sorted(record.name for record in reply.records)


def has_touch(row: Row, kind: str, since: datetime) -> bool:
    return any(
        each.get("lead") == row["external_id"] and each["kind"] == kind and datetime.fromisoformat(each["at"]) >= since
        for each in file()["activities"]
    )


@pytest.mark.parametrize(
    ("typed", "fits"),
    [
        ("place=germany", lambda row: row.get("country") == "Germany"),
        ("min_employees=200 max_employees=620", lambda row: 200 <= (row.get("employees") or 0) <= 620),
        ("missing=phone", lambda row: not row.get("phone")),
        (
            "not_touched_by=meeting",
            lambda row: not has_touch(row, "meeting", datetime.fromisoformat("2000-01-01T00:00Z")),
        ),
    ],
)
def test_a_condition_leaves_what_the_file_says(desk: Sit, typed: str, fits: Callable[[Row], bool]) -> None:
    reply = desk("priya").types(f"list_leads {typed} limit=200")

    assert list_names(reply) == find_open(fits)
    assert 0 < len(reply.records) < len(find_open(lambda _: True))


def test_leads_not_called_for_some_days_may_have_been_written_to(desk: Sit, company: Company) -> None:
    midnight = company.now.replace(hour=0, minute=0)

    reply = desk("priya").types("list_leads not_touched_by=call untouched_days=14 limit=200")

    assert list_names(reply) == find_open(lambda row: not has_touch(row, "call", midnight - timedelta(days=13)))
    assert reply.receipt is not None
    assert "no call for 14 days or more" in reply.receipt.filter


def test_several_bands_are_one_list(desk: Sit) -> None:
    both = desk("priya").types("list_leads band=hot,warm limit=200")
    apart = [desk("priya").types(f"list_leads band={band} limit=200") for band in ("hot", "warm")]

    assert list_names(both) == sorted(name for each in apart for name in list_names(each))
    assert both.arguments == {"band": ["hot", "warm"], "limit": 200}


def test_a_range_of_scores_has_both_ends(desk: Sit) -> None:
    every = desk("priya").types("list_leads limit=200").records
    between = sorted(each.name for each in every if 40 <= each.fields.get("score", 0) <= 60)

    assert list_names(desk("priya").types("list_leads min_score=40 max_score=60 limit=200")) == between


def test_an_empty_range_is_refused_with_what_to_do(desk: Sit) -> None:
    reply = desk("priya").types("list_leads min_score=60 max_score=40")

    assert (reply.state, reply.head) == (ReplyState.REFUSED, "min_score 60 is more than max_score 40. Swap them?")


def test_leads_of_nobody_are_for_those_who_see_everything(desk: Sit) -> None:
    assert desk("priya").types("list_leads owner=unassigned").state is ReplyState.ANSWERED
    refused = desk("nora").types("list_leads owner=unassigned")

    assert (refused.state, refused.head) == (
        ReplyState.REFUSED,
        "Only administrators see records that have no owner.",
    )


def test_who_stands_for_no_company_lacks_one(desk: Sit) -> None:
    nora = desk("nora")
    stand_for_none = ("Individual", "Self-Employed", "n/a", "(N. A.)", "SELBSTÄNDIG", "#VALUE!", "[unknown]", "k.A.")
    companies = ("Self Storage", "Value", "N", "Name & Sons")
    for number, company in enumerate((*stand_for_none, *companies), 1):
        nora.calls("create_lead", first_name="Kit", last_name=f"Ames{number}", company=company)
    found = {each.name for each in nora.types("list_leads missing=company limit=50").records}

    assert {each for each in found if each.startswith("Kit")} == {f"Kit Ames{at + 1}" for at in range(8)}
    assert [has_no_company(each) for each in (*stand_for_none, *companies)] == [True] * 8 + [False] * 4
