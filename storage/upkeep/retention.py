"""What is not kept for ever: conversations, questions, states and old scores; and what goes when a team leaves."""

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

# After its end a question is still known for so long, so that a late press is told that it came late.
QUESTIONS_KEPT = timedelta(days=2)

LEFT = "the app was taken out of the Slack team"


def delete_expired(database: Database, now: datetime) -> None:
    """Delete what is over. Called daily; several processes may do so at once.

    Settled messages and questions go after two days, the talk of threads after one, scores after 400 days where a newer
    one followed.
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
    """End what is open between a workspace and its Slack team, and delete the texts. Records and changes stay."""
    for table in (Inbox, Outbox):
        own = table.workspace_id == workspace_id
        session.execute(
            update(table)
            .where(own, table.state.in_(work_queues.OPEN))
            .values(state="dead", settled_at=now, lease_until=None, error=LEFT)
        )
    session.execute(update(Inbox).where(Inbox.workspace_id == workspace_id).values(payload=None))
    session.execute(update(Outbox).where(Outbox.workspace_id == workspace_id).values(body=None))
    queued = (DigestRun.workspace_id == workspace_id, DigestRun.state == digest_runs.QUEUED)
    session.execute(update(DigestRun).where(*queued).values(state=digest_runs.FAILED))
    for talk in (Confirmation, Focus):
        session.execute(delete(talk).where(talk.workspace_id == workspace_id))
    turns.delete_turns(session, workspace_id)
