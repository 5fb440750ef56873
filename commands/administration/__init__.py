"""What only buttons and forms carry: never reached by a sentence, a typed form or a model."""

from commands.administration.calendar import AddHoliday, RemoveHoliday, SetWorkingDays
from commands.administration.company import SetBands, SetCompany
from commands.administration.definitions import (
    AddSource,
    AddStage,
    AddStatus,
    ChangeSource,
    ChangeStage,
    ChangeStatus,
)
from commands.administration.digests import SetDigestDefaults, SetHotLeads, SetQuietDays, SetUrgency
from commands.administration.guidelines import SetGuidelines
from commands.administration.people import AddPerson, ChangePerson
from commands.administration.scores import SetShownScores
from commands.command import Command
from commands.score_dispute import DisputeScore

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
