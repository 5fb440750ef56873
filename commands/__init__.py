"""What a rep can do. Every surface takes its commands from the one list here."""

from commands.activities.follow_ups import CompleteFollowUp, ListFollowUps, SetFollowUp
from commands.activities.log_activity import LogActivity
from commands.activities.show_activity import ShowActivity
from commands.activities.whats_changed import WhatsChanged
from commands.administration import ADMINISTRATION
from commands.contract.command import Command
from commands.conversion.convert_lead import ConvertLead
from commands.digest.preview_set import PreviewDigest, SetDigest
from commands.guide.explain_term import ExplainTerm
from commands.guide.help import Help
from commands.leads.assign import AssignLead, AssignLeads
from commands.leads.create_update import CreateLead, UpdateLead
from commands.leads.lead_stats import LeadStats
from commands.leads.list_leads import ListLeads
from commands.leads.qualify import QualifyLead
from commands.leads.set_status import SetLeadStatus, SetLeadStatusMany
from commands.leads.snooze import SnoozeLead
from commands.opportunities.deal_stats import DealStats
from commands.opportunities.list_opportunities import ListOpportunities
from commands.opportunities.pipeline_forecast import Forecast, SummarizePipeline
from commands.opportunities.update_opportunity import UpdateOpportunity
from commands.records.show_record import ShowRecord
from commands.records.undo import Undo
from commands.scores.explain_score import ExplainScore

COMMANDS: tuple[type[Command], ...] = (
    ListLeads,
    ShowRecord,
    ListOpportunities,
    SummarizePipeline,
    DealStats,
    Forecast,
    LeadStats,
    ExplainScore,
    ShowActivity,
    ListFollowUps,
    WhatsChanged,
    ExplainTerm,
    PreviewDigest,
    Help,
    SetLeadStatus,
    SetLeadStatusMany,
    QualifyLead,
    ConvertLead,
    UpdateOpportunity,
    LogActivity,
    SetFollowUp,
    CompleteFollowUp,
    SnoozeLead,
    AssignLead,
    AssignLeads,
    CreateLead,
    UpdateLead,
    Undo,
    SetDigest,
)

BY_VERB: dict[str, type[Command]] = {kind.verb(): kind for kind in COMMANDS}
PRESSABLE: dict[str, type[Command]] = BY_VERB | {kind.verb(): kind for kind in ADMINISTRATION}
"""With them what only buttons and forms carry."""
