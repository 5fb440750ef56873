"""Keeps a rep's “this is wrong” with the score; the report on scores counts it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from commands.contract.arguments import FreeWords, LeadName, Words
from commands.contract.context import Context
from commands.contract.errors import CommandError
from commands.contract.form_only import FormOnly
from commands.contract.reply import Reply
from storage.leads import leads
from storage.scores.score_disputes import has_disputed, save_dispute


class DisputeScore(FormOnly, about_one=True, undone_as="the objection to the score of {name}"):
    """Say that the score of a lead is wrong, for the report on scores."""

    name: Annotated[LeadName, Field(description="Words that identify the lead, or #id")]
    why: Annotated[Words | None, FreeWords(), Field(description="What is wrong with it, in your words")] = None

    def run(self, context: Context) -> Reply:
        lead = context.get_lead(self.name)
        kept = leads.list_scores(context.scope, lead.id, 1)
        if not kept:
            raise CommandError(f"{lead.name} has no score that could be wrong.", field="name")
        score = kept[0]
        records = context.build_records([leads.build_line(lead)])
        # Once a person and score: pressing again must not weigh more in the report.
        if has_disputed(context.scope, score.id, context.asker.id):
            return Reply(f"You said so already of {lead.name}'s score of {score.score}.", records=records)
        save_dispute(context.ledger, lead, score, context.asker.id, self.why)
        return Reply(
            f"Noted: {lead.name}'s score of {score.score} is wrong, you say. It is kept with the score and shown in"
            " the report on scores.",
            question=f"Say that {lead.name}'s score of {score.score} is wrong?",
            records=records,
        )
