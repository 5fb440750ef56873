"""What a rep can do. Every surface takes its commands from the one list here."""

from commands.activity_log import LogActivity
from commands.assignment import AssignLead, AssignLeads
from commands.command import Command
from commands.lead_status import SetLeadStatus, SetLeadStatusMany
from commands.lists import ListLeads
from commands.opportunity_changes import UpdateOpportunity

COMMANDS: tuple[type[Command], ...] = (
    ListLeads,
    SetLeadStatus,
    SetLeadStatusMany,
    UpdateOpportunity,
    LogActivity,
    AssignLead,
    AssignLeads,
)

BY_VERB: dict[str, type[Command]] = {kind.verb(): kind for kind in COMMANDS}
