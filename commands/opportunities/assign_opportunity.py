"""Gives opportunities to a colleague."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from commands.contract.arguments import OpportunityName, OwnerName
from commands.contract.bulk import LOOKED_AT, refuse_none_or_too_many
from commands.contract.command import Command
from commands.contract.context import Context
from commands.contract.giving import find_new_owner, name_gift, refuse_foreign_record, warn_of_lost_access
from commands.contract.reply import Reply
from commands.opportunities.list_opportunities import OpportunityConditions
from commands.values.phrases import format_count
from storage.opportunities import opportunities
from storage.records.ownership import give_records
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
        refuse_foreign_record(context, opportunity)
        taker = find_new_owner(context, self.owner)
        # Built before it is given: the asker may not see it afterwards.
        before = opportunities.build_line(context.scope, opportunity)
        if not give_records(context.ledger, [opportunity], taker):
            return Reply(f"{opportunity.name} is {taker.name}'s already.", records=context.build_records([before]))
        return Reply(
            f"{opportunity.name} is now {taker.name}'s.",
            question=f"Give {opportunity.name} to {taker.name}?",
            records=context.build_records([before.with_fields(owner_id=taker.id)]),
            notes=warn_of_lost_access(context, opportunity.name, taker),
        )


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
        taker = find_new_owner(context, self.owner)
        chosen = self._select_opportunities(context)
        # All are looked at before the first is given away: one that may not be given stops the whole.
        for each in chosen:
            refuse_foreign_record(context, each)
        lines = {each.number: each for each in opportunities.load_lines(context.scope, [each.id for each in chosen])}
        given = give_records(context.ledger, chosen, taker)
        if not given:
            return Reply(f"All {format_count(len(chosen), 'opportunity')} are {taker.name}'s already.")
        return Reply(
            f"{format_count(len(given), 'opportunity')} now {taker.name}'s.",
            question=f"Give {format_count(len(given), 'opportunity')} to {taker.name}?",
            records=context.build_records(lines[each.id].with_fields(owner_id=taker.id) for each in given),
            figures={"count": len(given)},
            notes=warn_of_lost_access(context, name_gift(given), taker),
            receipt=context.build_receipt(", ".join(self.describe_conditions(context)), len(given), None),
        )

    def _select_opportunities(self, context: Context) -> list[Opportunity]:
        """Select the opportunities that match. CommandError for none, or for more than MOST_AT_ONCE."""
        wanted = self.build_opportunity_filter(context)
        found = opportunities.find_matching(context.scope, wanted, limit=LOOKED_AT)
        refuse_none_or_too_many(len(found), "opportunities", "opportunities")
        return found
