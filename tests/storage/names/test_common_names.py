"""A person is found by first and family name, however many others have either of them."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from commands.contract.reply import ReplyState
from storage.imports import run_import
from storage.names import name_index
from storage.names.name_index import MOST_HITS
from tests.company import Company
from tests.desk import Desk


@pytest.fixture
def crowd(company: Company, tmp_path: Path) -> Company:
    """Nora has more leads called Zenobia, and more called Aarden, than are read of one word; one of them is both."""
    file = tmp_path / "crowd.csv"
    with file.open("w", newline="", encoding="utf-8") as opened:
        rows = csv.writer(opened)
        rows.writerow(["Lead ID", "First Name", "Last Name", "Company", "Lead Owner", "Lead Status"])
        for number in range(MOST_HITS + 20):
            rows.writerow([f"Z{number}", "Zenobia", f"Family{number}x", f"Firm{number}x", "Nora Lindqvist", "Open"])
            rows.writerow([f"A{number}", f"Given{number}x", "Aarden", f"House{number}x", "Nora Lindqvist", "Open"])
        rows.writerow(["both", "Zenobia", "Aarden", "Wolmar Works", "Nora Lindqvist", "Open"])
        rows.writerow(["rare", "Zenobia", "Quellhorst", "Wexworth", "Nora Lindqvist", "Open"])
    for result in run_import(company.database, company.workspace_id, [file], now=company.now):
        assert (result.error, result.rejected) == (None, 0), result
    return company


def test_who_has_a_common_first_name_is_found_by_both_names(crowd: Company, desk: Callable[..., Desk]) -> None:
    people = {
        "Zenobia Quellhorst": "Zenobia Quellhorst",
        "Zenobia Aarden": "Zenobia Aarden",
        "zenobia quelhorst": "Zenobia Quellhorst",
    }
    for said, meant in people.items():
        for person in ("nora", "priya"):
            for reply in (desk(person).says(f"show me {said}"), desk(person).types(f"show_record {said}")):
                assert (reply.state, reply.head.partition(",")[0]) == (ReplyState.ANSWERED, meant), reply


def test_words_that_still_more_have_are_not_stepped_through_and_a_third_word_finds_the_record(
    crowd: Company, desk: Callable[..., Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(name_index, "MOST_STEPPED", MOST_HITS)
    assert desk("priya").types("show_record Zenobia Aarden").state is ReplyState.NOT_FOUND
    found = desk("priya").types("show_record Zenobia Aarden Wolmar")
    assert (found.state, found.head) == (ReplyState.ANSWERED, "Zenobia Aarden, Wolmar Works (lead).")
