"""Hands over what a person has: leads, opportunities, accounts, contacts and follow-ups."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, create_model

from commands.contract.arguments import GiverName, Hint, OwnerName, split_list
from commands.contract.command import Command
from commands.contract.context import Context
from commands.contract.errors import CommandError
from commands.contract.giving import find_new_owner, may_give_all, warn_of_lost_access
from commands.contract.reply import Reply
from commands.values.phrases import format_count, join_words
from storage.audit.undo import MOST_CHANGES
from storage.records.ownership import KINDS, give_desk

DeskKind = Literal["leads", "opportunities", "accounts", "contacts", "follow_ups"]
DeskKinds = Annotated[tuple[DeskKind, ...], BeforeValidator(split_list)]
NOUNS = dict(zip(("leads", "opportunities", "accounts", "contacts", "follow_ups"), KINDS, strict=True))

# `from` is a word of Python's own, so a field of this name cannot stand in a class statement.
_Giver: dict[str, Any] = {
    "from": (GiverName, Field(description="Whose records: a colleague, also one who left, or unassigned")),
}
_FromSomebody: type[Command] = create_model("_FromSomebody", __base__=Command, **_Giver)


class HandOver(
    _FromSomebody,
    group="change",
    writes=True,
    always_asks=True,
    opens_form=True,
    words="from",
    offer="Hand over from {from} to {to}",
    undone_as="handing over {name}",
    advice="For everything of a person at once, as when somebody leaves or is away for long. Needs no list of records.",
    examples=("hand over everything from Tom to Dana",),
):
    """Hand over all that is open of one person, also one who left, to a colleague."""

    to: Annotated[OwnerName, Field(description="Who gets it all: a colleague's name, or me")]
    kinds: Annotated[
        DeskKinds | None,
        Hint("Left empty, all that is open"),
        Field(
            title="What",
            description="Only leads, opportunities, accounts, contacts or follow_ups; default: all that is open",
        ),
    ] = None

    def run(self, context: Context) -> Reply:
        owners, giver = self._find_giver(context)
        taker = find_new_owner(context, self.to, "to")
        if owners == (taker.id,):
            return Reply(f"All of that is {taker.name}'s already.")
        kinds = [NOUNS[each] for each in self.kinds or NOUNS]
        given = give_desk(context.scope, context.ledger, owners, taker, kinds, most=MOST_CHANGES)
        if given is None:
            raise CommandError(f"That is more than {MOST_CHANGES:,} records. Hand them over by kind: kinds=leads.")
        if not given:
            return Reply(f"{giver} has nothing open to hand over." if giver else "Nothing open is without an owner.")
        counts = join_words([format_count(given[kind], kind.replace("_", "-")) for kind in KINDS if given[kind]])
        whose = f"of {giver}" if giver else "without an owner"
        return Reply(
            f"{counts} {whose} {'is' if given.total() == 1 else 'are'} now {taker.name}'s.",
            question=f"Hand over {counts} {whose} to {taker.name}?",
            figures={"count": sum(given.values())},
            notes=warn_of_lost_access(context, "what is handed over", taker),
        )

    def _find_giver(self, context: Context) -> tuple[tuple[int, ...], str | None]:
        """Find whose records are handed over, and that person's name. CommandError unless the asker may.

        The name is None for records without an owner.
        """
        said: str = getattr(self, "from")
        if said in ("team", "everyone"):
            raise CommandError("I hand over from one person at a time. Name that person.", field="from")
        owners = context.resolve_owners(said) or ()
        name = context.load_people_names(owners).get(owners[0])
        if not may_give_all(context, owners[0]):
            raise CommandError(
                f"Only a manager or an administrator can hand over everything of {name}. "
                "Give away single records of yours instead.",
                field="from",
            )
        return owners, name
