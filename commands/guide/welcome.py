"""Greets who meets the bot for the first time, with three things to press."""

from __future__ import annotations

from commands.contract.context import Context
from commands.contract.reply import Button, Reply
from commands.digest.preview_set import describe_digest_settings
from storage.leads import leads
from storage.leads.lead_filter import LeadFilter
from storage.people import reps

HOW = (
    "Write to me as to a colleague: “what closes this month?”, “called Jane, no answer”. "
    "I ask before I change a record, and you can undo it."
)
EMPTY = "There are no leads here yet. An administrator can import them, and you can add one now."


def build_welcome(context: Context) -> Reply:
    """Build the message that a person gets once, at the first meeting."""
    rep = reps.find_rep(context.scope.session, context.scope.workspace_id, context.asker.id)
    called = (rep and rep.first_name) or context.asker.name.split()[0]
    has_leads = bool(leads.list_lead_numbers(context.scope, LeadFilter(), limit=1))
    first = Button("Whom to call first", "preview_digest") if has_leads else Button("Add a lead", "create_lead")
    return Reply(
        f"Hello {called}, I am Leadlight. I know your leads and deals, and say whom to call first.",
        notes=(
            HOW,
            describe_digest_settings(context, rep) if rep is not None and rep.digest_enabled else "",
            "" if has_leads else EMPTY,
        ),
        buttons=(
            first,
            Button("My open deals", "list_opportunities", {"owner": "me"}),
            Button("What can I ask?", "help"),
        ),
    )
