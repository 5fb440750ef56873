"""A real card of every write: shown in Slack, confirmed by its button, carried out once, taken back by Undo."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.playground.person import LocalPerson
from commands import COMMANDS
from commands.contract.command import Command
from storage.ledger.change_ledger import KIND_OF
from tests.bot.slack.office import Office
from tests.database_rows import records

WRITES = [kind for kind in COMMANDS if kind.writes and kind.verb() != "undo"]

SAID: dict[str, tuple[str, ...]] = {
    "set_lead_status": ("mark Jane Roe as contacted",),
    "set_lead_status_many": ("set_lead_status_many status=contacted source=trade show",),
    "assign_leads": ("assign_leads owner=dana band=cold",),
    "update_opportunity": (
        "move Initech - Fleet renewal to Proposal",
        "push Initech - Fleet renewal to the end of January",
        "set the amount of Initech - Fleet renewal to 40k",
        "move Initech - Fleet renewal to Proposal, amount $52,000.50",
    ),
}
"""What is said where a command's own examples change nothing here, or have values that are written in many ways."""


def rows_of(office: Office) -> dict[str, list[object]]:
    """What the company's own tables hold, without Slack's queues."""
    found = records(office.database)
    return {table.__tablename__: found[table.__tablename__] for table in KIND_OF}


def says_and_confirms(helen: LocalPerson, kind: type[Command], sentence: str) -> Iterator[str]:
    """Say it, press Confirm on the card and Undo on what became of it; the texts of each step."""
    message = helen.says(sentence).messages[-1]
    yield message.text
    if not kind.at_once:
        message = helen.presses(message, "Confirm").messages[-1]
        yield message.text
    yield helen.presses(message, "Undo").messages[-1].text


@pytest.mark.parametrize("kind", WRITES, ids=lambda kind: kind.verb())
def test_a_card_of_every_write_is_confirmed_and_taken_back(any_office: Office, kind: type[Command]) -> None:
    helen = any_office.person("helen")
    helen.says("my leads")  # Whoever writes first is known from then on.
    before = rows_of(any_office)
    for number, sentence in enumerate(SAID.get(kind.verb(), kind.examples)):
        steps = says_and_confirms(helen, kind, sentence)
        asked = next(steps)
        if not kind.at_once:
            assert rows_of(any_office) == before, "a card changes nothing"
            said = next(steps)
            assert "changed in the meantime" not in said, (sentence, said)
        assert any_office.writes() == 2 * number + 1, (sentence, asked)
        assert rows_of(any_office) != before, sentence
        undone = next(steps)
        assert any_office.writes() == 2 * number + 2, (sentence, undone)
        assert rows_of(any_office) == before, (sentence, undone)
