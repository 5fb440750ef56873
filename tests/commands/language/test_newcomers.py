"""A new person's name is read whole: particles, hyphens, middle names; titles and nicknames are no part of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from storage.database.doors import Database
from tests.company import Company
from tests.desk import Desk


@pytest.fixture
def company(sqlite_database: Database) -> Company:
    """Sentences are read alike on both databases, so one is enough here."""
    return Company(sqlite_database)


@pytest.mark.parametrize(
    ("said", "first", "last", "title"),
    [
        ("add lead Inês da Costa (CEO) from Porto Wines, ines@porto.example", "Inês", "da Costa", "CEO"),
        ("add lead Joop van der Meer, COO, from Delta Works", "Joop", "van der Meer", "COO"),
        ("add lead Pia Lund, Head of Sales at Fjord Foods", "Pia", "Lund", "Head of Sales"),
        ("add a lead: Liz (Elizabeth) Hale at Hale Works, liz@hale.example", "Liz", "Hale", None),
        ("add lead Hassan al-Amin at Oasis Oil", "Hassan", "al-Amin", None),
        ("add lead Eve-Lyn Ross-Kemp from Beta Works", "Eve-Lyn", "Ross-Kemp", None),
        ("add lead Aoife O'Dowd from Cork Foods, aoife@cork.example", "Aoife", "O'Dowd", None),
        ("add lead Dr Ida Falk from Falk Labs", "Ida", "Falk", None),
        ("add lead Paul Reed Jr. from Reed Steel, paul@reed.example", "Paul", "Reed Jr.", None),
        ("add lead Mary Jane Stone from Daily Planet", "Mary Jane", "Stone", None),
        ("add a lead: Jo Quist at Globex", "Jo", "Quist", None),
    ],
)
def test_a_new_persons_name(desk: Callable[..., Desk], said: str, first: str, last: str, title: str | None) -> None:
    reply = desk("nora").says(said)
    arguments = reply.arguments or {}

    assert reply.command == "create_lead"
    assert (arguments["first_name"], arguments["last_name"], arguments.get("title")) == (first, last, title)


def test_a_company_keeps_the_sign_in_its_name(desk: Callable[..., Desk]) -> None:
    reply = desk("nora").says("add a lead: Jo Quist at Yippee!, jo@yippee.example")

    assert (reply.arguments or {})["company"] == "Yippee!"
