"""Gives opportunities to a colleague."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from commands.contract.arguments import OpportunityName, OwnerName
from commands.contract.bulk import LOOKED_AT, refuse_none_or_too_many
from commands.contract.command import Command
from commands.contract.context import Context
from commands.contract.giving import give_record, give_several
from commands.contract.reply import Reply
from commands.opportunities.list_opportunities import OpportunityConditions
from storage.opportunities import opportunities
from storage.tables import Opportunity


class AssignOpportunity(
    Command,
    group="change",
    writes=True,
    about_one=True,
    per_record=True,
    repeats=True,
    words="name",
    offer="Give {name} to {owner}",
    undone_as="giving {name} away",
    refuses=("lead", "account", "follow_up"),
    advice="Gives one opportunity (deal) away.",
    examples=("give the Initech deal to Dana",),
):
    """Give an opportunity to a colleague."""

    name: Annotated[OpportunityName, Field(description="Words that identify the opportunity, or #id")]
    owner: Annotated[OwnerName, Field(description="Who gets it: a colleague's name, or me")]

    def run(self, context: Context) -> Reply:
        opportunity = context.get_opportunity(self.name)
        # Its line is built before it is given: the asker may not see it afterwards.
        return give_record(context, opportunity, opportunities.build_line(context.scope, opportunity), self.owner)


class AssignOpportunities(
    OpportunityConditions,
    group="change",
    writes=True,
    always_asks=True,
    offer="Give deals to {owner}",
    undone_as="giving {name} away",
    refuses=("lead", "account", "follow_up"),
    examples=("give all my overdue deals to Dana",),
):
    """Give several opportunities to a colleague at once."""

    owner: Annotated[OwnerName, Field(description="Who gets them: a colleague's name, or me")]

    def get_owner_condition(self) -> str | None:
        """Return None, for the asker's usual opportunities."""
        # In this command the owner argument is who gets them, so it cannot say whose they are.
        return None

    def run(self, context: Context) -> Reply:
        chosen = self._select_opportunities(context)
        lines = opportunities.load_lines(context.scope, [each.id for each in chosen])
        return give_several(context, chosen, lines, self.owner, ", ".join(self.describe_conditions(context)))

    def _select_opportunities(self, context: Context) -> list[Opportunity]:
        """Select the opportunities that match. CommandError for none, or for more than MOST_AT_ONCE."""
        wanted = self.build_opportunity_filter(context)
        found = opportunities.find_matching(context.scope, wanted, limit=LOOKED_AT)
        refuse_none_or_too_many(len(found), "opportunities", "opportunities")
        return found
