"""The workspace's settings, as administrators set them, and one's own quiet days."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from commands.administration.digest_defaults import tells_quiet_days
from commands.contract.reply import ReplyState
from storage.scores.showing.bands import recompute_bands
from storage.tables import Lead, Rep
from tests.commands.administration.conftest import Office
from tests.database_contents import count
from tests.desk import Desk

Desks = Callable[..., Desk]


def bands(office: Office) -> dict[str, str | None]:
    with office.company.database.begin_read() as session:
        rows = session.execute(select(Lead.name, Lead.band).where(Lead.score.is_not(None), Lead.lifecycle == "open"))
        return {row.name: row.band for row in rows}


def test_guidelines_decide_what_is_strong(desk: Desks, office: Office) -> None:
    nora = desk("nora")
    strong = 'qualify_lead jane doe product_interest=GTX budget=15k timeframe="next month"'
    assert "meets all three" in nora.types(strong).head

    reply = office.does("set_guidelines", budget_at_least="20k", timeframe_months=3, hard_gate=True)

    assert "$20,000 or more" in reply.head
    assert "within 3 months" in reply.head
    assert office.words.guidelines == {"budget_at_least": "20000", "timeframe_months": 3, "hard_gate": True}
    refused = nora.types("convert_lead jane doe create_opportunity=true")
    assert refused.state is ReplyState.REFUSED
    assert "does not meet the guidelines" in refused.head


def test_only_the_guidelines_that_differ_are_read_out(office: Office) -> None:
    from commands.wording.change_words import list_changes

    reply = office.does("set_guidelines", timeframe_months=3)

    assert list_changes(reply) == ["Guidelines: timeframe months 6 → timeframe months 3"]


def test_holidays_come_and_go(office: Office) -> None:
    reply = office.does("add_holiday", day="2026-12-24", last_day="2026-12-26")
    assert office.words.holidays == ("2026-12-24", "2026-12-25", "2026-12-26")
    assert "Coming holidays: Thu 24 Dec" in reply.notes[0]

    office.does("remove_holiday", day="2026-12-25")

    assert office.words.holidays == ("2026-12-24", "2026-12-26")
    assert "is no holiday. Coming" in office.cannot("remove_holiday", day="2026-12-25")
    assert "before the first" in office.cannot("add_holiday", day="2026-12-26", last_day="2026-12-01")
    assert "more than 31 days" in office.cannot("add_holiday", day="2026-12-26", last_day="2027-12-01")


def test_working_days_are_those_of_digests(desk: Desks, office: Office) -> None:
    reply = office.does("set_working_days", days=["sun", "mon"])

    assert "on Mondays and Sundays" in reply.head
    assert "on Mondays and Sundays" in desk("nora").types("set_digest size=6").head


def test_the_fiscal_year_moves_the_quarters(desk: Desks, office: Office) -> None:
    office.does("set_company", fiscal_year_starts="February", currency="eur", time_zone="berlin")

    assert (office.words.currency, office.words.time_zone) == ("EUR", "Europe/Berlin")
    assert "from 1 Nov 2026 to 31 Jan 2027" in desk("nora").calls("forecast").head
    assert "not a currency" in office.cannot("set_company", currency="dollars")


def test_visibility_opens_and_closes_the_records_of_others(desk: Desks, office: Office) -> None:
    own = desk("nora").calls("list_leads", owner="everyone").figures["count"]

    office.does("set_company", visibility="workspace")
    assert desk("nora").calls("list_leads", owner="everyone").figures["count"] > own

    office.does("set_company", visibility="own")
    assert desk("nora").calls("list_leads", owner="everyone").figures["count"] == own


def test_cut_points_set_by_hand_hold_at_once_and_outlast_the_next_scores(office: Office) -> None:
    office.does("set_bands", hot_from=99, warm_from=98)
    assert set(bands(office).values()) <= {"cold", "hot", "warm"}
    by_hand = bands(office)

    with office.company.database.begin_write() as session:
        recompute_bands(session, office.company.workspace_id)

    assert bands(office) == by_hand
    assert (office.words.hot_from, office.words.warm_from) == (99, 98)


def test_cut_points_are_left_to_the_shares_again(office: Office) -> None:
    before = bands(office)
    office.does("set_bands", hot_from=99, warm_from=98)
    assert bands(office) != before

    reply = office.does("set_bands", by_share=True)

    assert not office.words.bands_given
    assert bands(office) == before
    assert office.takes_back(reply).state is ReplyState.DONE
    assert bands(office) != before


def test_many_leads_get_new_bands_with_the_next_scores(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.scores.showing.bands.MOST_AT_ONCE", 3)
    before = bands(office)

    reply = office.does("set_bands", hot_from=99, warm_from=98)

    assert "with the next scores" in reply.notes[0]
    assert bands(office) == before
    with office.company.database.begin_write() as session:
        recompute_bands(session, office.company.workspace_id)
    assert bands(office) != before


def test_warm_begins_below_hot(office: Office) -> None:
    assert "is not below" in office.cannot("set_bands", hot_from=50, warm_from=50)
    assert "Not both" in office.cannot("set_bands", by_share=True, hot_from=50)


def test_digests_follow_the_workspace_where_a_rep_has_not_chosen(desk: Desks, office: Office) -> None:
    reply = office.does("set_digest_defaults", time="7:15", size=3, quiet_days="nothing urgent")

    assert reply.head == "Digests come at 07:15, name up to 3 leads first, and say “nothing urgent” on quiet days."
    assert "at 07:15" in desk("nora").types("set_digest days=weekdays").head


def test_weights_reorder_the_digest(office: Office) -> None:
    office.does("set_urgency", follow_up_due=-50)

    assert office.words.digest_weights["follow_up_due"] == -50
    assert office.words.digest_weights["new"] == 15


def test_a_rep_chooses_own_quiet_days_or_follows_the_workspace(desk: Desks, office: Office) -> None:
    nora, database = desk("nora"), office.company.database

    def tells() -> bool:
        with database.begin_read() as session:
            return tells_quiet_days(session.get_one(Rep, office.company.person("nora")), office.words)

    before = count(database, "audit_entry")
    assert not tells()
    done = nora.calls("set_quiet_days", quiet_days="nothing urgent")
    assert done.head == "With nothing to say, your digest says “nothing urgent”."
    assert tells()
    assert count(database, "audit_entry") == before + 1
    assert nora.presses(done.buttons[-1]).state is ReplyState.DONE
    assert not tells()
    office.does("set_digest_defaults", quiet_days="nothing urgent")
    assert tells()
    nora.calls("set_quiet_days", quiet_days="silent")
    assert not tells()
    nora.calls("set_quiet_days", quiet_days="as the workspace")
    assert tells()


def test_the_console_has_no_quiet_days(desk: Desks, office: Office) -> None:
    assert desk("console").calls("set_quiet_days", quiet_days="silent").state is ReplyState.REFUSED
