"""What happened with records: activities from their table, changes from the audit log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import String, bindparam, cast, func, select, union, union_all

from storage.database.expressions import skip_index
from storage.digests.score_movement import find_shown_since, select_base
from storage.ledger.change_ledger import DERIVED_COLUMNS
from storage.ledger.standing_entries import STANDS
from storage.names.name_index import TABLES
from storage.people.visibility import CONSOLE, Scope, match_ids
from storage.tables import Activity, AuditEntry, Change, Contact, Lead, Opportunity, Rep

# From (included) and before (excluded), in UTC; None is open.
Moments = tuple[datetime | None, datetime | None]

# Score moves are looked for among the best leads only, so that the cost does not grow with the workspace.
MOST_BEST = 1000

# That a lead was converted says it all, and the reader may not be allowed to see what it became.
UNTOLD_COLUMNS = DERIVED_COLUMNS | {
    "converted_account_id",
    "converted_contact_id",
    "converted_opportunity_id",
    "remark",
}

# For so many owners it is cheaper to look through their records, above that through everything that was done.
MOST_OWNERS_BY_RECORD = 50


@dataclass(frozen=True)
class PastActivity:
    """An activity: kind (call, email, meeting, note), the words, and who did it (None: not known)."""

    at: datetime
    kind: str
    subject: str | None
    text: str | None
    outcome: str | None
    who: str | None


@dataclass(frozen=True)
class RecordChange:
    """One changed field of a record that still exists, by whom and when."""

    at: datetime
    who: str
    rep_id: int | None
    kind: str
    record_id: int
    external_id: str | None
    name: str
    field: str
    before: Any
    after: Any
    raw_after: Any


@dataclass(frozen=True)
class ScoreMove:
    """A lead whose score has changed since a moment."""

    number: int
    external_id: str | None
    name: str
    company: str | None
    band: str | None
    before: int
    after: int


def list_activities(
    scope: Scope, kind: str, number: int, period: Moments, *, kinds: Sequence[str] = (), limit: int
) -> tuple[list[PastActivity], int]:
    """List activities of a visible record, newest first, and count all of them.

    Those of an account include the ones of its visible contacts and opportunities.
    """
    about: Any = getattr(Activity, f"{kind}_id") == number
    if kind == "account":
        # Three look-ups by index: for an OR over them PostgreSQL reads all activities of the company.
        its = select(Activity.id)
        people = _filter_of_account(
            scope, its.join(Contact, skip_index(Contact.id) == Activity.contact_id), Contact, number
        )
        deals = its.join(Opportunity, skip_index(Opportunity.id) == Activity.opportunity_id)
        about = Activity.id.in_(union(its.where(about), people, _filter_of_account(scope, deals, Opportunity, number)))
    # The record's own index finds a few rows, the workspace's would find all of them.
    conditions = [skip_index(Activity.workspace_id) == scope.workspace_id, about, *_match_period(Activity.at, period)]
    if kinds:
        conditions.append(Activity.kind.in_(kinds))
    count = scope.session.scalar(select(func.count()).select_from(Activity).where(*conditions)) or 0
    rows = scope.session.execute(
        select(Activity.at, Activity.kind, Activity.subject, Activity.text, Activity.outcome, Rep.name)
        .outerjoin(Rep, Rep.id == Activity.owner_id)
        .where(*conditions)
        .order_by(Activity.at.desc(), Activity.id.desc())
        .limit(limit)
    )
    return [PastActivity(*row) for row in rows], count


def list_record_changes(
    scope: Scope, kind: str, number: int, period: Moments, *, limit: int
) -> tuple[list[RecordChange], int]:
    """List the changes of a visible record that people are told of, newest first, and count all of them.

    Those of an account include the ones of its visible contacts and opportunities.
    """
    its = select(Change.id).where(Change.workspace_id == scope.workspace_id)
    found: Any = its.where(Change.kind == kind, Change.record_id == number)
    if kind == "account":
        found = union_all(
            found, *(_filter_of_account(scope, _join_records(its, each), TABLES[each], number) for each in OF_ACCOUNT)
        )
    conditions = [
        Change.id.in_(found),
        Change.column.not_in(UNTOLD_COLUMNS),
        *STANDS,
        *_match_period(AuditEntry.at, period),
    ]
    entries = select(func.count()).select_from(Change).join(AuditEntry, AuditEntry.id == Change.entry_id)
    count = scope.session.scalar(entries.where(*conditions)) or 0
    rows = scope.session.execute(
        select(*_CHANGED)
        .join(AuditEntry, AuditEntry.id == Change.entry_id)
        .where(*conditions)
        .order_by(AuditEntry.at.desc(), Change.id.desc())
        .limit(limit)
    )
    return [_build_change(row) for row in rows], count


def list_changes_since(
    scope: Scope,
    kind: str,
    owners: tuple[int, ...] | None,
    since: datetime,
    *,
    columns: Sequence[str] = (),
    limit: int,
) -> list[RecordChange]:
    """List changes of these owners' visible records since a moment, newest first; of `columns` only where given."""
    table = TABLES[kind]
    shown = (*_CHANGED, table.external_id, table.name.label("now_called"))
    query = _select_changes(scope, kind, owners, since, columns, shown, named=True)
    rows = scope.session.execute(query.order_by(AuditEntry.at.desc(), Change.id.desc()).limit(limit))
    return [_build_change(row) for row in rows]


