"""Builds the messages that tell administrators what could not be delivered."""

from __future__ import annotations

from bot.slack.outbox.delivery import REP, ClaimedMessage
from bot.slack.outbox.outbox_message import OutboxMessage
from bot.slack.render import render_notice
from storage.database.doors import Session
from storage.people import reps
from storage.slack import user_bindings

PREFIX = "report:"
WHY = {
    "unknown": "Slack did not say whether it arrived, and I cannot look there. I did not send it again.",
    "channel_not_found": "Slack does not find the conversation.",
    "is_archived": "The channel is archived.",
    "not_in_channel": "I am not in that channel.",
    "user_disabled": "The Slack account is deactivated.",
    "account_inactive": "The Slack account is deactivated.",
    "cannot_dm_bot": "The Slack account is a bot.",
    "restricted_action": "A setting of the Slack workspace forbids it.",
    "missing_scope": "The app lacks a permission. Reinstall it with the current manifest.",
}


def report_to_administrators(session: Session, workspace_id: int, subject: str, words: str) -> list[OutboxMessage]:
    """Make a message to each administrator whose Slack user is known. The outbox keys let each subject through once."""
    return [
        OutboxMessage(
            workspace_id, f"{PREFIX}{subject}:{admin.id}"[:200], str(admin.slack_user_id), render_notice(words)
        )
        for admin in reps.list_administrators_in_slack(session, workspace_id)
    ]


def report_undelivered(session: Session, claimed: ClaimedMessage, error: str) -> list[OutboxMessage]:
    """Report to administrators that a message could not be delivered."""
    if claimed.key.startswith(PREFIX):
        # A report about a report that failed would only fail the same way.
        return []
    workspace = claimed.team.workspace_id
    where = claimed.user or claimed.channel
    if where.startswith(REP):
        reader = reps.find_rep(session, workspace, int(where.removeprefix(REP)))
    else:
        reader = user_bindings.find_rep_by_slack_user(session, workspace, where)
    place = reader.name if reader is not None else f"the conversation {claimed.channel}"
    words = f"I could not deliver a message to {place}. {WHY.get(error, f'Slack answers “{error}”.')}"
    told = report_to_administrators(session, workspace, f"{error}:{claimed.channel}", words)
    # An administrator who cannot be reached is not told so in the very same conversation.
    return [each for each in told if each.channel != claimed.channel]
