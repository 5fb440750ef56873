"""A workspace's own words: statuses, stages, sources and settings, with their defaults."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from functools import cached_property
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from storage.names.normalise import normalise_name
from storage.tables import Source, Stage, Status, Workspace
from storage.workspaces.learned_reading import LearnedReading, load_learned_reading

STATUSES = (("Open", "open"), ("Contacted", "working"), ("Qualified", "qualified"), ("Unqualified", "closed"))
STAGES = (
    ("Prospecting", 10, "Pipeline", "open"),
    ("Qualification", 20, "Pipeline", "open"),
    ("Needs Analysis", 35, "Pipeline", "open"),
    ("Proposal", 50, "Best Case", "open"),
    ("Negotiation", 75, "Commit", "open"),
    ("Closed Won", 100, "Closed", "won"),
    ("Closed Lost", 0, "Omitted", "lost"),
)
SOURCES = (
    "Web",
    "Phone Inquiry",
    "Partner Referral",
    "Customer Referral",
    "Trade Show",
    "Advertisement",
    "Social Media",
    "Quiz",
    "Purchased List",
    "Other",
)
GUIDELINES: dict[str, Any] = {"budget_at_least": "10000", "timeframe_months": 6, "hard_gate": False}
DIGEST_WEIGHTS = {
    "follow_up_due": 25,
    "new": 15,
    "score_rose": 10,
    "hot_untouched": 10,
    "warm_untouched": 5,
    "just_touched": -30,
}


@dataclass(frozen=True)
class StatusDefinition:
    id: int
    name: str
    status_class: str
    retired: bool


@dataclass(frozen=True)
class StageDefinition:
    id: int
    name: str
    probability: int
    category: str
    state: str
    retired: bool


@dataclass(frozen=True)
class Vocabulary:
    """A workspace's words and settings as they were when the request began."""

    id: int
    version: int
    name: str
    currency: str
    fiscal_start_month: int
    time_zone: str | None
    visibility: str | None
    digest_time: time | None
    digest_size: int
    digest_weights: dict[str, int]
    working_days: tuple[str, ...]
    holidays: tuple[str, ...]
    guidelines: dict[str, Any]
    hot_from: int | None
    warm_from: int | None
    bands_given: bool
    tell_quiet_days: bool
    scores_shown: str | None
    score_horizon_days: int | None
    statuses: tuple[StatusDefinition, ...]
    stages: tuple[StageDefinition, ...]
    sources: tuple[str, ...]
    reading: LearnedReading | None = None

    @cached_property
    def status(self) -> dict[int, StatusDefinition]:
        """Return the statuses by id, retired ones too."""
        return {status.id: status for status in self.statuses}

    @cached_property
    def stage(self) -> dict[int, StageDefinition]:
        """Return the stages by id, retired ones too."""
        return {stage.id: stage for stage in self.stages}

    def list_statuses(self, *classes: str) -> tuple[StatusDefinition, ...]:
        """List the statuses in use of these classes, in the workspace's order."""
        return tuple(each for each in self.statuses if each.status_class in classes and not each.retired)

    def list_stages(self, *states: str) -> tuple[StageDefinition, ...]:
        """List the stages in use of these states (open, won, lost), in the workspace's order."""
        return tuple(each for each in self.stages if each.state in states and not each.retired)

    def find_status_meant(self, name: str) -> StatusDefinition | None:
        """Find the first status in use of what a default status means, by its name; None for any other name."""
        said = normalise_name(name)
        return next(
            (own for usual, meant in STATUSES if normalise_name(usual) == said for own in self.list_statuses(meant)),
            None,
        )

    def find_stage_meant(self, name: str) -> StageDefinition | None:
        """Find the first stage in use of what a default won or lost stage means, by its name; None for any other."""
        # Open stages are steps of a way of its own: one does not stand for another.
        said = normalise_name(name)
        return next(
            (
                own
                for usual, _, _, meant in STAGES
                if meant != "open" and normalise_name(usual) == said
                for own in self.list_stages(meant)
            ),
            None,
        )


def create_workspace(session: Session, *, name: str, now: datetime, currency: str = "USD") -> Workspace:
    """Create a workspace with the default statuses, stages and sources."""
    workspace = Workspace(name=name, created_at=now, currency=currency, guidelines=dict(GUIDELINES))
    session.add(workspace)
    session.flush()
    for position, (status, status_class) in enumerate(STATUSES):
        add_status(session, workspace.id, status, status_class, position)
    for position, stage in enumerate(STAGES):
        add_stage(session, workspace.id, *stage, position=position)
    for position, source in enumerate(SOURCES):
        add_source(session, workspace.id, source, position)
    session.flush()
    return workspace


