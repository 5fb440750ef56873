"""A value that does not fit is answered in plain words that say what to write."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from commands.contract.reply import ReplyState
from tests.desk import Desk

Desks = Callable[..., Desk]


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("list_leads band=tepid", "I cannot use “tepid” as band. Say hot, warm or cold."),
        ("log_activity jane doe kind=pigeon", "I cannot use “pigeon” as kind. Say call, email, meeting or note."),
        ("list_leads min_score=many", "I cannot use “many” as min score. Write a whole number, like 10."),
        ("list_leads limit=0", "The limit cannot be less than 1."),
        ("convert_lead jane doe create_opportunity=perhaps", "“perhaps” is neither yes nor no. Write create_oppor"),
        ("activity_stats group_by=mood", "I cannot use “mood” as group by. Say owner, kind, day, week or month."),
        ("explain_score", "Say which lead you mean, by name or by an id like #L12."),
        ("log_activity kind=call", "Say which lead, opportunity, contact or account you mean, by name or by an id"),
        (
            "set_lead_status jane doe status=negotiation",
            "“negotiation” is a stage of opportunities, not a lead status.",
        ),
        (
            "update_opportunity initech stage=qualified",
            "“qualified” is a lead status, not a stage. As stage there are:",
        ),
        (f"update_lead jane doe field=title value={'x' * 2500}", "The value is too long. Please shorten it."),
    ],
)
def test_a_value_that_does_not_fit_is_answered_in_plain_words(desk: Desks, typed: str, answer: str) -> None:
    reply = desk("nora").types(typed)

    assert reply.state is ReplyState.REFUSED
    assert reply.head.startswith(answer)
    assert "input should" not in reply.head.lower()
