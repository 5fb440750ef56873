"""A process whose program is older than the tables leaves all work to those of the newer one."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from sqlalchemy import delete, text, update

from bot.queue_consumer import LOOKS_EVERY
from storage.database.doors import Session
from storage.database.errors import DatabaseTrouble
from storage.slack import work_queues
from storage.tables import Lead, LeadScore, Rep
from tests.bot.slack.office import Office
from tests.company import Company
from tests.database_contents import contents


def test_nothing_is_claimed_on_tables_of_a_newer_program(company: Company, caplog: pytest.LogCaptureFixture) -> None:
    database = company.database
    with Office(company) as office:
        nora = office.person("nora")
        nora.says("hi")
        office.until(lambda: not office.open_rows())
        now = office.now()
        due = (now - timedelta(minutes=5)).time()
        with database.begin_write() as session:
            session.execute(delete(LeadScore))
            session.execute(update(Lead).values(score=None, band=None, movement=None))
            session.execute(update(Rep).values(digest_enabled=True, digest_time=due, time_zone="UTC"))
        with Session(database.engine) as session, session.begin():
            session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
            given = {
                "user": nora.id,
                "channel": nora.dm.id,
                "ts": "1764000000.000001",
                "text": "my leads",
                "from": None,
            }
            work_queues.accept_event(
                session, workspace_id=company.workspace_id, key="message:1", kind="message", payload=given, now=now
            )
            work_queues.put_message(
                session,
                workspace_id=company.workspace_id,
                key="said:1",
                channel=nora.dm.id,
                body={"text": "x"},
                now=now,
            )
        before, said = contents(database), len(nora.visible_messages())

        time.sleep(3 * LOOKS_EVERY)
        office.running.scheduler.run_due_work()
        office.running.scheduler.score_workspaces()
        nora.says("mark jane roe as contacted", waits=False)
        nora.uses_command("/leadlight", "create_lead first_name=Zoe last_name=Bright company=Brightside", waits=False)

        assert contents(database) == before
        bot = office.slack.installation.bot_user
        told = [each.text for each in nora.visible_messages()[said:] if each.user == bot]
        assert {*told} == {DatabaseTrouble.for_people}
    assert any("newer than this program" in each.getMessage() for each in caplog.records)
    assert [each.getMessage() for each in caplog.records if each.exc_info] == []
