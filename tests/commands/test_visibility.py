"""What one may not see is not read out by way of what one may (docs/architecture.md, "What must always hold")."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from commands.contract.reply import ReplyState
from commands.wording.plain_text import render_plain_text
from tests.company import Company
from tests.desk import Desk

Desks = Callable[..., Desk]
HIDDEN = "Initech"
"""Nora's account, and Samir Patel is her contact there."""


@pytest.fixture
def converted(company: Company, desk: Desks) -> str:
    """Ruth's lead, which an administrator converted into Nora's account and contact."""
    lead = next(each for each in desk("ruth").types("list_leads").records if HIDDEN not in str(each.fields))
    card = desk("priya").calls("convert_lead", name=lead.id, account=HIDDEN, contact="Samir Patel")
    assert desk("priya").confirm(card).state is ReplyState.DONE
    return lead.id


@pytest.mark.parametrize("question", ["show_record {}", "show_activity {}", "explain_score {}"])
def test_a_converted_leads_card_does_not_name_what_is_hidden(desk: Desks, converted: str, question: str) -> None:
    text = render_plain_text(desk("ruth").types(question.format(converted)))

    assert "Samir" not in text
    assert HIDDEN not in text


@pytest.mark.parametrize("question", ["whats_changed since=today", "preview_digest"])
def test_the_news_of_the_day_does_not_name_what_is_hidden(desk: Desks, converted: str, question: str) -> None:
    text = render_plain_text(desk("ruth").wait(minutes=5).types(question))

    assert "Samir" not in text
