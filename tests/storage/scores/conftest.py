"""Leads with a known reason to convert, in a database of the test alone."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from storage.database.doors import Database
from storage.scores.model.stored_models import Model, find_active_model
from storage.scores.model.training import train_score_model
from storage.scores.scoring_run import ScoringRun, score_open_leads
from storage.tables import Activity, Lead, LeadScore, Status
from tests.sqlite_files import Fill

NOW = datetime(2026, 11, 18, 9, tzinfo=UTC)
SOURCES = ("Web", "Customer Referral", "Purchased List")
SIZES = ("small", "middle", "large")


@dataclass
class Ground:
    """A workspace whose leads convert by source, size and visits, or by nothing at all."""

    database: Database
    now: datetime = NOW
    statuses: dict[str, int] = field(default_factory=dict)

    def finished(
        self,
        count: int,
        *,
        rate: float = 0.35,
        signal: float = 1.0,
        dated: bool = True,
        seed: int = 1,
        custom: Callable[[random.Random, bool], dict[str, Any]] = lambda chance, converted: {},
        until: datetime = NOW,
        drift: float = 0.0,
        **fields: Any,
    ) -> list[int]:
        """Finished leads over the last two years, of which about this share converted."""
        chance = random.Random(seed)
        rows = []
        for place in range(count):
            row, odds = self._lead(chance, signal)
            odds += math.log(rate / (1 - rate)) + drift * (0.5 - place / count)
            converted = chance.random() < 1 / (1 + math.exp(-odds))
            ended = until - timedelta(days=700) * (1 - (place + 1) / count)
            row["custom"] |= custom(chance, converted)
            row |= {"lifecycle": "converted" if converted else "closed", **fields}
            row["status_id"] = self.statuses["qualified" if converted else "closed"]
            row["created_at"] = ended - timedelta(days=30) if dated else NOW
            if dated:
                row["converted_at" if converted else "closed_at"] = ended
            rows.append(row)
        return self._insert(rows)

    def open(self, count: int, *, seed: int = 2, created: datetime = NOW, **fields: Any) -> list[int]:
        """Open leads."""
        chance = random.Random(seed)
        rows = []
        for _ in range(count):
            row, _ = self._lead(chance, 1.0)
            rows.append(
                row | {"lifecycle": "open", "status_id": self.statuses["open"], "created_at": created, **fields}
            )
        return self._insert(rows)

    def _lead(self, chance: random.Random, signal: float) -> tuple[dict[str, Any], float]:
        source, size, visits = chance.randrange(3), chance.randrange(3), int(chance.expovariate(0.2))
        odds = (0.0, 1.8, -1.6)[source] + (-0.6, 0.0, 0.6)[size] + 0.12 * min(visits, 15) - 0.6
        row = {
            "workspace_id": 1,
            "name": f"Lead {chance.random()}",
            "source": SOURCES[source],
            "custom": {"Company size": SIZES[size], "Visits": str(visits)},
            "updated_at": NOW,
            "version": 1,
        }
        return row, signal * odds

    def _insert(self, rows: Sequence[dict[str, Any]]) -> list[int]:
        keys = {key for row in rows for key in row}
        whole = [dict.fromkeys(keys) | row for row in rows]
        with self.database.begin_write() as session:
            return list(session.scalars(insert(Lead).returning(Lead.id, sort_by_parameter_order=True), whole))

    def touch(self, lead: int, at: datetime, kind: str = "call") -> None:
        with self.database.begin_write() as session:
            session.add(Activity(workspace_id=1, lead_id=lead, kind=kind, at=at, created_at=at))

    def train(self, **more: Any) -> Model:
        """Learn, and the model in use then."""
        train_score_model(self.database, 1, more.pop("now", self.now), **more)
        return self.model

    @property
    def model(self) -> Model:
        with self.database.begin_read() as session:
            found = find_active_model(session, 1, whole=True)
        assert found is not None
        return found

    def run(self, now: datetime | None = None) -> ScoringRun:
        return score_open_leads(self.database, 1, now or self.now)

    def leads(self) -> dict[int, tuple[int | None, str | None, int | None]]:
        """Score, band and movement by lead."""
        with self.database.begin_read() as session:
            rows = session.execute(select(Lead.id, Lead.score, Lead.band, Lead.movement))
            return {row[0]: (row[1], row[2], row[3]) for row in rows}

    def ends(self) -> list[tuple[bool, datetime]]:
        """Whether and when each finished lead converted, or was closed, by id."""
        with self.database.begin_read() as session:
            rows = session.execute(select(Lead.converted_at, Lead.closed_at).order_by(Lead.id))
            return [(row[0] is not None, row[0] or row[1]) for row in rows]

    def kept(self, lead: int) -> list[LeadScore]:
        """The kept scores of a lead, oldest first."""
        with self.database.begin_read() as session:
            found = session.scalars(select(LeadScore).where(LeadScore.lead_id == lead).order_by(LeadScore.as_of)).all()
            session.expunge_all()
        return list(found)


def make_ground(database: Database) -> Ground:
    """A workspace without leads."""
    with database.begin_read() as session:
        statuses = dict(session.execute(select(Status.status_class, Status.id)).all())
    return Ground(database, statuses=statuses)


def load_learned(database: Database) -> None:
    """Four hundred finished leads, and the model that learned from them."""
    ground = make_ground(database)
    ground.finished(400)
    ground.train()


@pytest.fixture
def fill(request: pytest.FixtureRequest, fill: Fill | None) -> Fill | None:
    """Learned once for all the tests that begin so."""
    return load_learned if {"learned", "learned_place"} & {*request.fixturenames} else fill


@pytest.fixture
def learned(database: Database) -> Ground:
    """A ground with a model in use, on SQLite and on PostgreSQL."""
    return make_ground(database)


@pytest.fixture
def learned_place(sqlite_database: Database) -> Ground:
    """The same where the database makes no difference."""
    return make_ground(sqlite_database)


@pytest.fixture
def ground(database: Database) -> Ground:
    """On SQLite and on PostgreSQL."""
    return make_ground(database)


@pytest.fixture
def place(sqlite_database: Database) -> Ground:
    """Where the database makes no difference."""
    return make_ground(sqlite_database)
