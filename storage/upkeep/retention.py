"""Deleting what is not kept for ever: conversations, questions, old scores, and the talk of a team that left."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from storage.database.doors import Database
from storage.digests import digest_runs
from storage.scores.score_writing import delete_old_scores
from storage.slack import app_installations, work_queues
from storage.tables import Confirmation, DigestRun, Focus, Inbox, Outbox
from storage.threads import confirmations, turns
from storage.workspaces.workspace_vocabulary import list_workspace_ids

# A question is known for so long after its end, so that a late press can be told that it came too late.
QUESTIONS_KEPT = timedelta(days=2)

LEFT = "the app was taken out of the Slack team"


def delete_expired(database: Database, now: datetime) -> None:
    """Delete what is over: settled messages and questions after two days, talk after one, old scores after 400.

    Several processes may do this at once.
    """
    with database.begin_write() as session:
        work_queues.delete_settled_rows(session, now)
    with database.begin_write() as session:
        session.execute(delete(Confirmation).where(Confirmation.expires_at < now - QUESTIONS_KEPT))
        session.execute(delete(Focus).where(Focus.updated_at < now - confirmations.FOCUS_LIFETIME))
        turns.delete_old_turns(session, now)
        app_installations.delete_expired_states(session, now)
    with database.begin_read() as session:
        known = list_workspace_ids(session)
    for workspace_id in known:
        delete_old_scores(database, workspace_id, now)


def delete_conversations(session: Session, workspace_id: int, now: datetime) -> None:
    """End what is open between a workspace and its Slack team, and delete all texts. Records and the audit log stay."""
    for table in (Inbox, Outbox):
        own = table.workspace_id == workspace_id
        session.execute(
            update(table)
            .where(own, table.state.in_(work_queues.OPEN))
            # Ended, not deleted: the keys must stay known, since Slack may still deliver an event again.
            .values(state="dead", settled_at=now, lease_until=None, error=LEFT)
        )
    session.execute(update(Inbox).where(Inbox.workspace_id == workspace_id).values(payload=None))
    session.execute(update(Outbox).where(Outbox.workspace_id == workspace_id).values(body=None))
    queued = (DigestRun.workspace_id == workspace_id, DigestRun.state == digest_runs.QUEUED)
    session.execute(update(DigestRun).where(*queued).values(state=digest_runs.FAILED))
    for talk in (Confirmation, Focus):
        session.execute(delete(talk).where(talk.workspace_id == workspace_id))
    turns.delete_turns(session, workspace_id)
