"""Gives leads to a colleague."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from commands.contract.arguments import LeadName, OwnerName, Statuses
from commands.contract.command import Command
from commands.contract.context import Context
from commands.contract.giving import give_record, give_several
from commands.contract.reply import Reply
from commands.leads.converted_lead import refuse_converted_lead
from commands.leads.list_leads import LeadConditions
from commands.leads.set_status import select_open_leads
from storage.leads import leads
from storage.leads.lead_filter import LeadFilter


class AssignLead(
    Command,
    group="change",
    writes=True,
    about_one=True,
    per_record=True,
    repeats=True,
    words="name",
    offer="Give {name} to {owner}",
    undone_as="giving {name} away",
    refuses=("opportunity", "account", "follow_up"),
    advice="Gives one lead away.",
    examples=("give Jane Doe to Dana",),
):
    """Give a lead to a colleague."""

    name: Annotated[LeadName, Field(description="Words that identify the lead, or #id")]
    owner: Annotated[OwnerName, Field(description="Who gets it: a colleague's name, or me")]

    def run(self, context: Context) -> Reply:
        lead = context.get_lead(self.name)
        refuse_converted_lead(context, lead)
        return give_record(context, lead, leads.build_line(lead), self.owner)


class AssignLeads(
    LeadConditions,
    group="change",
    writes=True,
    always_asks=True,
    offer="Give leads to {owner}",
    undone_as="giving {name} away",
    refuses=("opportunity", "account", "follow_up"),
    examples=("give all my cold leads to Dana",),
):
    """Give several leads to a colleague at once."""

    owner: Annotated[OwnerName, Field(description="Who gets them: a colleague's name, or me")]
    status: Annotated[Statuses | None, Field(description="Only leads of these statuses")] = None

    def build_lead_filter(self, context: Context, **more: Any) -> LeadFilter:
        """Build storage's filter from the conditions and the statuses, if any were named."""
        statuses = tuple(context.get_status(name).id for name in self.status) if self.status else None
        return super().build_lead_filter(context, status_ids=statuses, **more)

    def describe_conditions(self) -> list[str]:
        """Describe the conditions for a receipt."""
        return [*([f"status {' or '.join(self.status)}"] if self.status else []), *super().describe_conditions()]

    def get_owner_condition(self) -> str | None:
        """Return None, for the asker's usual leads."""
        # In this command the owner argument is who gets the leads, so it cannot say whose they are.
        return None

    def run(self, context: Context) -> Reply:
        chosen = select_open_leads(self, context)
        lines = [leads.build_line(each) for each in chosen]
        conditions = ", ".join(["open leads", *self.describe_conditions()])
        return give_several(context, chosen, lines, self.owner, conditions)
