"""Checks people, owners and scores of each workspace, for `leadlight doctor` and the start of `leadlight serve`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from bot.slack.operations.finding import Finding
from commands.administration.staffing import describe_missing_owners, describe_roles
from commands.values.phrases import format_count, format_day, join_words, make_plural
from storage.database.doors import Database, Session
from storage.people.missing_owners import count_unowned
from storage.people.staff import count_staff
from storage.records.missing_references import describe_missing_references, list_missing_references
from storage.scores.score_refresh import find_last_scoring, has_open_leads
from storage.workspaces.workspace_vocabulary import list_workspace_ids

# Scores are made each night: at this age a night was missed.
OLD_SCORES = timedelta(days=2)


def examine_workspaces(
    database: Database,
    now: datetime,
    *,
    naming: bool = True,
    is_served: Callable[[int], bool] = lambda workspace_id: True,
) -> list[Finding]:
    """Check whether people can ask, records have an owner, and scores are fresh. The bot could run without all that.

    Owners and records that are not here are named only where `naming`: such names do not belong into a log.
    """
    with database.begin_read() as session:
        known = list_workspace_ids(session)
        found = [
            (number, each)
            for number in filter(is_served, known)
            for each in _examine_workspace(session, number, now, naming)
        ]
    return [each if len(known) == 1 else replace(each, about=f"{each.about} of {number}") for number, each in found]


def _examine_workspace(session: Session, workspace_id: int, now: datetime, naming: bool) -> Iterator[Finding]:
    yield _check_people(session, workspace_id)
    yield _check_owners(session, workspace_id, naming)
    yield _check_references(session, workspace_id, naming)
    if has_open_leads(session, workspace_id):
        yield _check_scores(find_last_scoring(session, workspace_id), now)


def _check_people(session: Session, workspace_id: int) -> Finding:
    found = count_staff(session, workspace_id)
    if not found.by_role:
        words = "none, so nobody is let in; run: leadlight import people.csv (name, email, role, manager)"
        return Finding("people", False, words, needed=False)
    lacks = []
    if not found.by_role.get("admin"):
        lacks.append("none is an administrator: import them again with the role admin for one")
    if found.without_email:
        one = found.without_email == 1
        lacks.append(
            f"{found.without_email:,} {'has' if one else 'have'} no email address, by which they are found in Slack:"
            " add it to your file of people and import it again"
        )
    return Finding("people", not lacks, "; ".join([describe_roles(found), *lacks]), needed=False)


def _check_owners(session: Session, workspace_id: int, naming: bool) -> Finding:
    said = []
    if missing := describe_missing_owners(session, workspace_id, naming=naming):
        said.append(missing)
    unowned = {kind: count for kind, count in count_unowned(session, workspace_id).items() if count}
    if unowned:
        counts = join_words([format_count(count, kind) for kind, count in unowned.items()])
        asked = join_words([f"“unassigned {make_plural(kind)}”" for kind in unowned])
        said.append(f"Nobody owns {counts}: ask for {asked}, and give them away.")
    return Finding("owners", not said, " ".join(said) or "every open record has one", needed=False)


def _check_references(session: Session, workspace_id: int, naming: bool) -> Finding:
    missing = list_missing_references(session, workspace_id)
    said = ". ".join(describe_missing_references(each, naming=naming) for each in missing)
    return Finding("references", not missing, said or "all records that imported rows name are here", needed=False)


def _check_scores(scored_at: datetime | None, now: datetime) -> Finding:
    how = "leadlight serve makes them each night and after an import; at once: leadlight score run"
    if scored_at is None:
        return Finding("scores", False, f"none yet; {how}", needed=False)
    said = f"of {format_day(scored_at.date(), now.date())}, {scored_at:%H:%M} UTC"
    if now - scored_at < OLD_SCORES:
        return Finding("scores", True, said)
    return Finding("scores", False, f"{said}, {(now - scored_at).days:,} days old; {how}", needed=False)
