"""Taking questions in: acknowledging one never waits for the answers to others."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator

import pytest
from sqlalchemy import func, select, update

from bot.playground.local_slack import LocalSlack
from bot.playground.person import LocalPerson
from bot.playground.transport.signed_post import post_signed
from storage.tables import Inbox, Rep
from tests.bot.slack.operations.test_serve import until
from tests.bot.slack.serve_process import Process
from tests.company import Company

QUESTIONS = ("my hot leads", "forecast", "what changed this week?", "my pipeline by stage", "top 5 leads")


@pytest.fixture
def slack(company: Company) -> Iterator[LocalSlack]:
    with company.database.begin_write() as session:
        session.execute(update(Rep).values(digest_enabled=False))
        # Many people, so that no answer waits for another one of the same person or channel.
        session.add_all(
            Rep(
                workspace_id=company.workspace_id,
                name=f"Seller {each}",
                email=f"seller{each}@example.com",
                digest_enabled=False,
                role="admin",
                welcomed_at=company.now,
                created_at=company.now,
            )
            for each in range(60)
        )
    with LocalSlack() as made:
        yield made


@pytest.mark.slow
def test_two_hundred_questions_in_three_seconds_are_each_acknowledged_in_time(
    slack: LocalSlack, company: Company, capsys: pytest.CaptureFixture[str]
) -> None:
    with company.database.begin_read() as session:
        known = session.execute(select(Rep.name, Rep.email)).all()
    people = [slack.add_person(name, email) for name, email in known]
    taken: list[float] = []
    with Process(slack, company.database) as process:
        threads = [
            threading.Thread(
                target=ask, args=(process.url, slack, people[each % len(people)], each, each * 0.015, taken)
            )
            for each in range(200)
        ]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        began = time.monotonic()
        until(lambda: answered(company) == 200, 120)
        rest = time.monotonic() - began
    taken.sort()
    with capsys.disabled():
        sys.stdout.write(
            f"\n{company.database.url.get_backend_name()}: {len(taken)} acknowledged, median {taken[100]:.2f} s, "
            f"slowest {taken[-1]:.2f} s; the last answer {rest:.1f} s later\n"
        )

    assert len(taken) == 200
    assert taken[-1] < 3.0


def ask(url: str, slack: LocalSlack, person: LocalPerson, number: int, after: float, taken: list[float]) -> None:
    """Deliver a question as Slack does, and note in how many seconds it was acknowledged."""
    time.sleep(after)
    event = {
        "type": "message", "channel_type": "im", "channel": person.dm.id, "user": person.id,
        "text": QUESTIONS[number % len(QUESTIONS)], "ts": f"1764000000.{number:06}",
    }  # fmt: skip
    body = {"type": "event_callback", "team_id": slack.team.id, "event_id": f"Ev{number}", "event": event}
    began = time.monotonic()
    posted = post_signed(f"{url}/slack/events", "events_api", body, slack.signing_secret, {}, 30)
    if posted.status == 200:
        taken.append(time.monotonic() - began)


def answered(company: Company) -> int:
    with company.database.begin_read() as session:
        return session.scalar(select(func.count()).where(Inbox.state == "done", Inbox.kind == "message")) or 0
