"""Nothing that Leadlight posts holds characters that turn the direction of text or are not seen."""

from __future__ import annotations

import json
import re

import pytest
from sqlalchemy import update

from storage.tables import Account, Activity, Contact, FollowUp, Lead, Opportunity, Rep
from tests.bot.slack.office import Office

INVISIBLE = re.compile("[\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
TURNED = "\u202e\u200f\u2066"
QUESTIONS = (
    "who should I call first?",
    "my leads",
    "who is jane roe?",
    "my deals",
    "my follow-ups",
    "what happened with jane doe?",
    "convert glenn close",
)


@pytest.fixture
def spoiled(http_office: Office) -> Office:
    """The company with marks of direction in its names and notes, as an old import may have left them."""
    with http_office.database.begin_write() as session:
        for table in (Lead, Opportunity, Account, Contact, Rep):
            session.execute(update(table).values(name=table.name + TURNED))
        session.execute(update(Lead).values(company=Lead.company + TURNED, title=Lead.title + TURNED))
        session.execute(update(FollowUp).values(note=FollowUp.note + TURNED))
        session.execute(update(Activity).values(text=Activity.text + TURNED))
    return http_office


def test_no_answer_and_no_digest_holds_an_invisible_character(spoiled: Office) -> None:
    nora = spoiled.person("nora")
    spoiled.running.digests.queue_due_digests(spoiled.company.workspace_id, asked=True)
    spoiled.until(lambda: spoiled.open_rows() == 0, 30)
    for said in QUESTIONS:
        nora.says(said)

    shown = nora.visible_messages()
    assert len(shown) > 2 * len(QUESTIONS), "the digest is among them"
    posted = json.dumps([(each.text, each.blocks) for each in shown], ensure_ascii=False)
    assert "Jane Roe" in posted
    assert not INVISIBLE.search(posted)


def test_no_home_and_no_form_holds_an_invisible_character(spoiled: Office) -> None:
    nora = spoiled.person("nora")
    home, form = nora.opens_home().home, nora.uses_command("/convert", "jane roe").modal
    assert home is not None
    assert form is not None

    shown = json.dumps([home.content, form.content], ensure_ascii=False)

    assert "Jane" in shown
    assert not INVISIBLE.search(shown)
