"""What a rep can do. Every surface takes its commands from the two lists here."""

from commands.accounts.create_contact import CreateContact
from commands.accounts.update_account import UpdateAccount
from commands.accounts.update_contact import UpdateContact
from commands.activities.activity_stats import ActivityStats
from commands.activities.follow_ups import CompleteFollowUp, ListFollowUps, SetFollowUp
from commands.activities.log_activity import LogActivity
from commands.activities.show_activity import ShowActivity
from commands.activities.whats_changed import WhatsChanged
from commands.administration.calendar import AddHoliday, RemoveHoliday, SetWorkingDays
from commands.administration.company import SetBands, SetCompany, SetShownScores
from commands.administration.digest_defaults import SetDigestDefaults, SetHotLeads, SetQuietDays, SetUrgency
from commands.administration.guidelines import SetGuidelines
from commands.administration.named_lists import AddSource, AddStage, AddStatus, ChangeSource, ChangeStage, ChangeStatus
from commands.administration.people import AddPerson, ChangePerson
from commands.contract.command import Command
from commands.contract.update_field import UpdateField
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
from commands.opportunities.assign_opportunity import AssignOpportunities, AssignOpportunity
from commands.opportunities.create_opportunity import CreateOpportunity
from commands.opportunities.deal_stats import DealStats
from commands.opportunities.list_opportunities import ListOpportunities
from commands.opportunities.pipeline_forecast import Forecast, SummarizePipeline
from commands.opportunities.update_opportunity import UpdateOpportunity
from commands.records.hand_over import HandOver
from commands.records.show_record import ShowRecord
from commands.records.undo import Undo
from commands.scores.dispute_score import DisputeScore
from commands.scores.explain_score import ExplainScore

# Listed, not registered on import: what can be done then does not depend on which modules happen to be loaded.
# Their order is the one in which help and the pages in docs show them.
COMMANDS: tuple[type[Command], ...] = (
    ListLeads,
    ShowRecord,
    ListOpportunities,
    SummarizePipeline,
    DealStats,
    Forecast,
    LeadStats,
    ActivityStats,
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
    CreateOpportunity,
    UpdateOpportunity,
    LogActivity,
    SetFollowUp,
    CompleteFollowUp,
    SnoozeLead,
    AssignLead,
    AssignLeads,
    AssignOpportunity,
    AssignOpportunities,
    HandOver,
    CreateLead,
    UpdateLead,
    CreateContact,
    UpdateContact,
    UpdateAccount,
    Undo,
    SetDigest,
)

# Only buttons and forms carry these, so that no sentence, typed form or model can change how a workspace is set up.
# The last three, about one's own digest and alerts and about a score, are for everyone, the others for administrators.
FORM_ONLY: tuple[type[Command], ...] = (
    AddPerson,
    ChangePerson,
    AddStatus,
    ChangeStatus,
    AddStage,
    ChangeStage,
    AddSource,
    ChangeSource,
    SetGuidelines,
    AddHoliday,
    RemoveHoliday,
    SetWorkingDays,
    SetCompany,
    SetBands,
    SetShownScores,
    SetDigestDefaults,
    SetUrgency,
    SetQuietDays,
    SetHotLeads,
    DisputeScore,
)

FIELD_EDITS: tuple[type[UpdateField], ...] = tuple(each for each in COMMANDS if issubclass(each, UpdateField))
"""The commands that change one field of a record."""
BY_VERB: dict[str, type[Command]] = {kind.verb(): kind for kind in COMMANDS}
PRESSABLE: dict[str, type[Command]] = BY_VERB | {kind.verb(): kind for kind in FORM_ONLY}
"""Every command by its verb, those that only buttons and forms carry included."""
