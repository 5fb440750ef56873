"""Leads of whom only the company, the email address or the number is known can be asked about and told apart."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from commands.contract.reply import ReplyState
from commands.wording.record_words import format_record
from storage.imports import run_import
from tests.company import Company
from tests.desk import Desk

Desks = Callable[..., Desk]
FILE = """Lead ID,Last Name,Company,Email,Lead Source,Owner
Q-1,,Larkspur Mills,,Web,Nora Lindqvist
Q-2,,Thornbury Press,desk@thornbury.example,Web,Nora Lindqvist
Q-3,,Thornbury Press,office@thornbury.example,Web,Nora Lindqvist
Q-4,,,kim.oha@solo.example,Web,Nora Lindqvist
Q-5,,,,Web,Nora Lindqvist
"""


@pytest.fixture
def nora(desk: Desks, company: Company, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    path = tmp_path_factory.mktemp("unnamed") / "leads.csv"
    path.write_text(FILE, encoding="utf-8")
    (result,) = run_import(company.database, company.workspace_id, [path], now=company.now)
    assert (result.error, result.rejected) == (None, 0)
    return desk("nora")


def test_lists_tell_them_apart(nora: Desk) -> None:
    reply = nora.types("list_leads limit=50")

    lines = [format_record(each).partition(" · ")[0] for each in reply.records]
    assert {
        "Lead of Larkspur Mills",
        "Lead of Thornbury Press, desk@thornbury.example",
        "Lead of Thornbury Press, office@thornbury.example",
        "kim.oha@solo.example",
        "Lead Q-5",
    } <= {*lines}


@pytest.mark.parametrize(
    ("said", "who"),
    [
        ("larkspur mills", "Lead of Larkspur Mills"),
        ("OFFICE@thornbury.example", "Lead of Thornbury Press, office@thornbury.example"),
        ("kim.oha@solo.example", "kim.oha@solo.example"),
        ("#Q-5", "Lead Q-5"),
    ],
)
def test_they_are_found_by_company_address_or_number(nora: Desk, said: str, who: str) -> None:
    card = nora.types(f"show_record '{said}' kind=lead")
    assert card.head == f"{who} (lead)."

    why = nora.types(f"explain_score '{said}'")
    assert "is not scored because" in why.head

    done = nora.types(f"set_lead_status '{said}' status=contacted")
    assert done.state is ReplyState.DONE


def test_the_same_company_twice_is_asked_about_by_address(nora: Desk) -> None:
    reply = nora.types("explain_score 'thornbury press'")

    assert reply.state is ReplyState.CHOOSE
    assert [format_record(each) for each in reply.choices] == [
        "Lead of Thornbury Press, desk@thornbury.example",
        "Lead of Thornbury Press, office@thornbury.example",
    ]


def test_sentences_say_whose_lead_it_is(nora: Desk) -> None:
    assert nora.types("explain_score 'larkspur mills'").head.startswith("The lead of Larkspur Mills is not scored")
