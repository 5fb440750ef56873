"""What is over is forgotten, what is still needed stays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import func, select

from storage.database.doors import Database
from storage.slack import app_installations, work_queues
from storage.tables import AuditEntry, Confirmation, Focus, Inbox, Lead, LeadScore, OAuthState, Outbox, Turn
from storage.threads import confirmations, turns
from storage.upkeep import retention
from tests.company import Company
from tests.desk import Desk


def count(database: Database, table: type) -> int:
    with database.begin_read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def settled(database: Database, workspace_id: int, now: datetime) -> None:
    """An answered message, and one that still waits."""
    with database.begin_write() as session:
        for key in ("answered", "waiting"):
            work_queues.accept_event(
                session, workspace_id=workspace_id, key=key, kind="message", payload={"text": "hello"}, now=now
            )
            work_queues.put_message(
                session, workspace_id=workspace_id, key=key, channel="D1", body={"text": "hello"}, now=now
            )
        for table in (Inbox, Outbox):
            row = session.scalars(select(table).where(table.key == "answered")).one()
            work_queues.settle_row(session, row, "done", now)


def test_settled_messages_stay_for_two_days_and_open_ones_for_ever(company: Company) -> None:
    database, now = company.database, company.now
    settled(database, company.workspace_id, now)

    retention.delete_expired(database, now + timedelta(days=2))
    assert (count(database, Inbox), count(database, Outbox)) == (2, 2)

    retention.delete_expired(database, now + timedelta(days=2, seconds=1))
    retention.delete_expired(database, now + timedelta(days=300))
    assert (count(database, Inbox), count(database, Outbox)) == (1, 1)


def test_the_talk_of_a_thread_is_forgotten_after_a_day_and_its_questions_after_two(
    company: Company, desk: Callable[..., Desk]
) -> None:
    database, now = company.database, company.now
    desk("nora", thread="t").says("mark jane roe as contacted")
    desk("nora", thread="t").says("who is may lin?")
    with database.begin_write() as session:
        turns.save_turn(
            session, workspace_id=1, rep_id=1, thread="t", now=now, said="who is may lin?", calls=[], records=["L1"]
        )
        app_installations.save_state(session, "state", now)
    assert [count(database, each) > 0 for each in (Focus, Turn, Confirmation, OAuthState)] == [True] * 4
    left = count(database, AuditEntry)

    retention.delete_expired(database, now + timedelta(minutes=20))
    assert [count(database, each) > 0 for each in (Focus, Turn, Confirmation, OAuthState)] == [True, True, True, False]
    retention.delete_expired(database, now + timedelta(hours=25))
    assert [count(database, each) > 0 for each in (Focus, Turn, Confirmation)] == [False, False, True]
    retention.delete_expired(database, now + timedelta(days=2, minutes=20))
    assert count(database, Confirmation) == 0
    assert count(database, AuditEntry) == left


def test_a_question_is_told_late_for_two_days(company: Company, desk: Callable[..., Desk]) -> None:
    database, now = company.database, company.now
    with database.begin_write() as session:
        number = confirmations.save_proposal(
            session, workspace_id=1, rep_id=1, thread="t", now=now, command="undo", arguments={}, origin="words",
        )  # fmt: skip

    retention.delete_expired(database, now + timedelta(days=2))

    with database.begin_read() as session:
        assert confirmations.find_proposal(session, 1, 1, number) is not None


def test_scores_are_kept_for_400_days_and_the_last_of_a_lead_for_ever(company: Company) -> None:
    database = company.database
    leads = _scored(database)

    retention.delete_expired(database, company.now + timedelta(days=390))
    before = count(database, LeadScore)
    retention.delete_expired(database, company.now + timedelta(days=3000))

    assert count(database, LeadScore) == _scored(database) == leads
    assert before > leads


def _scored(database: Database) -> int:
    with database.begin_read() as session:
        return session.scalar(select(func.count(func.distinct(LeadScore.lead_id)))) or 0


def test_what_a_team_leaves_behind_are_its_records_not_its_talk(company: Company, desk: Callable[..., Desk]) -> None:
    database, now = company.database, company.now
    settled(database, company.workspace_id, now)
    desk("nora", thread="t").says("mark jane roe as contacted")
    leads, changes = count(database, Lead), count(database, AuditEntry)

    with database.begin_write() as session:
        retention.delete_conversations(session, company.workspace_id, now)

    with database.begin_read() as session:
        for table, text in ((Inbox, Inbox.payload), (Outbox, Outbox.body)):
            assert not any(session.scalars(select(text)))
            assert set(session.scalars(select(table.state))) == {"done", "dead"}
    assert (count(database, Confirmation), count(database, Focus)) == (0, 0)
    assert (count(database, Lead), count(database, AuditEntry)) == (leads, changes)


def test_another_workspace_keeps_its_talk(company: Company) -> None:
    database, now = company.database, company.now
    settled(database, company.workspace_id, now)

    with database.begin_write() as session:
        retention.delete_conversations(session, company.workspace_id + 1, now)

    with database.begin_read() as session:
        assert all(session.scalars(select(Inbox.payload)))
