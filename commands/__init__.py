"""What a rep can do. Every surface takes its commands from the one list here."""

from commands.command import Command
from commands.lead_status import SetLeadStatus, SetLeadStatusMany
from commands.lists import ListLeads

COMMANDS: tuple[type[Command], ...] = (
    ListLeads,
    SetLeadStatus,
    SetLeadStatusMany,
)

BY_VERB: dict[str, type[Command]] = {kind.verb(): kind for kind in COMMANDS}