def count_changes_since(
    scope: Scope, kind: str, owners: tuple[int, ...] | None, since: datetime, columns: Sequence[str]
) -> dict[str, int]:
    """Count, by column, how many times these columns got a value since a moment."""
    query = _select_changes(scope, kind, owners, since, columns, (Change.column, func.count()))
    # The column is JSON: an emptied value is JSON's null, not SQL's.
    filled = cast(Change.raw_after, String) != "null"
    rows = scope.session.execute(query.where(filled).group_by(Change.column))
    return {row[0]: row[1] for row in rows}


def count_stage_moves(scope: Scope, owners: tuple[int, ...] | None, since: datetime, stage_ids: Sequence[int]) -> int:
    """Count how many times an opportunity came to one of these stages since a moment."""
    query = _select_changes(scope, "opportunity", owners, since, ("stage_id",), (func.count(),))
    reached = cast(Change.raw_after, String).in_([str(number) for number in stage_ids])
    return scope.session.scalar(query.where(reached)) or 0


def _select_changes(
    scope: Scope,
    kind: str,
    owners: tuple[int, ...] | None,
    since: datetime,
    columns: Sequence[str],
    shown: Sequence[Any],
    *,
    named: bool = False,
) -> Any:
    """Select changes, joined with their records where names are wanted or only some records count."""
    table: Any = TABLES[kind]
    query: Any = select(*shown).select_from(Change).join(AuditEntry, AuditEntry.id == Change.entry_id)
    query = query.where(
        AuditEntry.at > since, Change.column.in_(columns) if columns else Change.column.not_in(UNTOLD_COLUMNS), *STANDS
    )
    if named or scope.visible is not None or owners is not None:
        query = scope.filter_visible(query.join(table, table.id == Change.record_id), table)
    if owners is not None and len(owners) <= MOST_OWNERS_BY_RECORD:
        # By their records, not by what everybody did meanwhile: what a rep asks must not get slower with the workspace.
        theirs = select(table.id).where(table.workspace_id == scope.workspace_id, match_ids(table.owner_id, owners))
        return query.where(Change.workspace_id == scope.workspace_id, Change.kind == kind, Change.record_id.in_(theirs))
    # By the moment, newest first, so that the database can stop early.
    query = query.where(
        AuditEntry.workspace_id == scope.workspace_id,
        skip_index(Change.workspace_id) == scope.workspace_id,
        skip_index(Change.kind) == kind,
    )
    return query if owners is None else query.where(match_ids(skip_index(table.owner_id), owners))


def list_changes_by_others(scope: Scope, kind: str, owner: int, since: datetime, *, limit: int) -> list[RecordChange]:
    """List what others changed of one owner's records since a moment, newest first."""
    if not scope.may_see(owner):
        return []
    values = {"workspace": scope.workspace_id, "owner": owner, "since": since, "most": limit}
    return [_build_change(row) for row in scope.session.execute(_select_changes_by_others(kind), values)]


@cache
def _select_changes_by_others(kind: str) -> Any:
    # Built once: every digest asks it, and building a statement takes longer than the database takes to answer it.
    table = TABLES[kind]
    workspace: Any = bindparam("workspace")
    owner: Any = bindparam("owner")
    theirs = select(table.id).where(table.workspace_id == workspace, table.owner_id == owner)
    return (
        select(*_CHANGED, table.external_id, table.name.label("now_called"))
        .select_from(Change)
        .join(AuditEntry, AuditEntry.id == Change.entry_id)
        .join(table, table.id == Change.record_id)
        .where(
            Change.workspace_id == workspace,
            Change.kind == kind,
            Change.record_id.in_(theirs),
            Change.column.not_in(UNTOLD_COLUMNS),
            AuditEntry.at > bindparam("since"),
            *STANDS,
            func.coalesce(AuditEntry.rep_id, CONSOLE) != owner,
        )
        .order_by(AuditEntry.at.desc(), Change.id.desc())
        .limit(bindparam("most"))
    )