def describe_company(
    session: Session, workspace_id: int, *, name: str, currency: str, time_zone: str, visibility: str
) -> None:
    """Set a new workspace's name and settings."""
    # Not through a ledger: there is nobody yet who could undo it. Later changes by administrators go through one.
    workspace = session.get_one(Workspace, workspace_id)
    workspace.name, workspace.currency = name, currency
    workspace.time_zone, workspace.visibility = time_zone, visibility


def add_status(session: Session, workspace_id: int, name: str, status_class: str, position: int) -> Status:
    """Add a lead status; its class is open, working, qualified or closed."""
    status = Status(
        workspace_id=workspace_id,
        name=name,
        name_key=normalise_name(name),
        status_class=status_class,
        position=position,
    )
    session.add(status)
    bump_version(session, workspace_id)
    return status


def add_stage(
    session: Session,
    workspace_id: int,
    name: str,
    probability: int,
    category: str,
    state: str,
    *,
    position: int,
) -> Stage:
    """Add an opportunity stage; its state is open, won or lost."""
    stage = Stage(
        workspace_id=workspace_id,
        name=name,
        name_key=normalise_name(name),
        probability=probability,
        category=category,
        state=state,
        position=position,
    )
    session.add(stage)
    bump_version(session, workspace_id)
    return stage


def choose_category(probability: int, state: str) -> str:
    """Choose the forecast category of a stage from its probability in percent, as the default stages have it."""
    if state != "open":
        return "Closed" if state == "won" else "Omitted"
    return "Commit" if probability >= 75 else "Best Case" if probability >= 50 else "Pipeline"


def add_source(session: Session, workspace_id: int, name: str, position: int) -> Source:
    """Add a lead source."""
    source = Source(workspace_id=workspace_id, name=name, name_key=normalise_name(name), position=position)
    session.add(source)
    bump_version(session, workspace_id)
    return source


def list_workspace_ids(session: Session) -> list[int]:
    """List the ids of all workspaces of this database."""
    return list(session.scalars(select(Workspace.id).order_by(Workspace.id)))


def list_slack_teams(session: Session) -> list[str | None]:
    """List the Slack team of each workspace; None where it has none yet."""
    return list(session.scalars(select(Workspace.slack_team_id).order_by(Workspace.id)))


def lock_workspace(session: Session, workspace_id: int) -> Workspace:
    """Lock the workspace until the transaction ends, so that two administrators change it one after the other."""
    query = select(Workspace).where(Workspace.id == workspace_id).with_for_update(key_share=True)
    return session.scalars(query.execution_options(populate_existing=True)).one()


def bump_version(session: Session, workspace_id: int) -> None:
    """Raise the workspace's version, so that every process reloads its copy of statuses, stages and sources."""
    session.execute(update(Workspace).where(Workspace.id == workspace_id).values(version=Workspace.version + 1))


# Built once, as every request asks it.
SELECT_VERSION = select(Workspace.version).where(Workspace.id == bindparam("workspace"))


def load_vocabulary(session: Session, workspace_id: int, copy: Vocabulary | None = None) -> Vocabulary | None:
    """Load the workspace's words and settings; None where there is no such workspace.

    `copy` is returned where the workspace's version is still the same. Keep a copy only of what was loaded at the
    beginning of a transaction: what is read after a change may be rolled back.
    """
    if copy is not None and copy.version == session.scalar(SELECT_VERSION, {"workspace": workspace_id}):
        return copy
    found = session.get(Workspace, workspace_id)
    if found is None:
        return None
    statuses = session.execute(
        select(Status.id, Status.name, Status.status_class, Status.retired)
        .where(Status.workspace_id == workspace_id)
        .order_by(Status.position)
    )
    stages = session.execute(
        select(Stage.id, Stage.name, Stage.probability, Stage.category, Stage.state, Stage.retired)
        .where(Stage.workspace_id == workspace_id)
        .order_by(Stage.position)
    )
    sources = session.scalars(
        select(Source.name)
        .where(Source.workspace_id == workspace_id, Source.retired.is_(False))
        .order_by(Source.position)
    )
    return Vocabulary(
        id=found.id,
        version=found.version,
        name=found.name,
        currency=found.currency,
        fiscal_start_month=found.fiscal_start_month,
        time_zone=found.time_zone,
        visibility=found.visibility,
        digest_time=found.digest_time,
        digest_size=found.digest_size,
        digest_weights=DIGEST_WEIGHTS | found.digest_weights,
        working_days=tuple(found.working_days),
        holidays=tuple(found.holidays),
        guidelines=GUIDELINES | found.guidelines,
        hot_from=found.hot_from,
        warm_from=found.warm_from,
        bands_given=found.bands_given,
        tell_quiet_days=found.tell_quiet_days,
        scores_shown=found.scores_shown,
        score_horizon_days=found.score_horizon_days,
        statuses=tuple(StatusDefinition(*row) for row in statuses),
        stages=tuple(StageDefinition(*row) for row in stages),
        sources=tuple(sources),
        reading=load_learned_reading(session, workspace_id),
    )
