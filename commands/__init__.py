"""What a rep can do. Every surface takes its commands from the one list here."""

from commands.activity_log import LogActivity
from commands.assignment import AssignLead, AssignLeads
from commands.command import Command
from commands.deal_stats import DealStats
from commands.lead_records import CreateLead, UpdateLead
from commands.lead_stats import LeadStats
from commands.lead_status import SetLeadStatus, SetLeadStatusMany
from commands.lists import ListLeads
from commands.opportunity_changes import UpdateOpportunity
from commands.opportunity_lists import ListOpportunities
from commands.pipeline import Forecast, SummarizePipeline
from commands.qualification import QualifyLead

COMMANDS: tuple[type[Command], ...] = (
    ListLeads,
    ListOpportunities,
    SummarizePipeline,
    DealStats,
    Forecast,
    LeadStats,
    SetLeadStatus,
    SetLeadStatusMany,
    QualifyLead,
    UpdateOpportunity,
    LogActivity,
    AssignLead,
    AssignLeads,
    CreateLead,
    UpdateLead,
)

BY_VERB: dict[str, type[Command]] = {kind.verb(): kind for kind in COMMANDS}
