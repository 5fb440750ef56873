"""Snoozes a lead: leaves it out of the digest until a day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any

from pydantic import Field

from commands.contract.arguments import Day, Hint, LeadName
from commands.contract.command import Command
from commands.contract.context import Context
from commands.contract.errors import CommandError
from commands.contract.reply import Reply
from commands.leads.converted_lead import refuse_converted_lead
from commands.values.phrases import format_day
from storage.leads import leads

USUAL_DAYS = 7


class SnoozeLead(
    Command,
    group="change",
    writes=True,
    opens_form=True,
    about_one=True,
    per_record=True,
    repeats=True,
    words="name",
    day_field="until",
    offer="Snooze {name}",
    undone_as="the snooze of {name}",
    refuses=("opportunity", "account", "follow_up"),
    examples=("snooze Jane Doe for two weeks",),
):
    """Leave a lead out of the digest until a day."""

    name: Annotated[LeadName, Field(description="Words that identify the lead, as the rep said them, or #id")]
    until: Annotated[
        Day | None,
        Hint("The day it comes back; left empty, in a week"),
        Field(description="The day it comes back, after today; a week from now if absent"),
    ] = None

    @classmethod
    def load_current_values(cls, context: Context, given: Mapping[str, Any]) -> dict[str, Any]:
        return {"until": (context.today + timedelta(days=USUAL_DAYS)).isoformat()}

    def run(self, context: Context) -> Reply:
        lead = context.get_lead(self.name)
        refuse_converted_lead(context, lead)
        if lead.lifecycle != "open":
            raise CommandError(
                f"{lead.name} is {context.vocabulary.status[lead.status_id].name}: in no digest anyway.", field="name"
            )
        until = self.until or context.today + timedelta(days=USUAL_DAYS)
        if until <= context.today:
            raise CommandError(
                f"{format_day(until)} is not after today. Name a later day, like tomorrow or next week.", field="until"
            )
        if not context.ledger.set_columns(lead, snoozed_until=until):
            return Reply(f"{lead.name} is snoozed until {format_day(until)} already.")
        return Reply(
            f"{lead.name} is left out of the digest until {format_day(until)}.",
            question=f"Leave {lead.name} out of the digest until {format_day(until)}?",
            records=context.build_records([leads.build_line(lead)]),
        )