def list_new_leads(
    scope: Scope, owners: tuple[int, ...] | None, since: datetime, *, limit: int
) -> tuple[list[Lead], int]:
    """List visible leads of these owners created since a moment, newest first, and count all of them."""
    few = owners is not None and len(owners) <= MOST_OWNERS_BY_RECORD
    created = skip_index(Lead.created_at) if few else Lead.created_at
    conditions: list[Any] = [created > since]
    if owners is not None:
        conditions.append(match_ids(Lead.owner_id if few else skip_index(Lead.owner_id), owners))
    count = scope.session.scalar(scope.filter_visible(select(func.count(Lead.id)), Lead).where(*conditions)) or 0
    query = scope.filter_visible(select(Lead), Lead).where(*conditions).order_by(created.desc(), Lead.id).limit(limit)
    return list(scope.session.scalars(query)), count


def list_score_moves(
    scope: Scope, owners: tuple[int, ...] | None, since: datetime | None, *, least: int, limit: int
) -> tuple[list[ScoreMove], int]:
    """List the best open leads whose score moved by `least` points or more, the largest move first, and count them.

    `since` is a moment; None stands for each owner's last digest.
    """
    shown: Any = select(Lead.id, Lead.external_id, Lead.name, Lead.company, Lead.band, Lead.score, Lead.movement)
    few = owners is not None and len(owners) <= MOST_OWNERS_BY_RECORD
    score = skip_index(Lead.score) if few else Lead.score
    query = scope.filter_visible(shown, Lead).where(Lead.lifecycle == "open", score.is_not(None))
    if owners is not None:
        query = query.where(match_ids(Lead.owner_id if few else skip_index(Lead.owner_id), owners))
    best = query.order_by(score.desc()).limit(MOST_BEST).subquery("best")
    before = best.c.score - best.c.movement
    if since is not None:
        began = find_shown_since(scope.session, scope.workspace_id)
        before = select_base(best.c.id, max(since, began or since))
    # Materialized: the look-up of the earlier score is made once a lead, not for each place that mentions it.
    known = select(best, before.label("before")).cte("known").prefix_with("MATERIALIZED")
    moved = func.abs(known.c.score - known.c.before)
    rows = scope.session.execute(
        select(known, func.count().over().label("in_all"))
        .where(moved >= least)
        .order_by(moved.desc(), known.c.score.desc(), known.c.id)
        .limit(limit)
    ).all()
    moves = [ScoreMove(row.id, row.external_id, row.name, row.company, row.band, row.before, row.score) for row in rows]
    return moves, rows[0].in_all if rows else 0


def _match_period(column: Any, period: Moments) -> list[Any]:
    start, end = period
    return ([column >= start] if start else []) + ([column < end] if end else [])


OF_ACCOUNT = ("contact", "opportunity")
"""The kinds of records whose activities and changes are told with their account's."""


def _join_records(query: Any, kind: str) -> Any:
    """Join changes with the records of a kind that they are about."""
    table = TABLES[kind]
    # From the records to their changes: SQLite would else go through all changes and look up the record of each.
    return query.join(table, skip_index(table.id) == Change.record_id).where(Change.kind == kind)


def _filter_of_account(scope: Scope, query: Any, table: Any, number: int) -> Any:
    """Limit a query to the visible records of an account, which are found by the account and not by their owner."""
    query = query.where(table.workspace_id == scope.workspace_id, table.account_id == number)
    return query if scope.visible is None else query.where(match_ids(skip_index(table.owner_id), scope.visible))


_CHANGED = (
    AuditEntry.at,
    AuditEntry.who,
    AuditEntry.rep_id,
    Change.kind,
    Change.record_id,
    Change.name,
    Change.field,
    Change.before,
    Change.after,
    Change.raw_after,
)


def _build_change(row: Any) -> RecordChange:
    return RecordChange(
        at=row.at,
        who=row.who,
        rep_id=row.rep_id,
        kind=row.kind,
        record_id=row.record_id,
        external_id=getattr(row, "external_id", None),
        name=getattr(row, "now_called", row.name),
        field=row.field,
        before=row.before,
        after=row.after,
        raw_after=row.raw_after,
    )
