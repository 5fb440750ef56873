"""The order of the morning's leads: points, ties, what is left out, and days as the rep lives them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from commands.contract.context import WorkspaceDefaults
from commands.digest.build import build_digest
from commands.digest.content import Digest
from commands.digest.preview_set import list_team
from storage.database.doors import Database, Session
from storage.digests.score_movement import measure_leads
from storage.people import reps
from storage.tables import DigestRun, FollowUp, Lead, LeadScore, Opportunity, Rep
from storage.workspaces.workspace_vocabulary import Vocabulary, list_workspace_ids, load_vocabulary

NOW = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)
TODAY = date(2026, 11, 18)
LONG_AGO = NOW - timedelta(days=200)


@dataclass
class Morning:
    """One rep with leads made to measure."""

    database: Database
    zone: str = "UTC"
    words: dict[str, Vocabulary] = field(default_factory=dict)

    def add(self, session: Session, record: Any) -> int:
        record.workspace_id = list_workspace_ids(session)[0]
        session.add(record)
        session.flush()
        return int(record.id)

    def rep(self, session: Session, name: str = "Nora Lindqvist", **more: Any) -> int:
        return self.add(session, Rep(name=name, created_at=LONG_AGO, time_zone=self.zone, **more))

    def lead(
        self,
        session: Session,
        owner: int | None,
        name: str,
        score: int | None = None,
        *,
        status: str = "Contacted",
        band: str | None = None,
        created: datetime = LONG_AGO,
        touched: datetime | None = None,
        due: date | None = None,
        before: int | None = None,
        before_at: datetime = NOW - timedelta(days=2),
        **more: Any,
    ) -> int:
        words = load_vocabulary(session, list_workspace_ids(session)[0])
        assert words is not None
        found = next(each for each in words.statuses if each.name == status)
        lifecycle = more.pop("lifecycle", "closed" if found.status_class == "closed" else "open")
        number = self.add(
            session,
            Lead(
                name=name,
                owner_id=owner,
                status_id=found.id,
                lifecycle=lifecycle,
                score=score,
                band=band,
                created_at=created,
                updated_at=created,
                last_touch_at=touched,
                **more,
            ),
        )
        if due is not None:
            self.add(session, FollowUp(lead_id=number, owner_id=owner, due=due, note="Call", created_at=created))
        for value, at in ((before, before_at), (score, NOW - timedelta(hours=2))):
            if value is not None:
                reasons = {"raises": ["Web: 14 % converted"], "lowers": []}
                self.add(session, LeadScore(lead_id=number, as_of=at, score=value, model="m", reasons=reasons))
        return number

    def digest(self, session: Session, rep_id: int, now: datetime = NOW, size: int = 20) -> Digest:
        workspace_id = list_workspace_ids(session)[0]
        words = load_vocabulary(session, workspace_id)
        rep = reps.find_rep(session, workspace_id, rep_id)
        assert words is not None
        assert rep is not None
        # As the scoring before it left them.
        measure_leads(session, workspace_id, [*session.scalars(select(Lead.id))], now)
        return build_digest(
            session, reps.make_asker(rep), vocabulary=words, defaults=WorkspaceDefaults(), now=now, size=size
        )


@pytest.fixture
def morning(database: Database) -> Morning:
    return Morning(database)


def priorities(digest: Digest) -> dict[str, int]:
    return {each.name: each.priority for each in digest.first}


def reasons(digest: Digest, name: str) -> list[tuple[str, int]]:
    return [(each.name, each.points) for lead in digest.first if lead.name == name for each in lead.urgency]


TABLE: list[tuple[str, dict[str, Any], list[tuple[str, int]]]] = [
    ("due today", {"due": TODAY}, [("follow_up_due", 25)]),
    ("overdue", {"due": TODAY - timedelta(days=40)}, [("follow_up_due", 25)]),
    ("due tomorrow", {"due": TODAY + timedelta(days=1)}, []),
    ("new", {"created": NOW - timedelta(hours=2), "status": "Open"}, [("new", 15)]),
    ("new but contacted", {"created": NOW - timedelta(hours=2)}, []),
    ("not contacted but old", {"created": NOW - timedelta(hours=25), "status": "Open"}, []),
    ("rose by ten", {"before": 50}, [("score_rose", 10)]),
    ("rose by nine", {"before": 51}, []),
    ("fell by ten", {"before": 70}, []),
    (
        "rose since its first score, of this morning",
        {"before": 30, "before_at": NOW - timedelta(hours=3)},
        [("score_rose", 10)],
    ),
    ("hot, three days", {"band": "hot", "touched": NOW - timedelta(days=3)}, [("hot_untouched", 10)]),
    ("hot, two days", {"band": "hot", "touched": NOW - timedelta(days=2)}, []),
    ("warm, seven days", {"band": "warm", "touched": NOW - timedelta(days=7)}, [("warm_untouched", 5)]),
    ("warm, six days", {"band": "warm", "touched": NOW - timedelta(days=6)}, []),
    ("cold, a year", {"band": "cold", "touched": NOW - timedelta(days=365)}, []),
    ("hot, never touched, made yesterday", {"band": "hot", "created": NOW - timedelta(hours=25)}, []),
    ("just touched", {"touched": NOW - timedelta(hours=23)}, [("just_touched", -30)]),
    ("touched a day ago", {"touched": NOW - timedelta(hours=24)}, []),
    ("just touched, follow-up due", {"touched": NOW - timedelta(hours=1), "due": TODAY}, [("follow_up_due", 25)]),
    (
        "just touched, follow-up later",
        {"touched": NOW - timedelta(hours=1), "due": TODAY + timedelta(days=1)},
        [("just_touched", -30)],
    ),
    (
        "everything at once",
        {"due": TODAY, "created": NOW - timedelta(hours=2), "status": "Open", "before": 40, "band": "hot"},
        [("follow_up_due", 25), ("new", 15), ("score_rose", 10)],
    ),
]


@pytest.mark.parametrize(("name", "lead", "urgency"), TABLE, ids=[row[0] for row in TABLE])
def test_each_urgency_is_named_and_adds_its_points(
    morning: Morning, name: str, lead: dict[str, Any], urgency: list[tuple[str, int]]
) -> None:
    with morning.database.begin_write() as session:
        rep = morning.rep(session)
        morning.lead(session, rep, name, 60, **lead)

        digest = morning.digest(session, rep)

    assert reasons(digest, name) == urgency
    assert priorities(digest) == {name: 60 + sum(points for _, points in urgency)}


def test_the_workspace_decides_the_points(morning: Morning) -> None:
    with morning.database.begin_write() as session:
        rep = morning.rep(session)
        morning.lead(session, rep, "Jane Doe", 60, due=TODAY)
        from storage.tables import Workspace

        workspace = session.get_one(Workspace, list_workspace_ids(session)[0])
        workspace.digest_weights = {"follow_up_due": 3}
        workspace.version += 1
        session.flush()

        assert priorities(morning.digest(session, rep)) == {"Jane Doe": 63}


def test_a_lead_without_a_score_counts_fifty_and_is_marked(morning: Morning) -> None:
    with morning.database.begin_write() as session:
        rep = morning.rep(session)
        for name, score in (("Better", 51), ("Worse", 49), ("Unscored", None)):
            morning.lead(session, rep, name, score)

        digest = morning.digest(session, rep)

    assert [each.name for each in digest.first] == ["Better", "Unscored", "Worse"]
    assert [each.get("not_scored") for each in digest.to_json()["first"]] == [None, True, None]


def test_ties_go_to_the_higher_score_then_the_longer_untouched_then_the_name(morning: Morning) -> None:
    week, month = NOW - timedelta(days=7), NOW - timedelta(days=30)
    with morning.database.begin_write() as session:
        rep = morning.rep(session)
        morning.lead(session, rep, "zoe", 60, touched=week)
        morning.lead(session, rep, "Anna", 60, touched=week)
        morning.lead(session, rep, "bert", 60, touched=week)
        morning.lead(session, rep, "Longer untouched", 60, touched=month)
        morning.lead(session, rep, "Due, lower score", 35, touched=month, due=TODAY)

        digest = morning.digest(session, rep)

    assert [each.name for each in digest.first] == ["Longer untouched", "Anna", "bert", "zoe", "Due, lower score"]
    assert set(priorities(digest).values()) == {60}


def test_converted_closed_snoozed_and_foreign_leads_are_left_out(morning: Morning) -> None:
    with morning.database.begin_write() as session:
        rep, other = morning.rep(session), morning.rep(session, "Dana Whitfield")
        morning.lead(session, rep, "Converted", 90, lifecycle="converted", converted_at=NOW)
        morning.lead(session, rep, "Closed", 90, status="Unqualified")
        morning.lead(session, rep, "Snoozed", 90, snoozed_until=TODAY + timedelta(days=1))
        morning.lead(session, other, "Foreign", 90)
        morning.lead(session, None, "Nobody's", 90)
        morning.lead(session, rep, "Back today", 10, snoozed_until=TODAY)

        assert list(priorities(morning.digest(session, rep))) == ["Back today"]


@pytest.mark.parametrize("zone", ["Asia/Kathmandu", "America/Santiago", "Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_a_follow_up_counts_before_its_day_ends_in_the_reps_zone(database: Database, zone: str) -> None:
    morning = Morning(database, zone)
    first = datetime.combine(TODAY, datetime.min.time(), ZoneInfo(zone)).astimezone(UTC)
    with database.begin_write() as session:
        rep = morning.rep(session)
        morning.lead(session, rep, "Jane Doe", 60, due=TODAY)
        told = {
            "the second before": morning.digest(session, rep, first - timedelta(seconds=1)),
            "the first": morning.digest(session, rep, first),
            "the last": morning.digest(session, rep, first + timedelta(hours=24) - timedelta(seconds=1)),
        }

    assert [priorities(each)["Jane Doe"] for each in told.values()] == [60, 85, 85]
    assert [each.local_date for each in told.values()] == [TODAY - timedelta(days=1), TODAY, TODAY]


def test_days_untouched_are_local_days_across_a_midnight_that_does_not_exist(database: Database) -> None:
    # In Santiago the clock jumped from 24:00 on 5 September 2026 to 01:00 on the 6th.
    morning = Morning(database, "America/Santiago")
    now = datetime(2026, 9, 6, 12, 30, tzinfo=UTC)
    with database.begin_write() as session:
        rep = morning.rep(session)
        evening = datetime(2026, 9, 3, 23, 0, tzinfo=ZoneInfo("America/Santiago")).astimezone(UTC)
        morning.lead(session, rep, "Three days", 60, band="hot", touched=evening)
        morning.lead(session, rep, "Two days", 60, band="hot", touched=evening + timedelta(hours=2))
        digest = morning.digest(session, rep, now)

    assert priorities(digest) == {"Three days": 70, "Two days": 60}


def test_since_the_last_digest_is_since_the_one_sent_to_this_rep(morning: Morning) -> None:
    with morning.database.begin_write() as session:
        rep, other = morning.rep(session), morning.rep(session, "Dana Whitfield")
        for owner, hours in ((rep, 72), (other, 1)):
            sent = NOW - timedelta(hours=hours)
            run = DigestRun(rep_id=owner, local_date=sent.date(), state="sent", created_at=sent, sent_at=sent)
            morning.add(session, run)
        morning.add(session, DigestRun(rep_id=rep, local_date=TODAY, state="skipped", created_at=NOW))
        morning.lead(session, rep, "Friday's", 60, status="Open", created=NOW - timedelta(hours=50))
        morning.lead(session, rep, "Older", 60, status="Open", created=NOW - timedelta(hours=73))

        digest = morning.digest(session, rep)

    assert priorities(digest) == {"Friday's": 75, "Older": 60}


def test_what_came_between_making_and_sending_is_new_the_next_time(morning: Morning) -> None:
    with morning.database.begin_write() as session:
        rep = morning.rep(session)
        made = NOW - timedelta(days=1)
        run = DigestRun(rep_id=rep, local_date=made.date(), state="sent", created_at=made)
        run.sent_at = made + timedelta(hours=3)
        morning.add(session, run)
        morning.lead(session, rep, "Meanwhile", 60, status="Open", created=made + timedelta(hours=1))

        digest = morning.digest(session, rep)

    assert reasons(digest, "Meanwhile") == [("new", 15)]


def test_a_preview_does_not_count_as_sent(morning: Morning) -> None:
    with morning.database.begin_write() as session:
        rep = morning.rep(session)
        morning.lead(session, rep, "Jane Doe", 60, status="Open", created=NOW - timedelta(hours=2))
        first = morning.digest(session, rep)

        assert morning.digest(session, rep) == first


def test_closing_names_three_within_seven_days_or_past_and_counts_the_rest(morning: Morning) -> None:
    with morning.database.begin_write() as session:
        rep = morning.rep(session)
        words = load_vocabulary(session, list_workspace_ids(session)[0])
        assert words is not None
        stage = words.list_stages("open")[0]
        for name, days, state in (
            ("Past", -3, "open"),
            ("Today", 0, "open"),
            ("In a week", 7, "open"),
            ("Also in a week", 7, "open"),
            ("Later", 8, "open"),
            ("Lost", 1, "lost"),
        ):
            deal = Opportunity(name=name, owner_id=rep, stage_id=stage.id, state=state, probability=10, currency="USD")
            deal.close_date, deal.created_at, deal.updated_at = TODAY + timedelta(days=days), LONG_AGO, LONG_AGO
            morning.add(session, deal)

        digest = morning.digest(session, rep)

    assert [each.name for each in digest.closing] == ["Past", "Today", "In a week"]
    assert digest.summary == "3 closing this week, 1 past its close date"


def test_a_day_with_nothing_to_say_is_silent(morning: Morning) -> None:
    with morning.database.begin_write() as session:
        rep = morning.rep(session)
        assert morning.digest(session, rep).silent

        morning.lead(session, rep, "Quiet", 40, touched=NOW - timedelta(days=2))
        assert morning.digest(session, rep).silent

        morning.lead(session, rep, "Due", 40, due=TODAY)
        assert not morning.digest(session, rep).silent


@dataclass(frozen=True)
class Drawn:
    """A lead as drawn at random. Hours are before now."""

    name: str
    score: int | None
    before: int | None
    band: str | None
    status: str
    created: int
    touched: int | None
    due: int | None
    snoozed: int | None
    mine: bool

    def expected(self) -> tuple[Any, ...] | None:
        """By docs/domain.md, "Order of the digest": the sort key of a lead, None if it is left out."""
        if not self.mine or self.status == "Unqualified" or (self.snoozed or 0) > 0:
            return None
        due = self.due is not None and self.due <= 0
        then = NOW - timedelta(hours=self.touched if self.touched is not None else self.created)
        days = (TODAY - then.date()).days
        points = 25 if due else 0
        points += 15 if self.created < 24 and self.status == "Open" else 0
        points += 10 if self.score is not None and self.before is not None and self.score - self.before >= 10 else 0
        points += 10 if self.band == "hot" and days >= 3 else 0
        points += 5 if self.band == "warm" and days >= 7 else 0
        points -= 30 if self.touched is not None and self.touched < 24 and not due else 0
        score = 50 if self.score is None else self.score
        return (-(score + points), -score, then, self.name.lower())


drawn = st.builds(
    Drawn,
    name=st.sampled_from([f"{letter}{number}" for letter in "aBcDé" for number in range(9)]),
    score=st.none() | st.integers(1, 99),
    before=st.none() | st.integers(1, 99),
    band=st.sampled_from([None, "hot", "warm", "cold"]),
    status=st.sampled_from(["Open", "Contacted", "Qualified", "Unqualified"]),
    created=st.sampled_from([1, 23, 24, 25, 24 * 9, 24 * 90]),
    touched=st.none() | st.sampled_from([0, 12, 23, 24, 48, 71, 72, 96, 24 * 6, 24 * 7, 24 * 8]),
    due=st.none() | st.integers(-2, 2),
    snoozed=st.none() | st.integers(-1, 1),
    mine=st.booleans() | st.just(True),
)


def put(morning: Morning, session: Session, owner: int, other: int, lead: Drawn) -> None:
    morning.lead(
        session,
        owner if lead.mine else other,
        lead.name,
        lead.score,
        status=lead.status,
        band=lead.band,
        created=NOW - timedelta(hours=lead.created),
        touched=None if lead.touched is None else NOW - timedelta(hours=lead.touched),
        due=None if lead.due is None else TODAY + timedelta(days=lead.due),
        before=lead.before if lead.score is not None else None,
        snoozed_until=None if lead.snoozed is None else TODAY + timedelta(days=lead.snoozed),
    )


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(leads=st.lists(drawn, max_size=12, unique_by=lambda each: each.name.lower()))
def test_the_order_is_that_of_a_plain_reading_of_the_rules(morning: Morning, leads: list[Drawn]) -> None:
    with morning.database.begin_write() as session:
        for table in (LeadScore, FollowUp, Lead, Rep):
            session.execute(delete(table))
        rep, other = morning.rep(session), morning.rep(session, "Dana Whitfield")
        for lead in leads:
            put(morning, session, rep, other, lead)

        digest = morning.digest(session, rep)

    counted = [(key, lead) for lead in leads if (key := lead.expected()) is not None]
    assert [(each.name, each.priority) for each in digest.first] == [
        (lead.name, -key[0]) for key, lead in sorted(counted, key=lambda each: each[0])
    ]


def test_a_manager_reads_how_the_team_stands(database: Database) -> None:
    morning = Morning(database)
    with database.begin_write() as session:
        boss = morning.rep(session, "Helen Brandt", role="manager")
        rep = morning.rep(session, manager_id=boss)
        morning.lead(session, rep, "Hot", 90, band="hot", touched=NOW - timedelta(days=8))
        morning.lead(session, rep, "Fresh", 90, band="hot", touched=NOW - timedelta(hours=1))

        digest = morning.digest(session, boss)

    assert [(each.rep, each.untouched, each.hot_waiting, each.moved) for each in digest.team] == [
        ("Nora Lindqvist", 1, 1, 0)
    ]
    assert digest.first == ()
    assert not digest.silent


def test_of_a_large_team_everyone_counts_though_not_everyone_has_a_line(database: Database) -> None:
    morning = Morning(database)
    with database.begin_write() as session:
        boss = morning.rep(session, "Helen Brandt", role="manager")
        for number in range(14):
            rep = morning.rep(session, f"Rep {number:02}", manager_id=boss)
            morning.lead(session, rep, "Hot", 90, band="hot", touched=NOW - timedelta(days=8))

        digest = morning.digest(session, boss)

    assert digest.summary == "14 hot leads waiting in your team"
    assert len(digest.to_json()["team"]) == 14
    assert list_team(digest.team)[9:] == (
        "Rep 09: 1 hot waiting, 1 untouched",
        "… and 4 more reps: 4 hot waiting, 4 untouched",
    )
