"""What only buttons and forms carry: never reached by a sentence, a typed form or a model."""

from commands.administration.calendar import AddHoliday, RemoveHoliday, SetWorkingDays
from commands.administration.company import SetBands, SetCompany
from commands.administration.digest_defaults import SetDigestDefaults, SetHotLeads, SetQuietDays, SetUrgency
from commands.administration.guidelines import SetGuidelines
from commands.administration.named_lists import AddSource, AddStage, AddStatus, ChangeSource, ChangeStage, ChangeStatus
from commands.administration.people import AddPerson, ChangePerson
from commands.administration.score_source import SetShownScores
from commands.contract.command import Command
from commands.scores.dispute_score import DisputeScore

ADMINISTRATION: tuple[type[Command], ...] = (
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
"""For administrators; the last three, about one's own digest and alerts and about a score, are for everyone."""
