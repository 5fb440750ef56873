"""An order whose value cannot be read is not carried out, and the answer names the value and what there is instead."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import update

from commands.contract.reply import ReplyState
from storage.database.doors import Database
from storage.tables import Rep
from tests.company import Company
from tests.database_contents import contents
from tests.desk import Desk


@pytest.fixture
def company(sqlite_database: Database) -> Company:
    """Sentences are read alike on both databases, so one is enough here."""
    return Company(sqlite_database)


@pytest.fixture
def nora(desk: Callable[..., Desk]) -> Desk:
    return desk("nora", thread="unread")


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("mark Jane Doe as purple", "There is no lead status “purple”. There are: Open,"),
        ("could you set Jane Doe to asleep please?", "There is no lead status “asleep”"),
        ("set the status of May Lin to flying", "There is no lead status “flying”"),
        ("give Jane Doe to anybody", "Nobody here is called “anybody”. Say a colleague's name."),
        ("set Jane Doe's phone to 7", "“7” is not a phone number. Write it like +1 555 0123."),
        ("change the email of Jane Doe to unknown", "“unknown” is not an email address."),
        ("set the source of May Lin to Smoke Signal", "There is no lead source “Smoke Signal”. There are: Web,"),
        ("snooze May Lin until Smurfday", "“Smurfday” is no day I know. Say a day like"),
        ("snooze May Lin until 31/9", "There is no 31 September. Say a day like"),
        ("snooze May Lin until the 31st of June", "There is no 31 June."),
        ("remind me to call May Lin on 30 February", "There is no 30 February."),
        ("leads created on 31 April", "There is no 31 April."),
    ],
)
def test_a_value_that_cannot_be_read_is_named(nora: Desk, said: str, answer: str) -> None:
    before = contents(nora.company.database)

    reply = nora.says(said)

    # Who is sure of the order has it refused; else it is not understood. Either says what would be a value.
    assert reply.state in (ReplyState.NOT_UNDERSTOOD, ReplyState.REFUSED)
    assert reply.head.startswith(answer)
    assert contents(nora.company.database) == before


def test_who_is_meant_may_be_said_before(nora: Desk) -> None:
    nora.says("show Jane Doe")

    assert nora.says("mark her as purple").head.startswith("There is no lead status “purple”.")


def test_a_deal_has_stages_amounts_and_days(nora: Desk) -> None:
    deal = nora.says("my open deals").records[0].name

    assert nora.says(f"move {deal} to Dreamland").head.startswith("There is no stage “Dreamland”. There are: ")
    assert nora.says(f"change the amount of {deal} to plenty").head.startswith("“plenty” is not an amount.")
    assert nora.says(f"push {deal} by turnip").head.startswith("“turnip” is no day I know.")


def test_who_left_gets_nothing(nora: Desk, company: Company) -> None:
    with company.database.begin_write() as session:
        session.execute(update(Rep).where(Rep.id == company.person("Tom")).values(active=False))

    assert "Tom Becker has left" in nora.says("give Jane Doe to Tom Becker").head


@pytest.mark.parametrize("said", ["mark May Lin as contacted", "snooze May Lin for two weeks"])
def test_a_value_that_can_be_read_is_none_of_them(nora: Desk, said: str) -> None:
    assert nora.says(said).state is ReplyState.CONFIRM


@pytest.mark.parametrize("said", ["mark Jane Doe as a bad fit", "do not mark Jane Doe as purple"])
def test_words_that_say_a_value_otherwise_are_not_called_none(nora: Desk, said: str) -> None:
    assert "There is no" not in nora.says(said).head


@pytest.mark.parametrize("typed", ["snooze_lead jane doe until=31/11", "snooze_lead jane doe until=2026-11-31"])
def test_a_typed_day_that_no_month_has_is_named(nora: Desk, typed: str) -> None:
    reply = nora.types(typed)

    assert reply.state is ReplyState.REFUSED
    assert reply.head.startswith("There is no 31 November")
