"""Changes the status of leads."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from commands.contract.arguments import FreeWords, Hint, LeadName, StatusName, Words
from commands.contract.bulk import LOOKED_AT, refuse_none_or_too_many
from commands.contract.command import Command
from commands.contract.context import Context
from commands.contract.reply import Button, Reply
from commands.leads.converted_lead import refuse_converted_lead
from commands.leads.list_leads import LeadConditions
from commands.values.phrases import end_sentence, format_count
from storage.leads import leads
from storage.names.name_index import format_ref
from storage.tables import Lead


class SetLeadStatus(
    Command,
    group="change",
    writes=True,
    about_one=True,
    per_record=True,
    repeats=True,
    words="name",
    offer="Set {name} to {status}",
    undone_as="the status of {name}",
    refuses=("opportunity", "account", "follow_up"),
    advice=(
        "“Bad fit”, “not interested” or “wrong person” is the closed status (Unqualified), with a reason; “got "
        "through” or “left word” the working one. Statuses are of leads, stages of opportunities."
    ),
    examples=("mark Jane Doe as contacted",),
):
    """Change the status of a lead."""

    name: Annotated[LeadName, Field(description="Words that identify the lead, as the rep said them, or #id")]
    status: Annotated[StatusName, Field(description="One of this workspace's lead statuses")]
    reason: Annotated[
        Words | None, FreeWords(lines=True), Hint(""), Field(description="Why, in the rep's words", max_length=500)
    ] = None

    def run(self, context: Context) -> Reply:
        lead = context.get_lead(self.name)
        refuse_converted_lead(context, lead)
        status = context.get_status(self.status)
        if not leads.set_status(context.ledger, lead, status, self.reason):
            return Reply(
                f"{lead.name} is {status.name} already.", records=context.build_records([leads.build_line(lead)])
            )
        if self.reason and status.status_class != "closed":
            # Only a closed lead has a column for its reason; for others the audit log keeps what the person said.
            context.ledger.add_remark(lead, "reason", self.reason)
        convert = Button("Convert", "convert_lead", {"name": format_ref("lead", lead.id)})
        return Reply(
            end_sentence(f"{lead.name} is now {status.name}"),
            question=f"Set {lead.name} to {status.name}?",
            records=context.build_records([leads.build_line(lead)]),
            buttons=(convert,) if status.status_class == "qualified" else (),
        )


class SetLeadStatusMany(
    LeadConditions,
    group="change",
    writes=True,
    always_asks=True,
    offer="Set leads to {status}",
    undone_as="the status of {name}",
    refuses=("opportunity", "account", "follow_up"),
    examples=("set all my open web leads to contacted",),
):
    """Change the status of several leads at once."""

    status: Annotated[StatusName, Field(description="The status that all of them get")]

    def run(self, context: Context) -> Reply:
        status = context.get_status(self.status)
        chosen = select_open_leads(self, context)
        changed = [lead for lead in chosen if leads.set_status(context.ledger, lead, status)]
        if not changed:
            return Reply(f"All {format_count(len(chosen), 'lead')} are {status.name} already.")
        return Reply(
            f"{format_count(len(changed), 'lead')} now {status.name}.",
            question=f"Set {format_count(len(changed), 'lead')} to {status.name}?",
            records=context.build_records(leads.build_line(lead) for lead in changed),
            figures={"count": len(changed)},
            receipt=context.build_receipt(
                ", ".join(["open leads", *self.describe_conditions()]), len(changed), self.owner
            ),
        )


def select_open_leads(conditions: LeadConditions, context: Context) -> list[Lead]:
    """Select the open leads that a bulk command is about. CommandError for none, or for more than MOST_AT_ONCE."""
    numbers = leads.list_lead_numbers(context.scope, conditions.build_lead_filter(context), limit=LOOKED_AT)
    refuse_none_or_too_many(len(numbers), "leads", "open leads")
    return leads.find_leads(context.scope, numbers)
