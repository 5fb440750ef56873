"""What a rep can do. Every surface takes its commands from the one list here."""

from commands.activity_history import ShowActivity
from commands.activity_log import LogActivity
from commands.assignment import AssignLead, AssignLeads
from commands.changes import WhatsChanged
from commands.command import Command
from commands.deal_stats import DealStats
from commands.digest import PreviewDigest, SetDigest
from commands.explain_score import ExplainScore
from commands.follow_ups import CompleteFollowUp, ListFollowUps, SetFollowUp
from commands.lead_records import CreateLead, UpdateLead
from commands.lead_stats import LeadStats
from commands.lead_status import SetLeadStatus, SetLeadStatusMany
from commands.lists import ListLeads
from commands.opportunity_changes import UpdateOpportunity
from commands.opportunity_lists import ListOpportunities
from commands.pipeline import Forecast, SummarizePipeline
from commands.qualification import QualifyLead
from commands.snooze import SnoozeLead

COMMANDS: tuple[type[Command], ...] = (
    ListLeads,
    ListOpportunities,
    SummarizePipeline,
    DealStats,
    Forecast,
    LeadStats,
    ExplainScore,
    ShowActivity,
    ListFollowUps,
    WhatsChanged,
    PreviewDigest,
    SetLeadStatus,
    SetLeadStatusMany,
    QualifyLead,
    UpdateOpportunity,
    LogActivity,
    SetFollowUp,
    CompleteFollowUp,
    SnoozeLead,
    AssignLead,
    AssignLeads,
    CreateLead,
    UpdateLead,
    SetDigest,
)

BY_VERB: dict[str, type[Command]] = {kind.verb(): kind for kind in COMMANDS}
