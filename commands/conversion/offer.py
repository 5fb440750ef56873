"""What converting a lead would do and could do instead, for a person to decide on a form."""

from __future__ import annotations

from dataclasses import dataclass, replace

from commands.contract.context import Context
from commands.contract.errors import Ambiguous
from commands.conversion.choice import Chosen, Wish, choose
from commands.conversion.conversion_wording import anyway_words, gate_words, move_lines
from commands.leads.criteria import Criterion, criteria, strong
from storage.leads import conversion
from storage.tables import Lead


@dataclass(frozen=True)
class Offer:
    """A conversion as it can be decided on now."""

    lead: Lead
    chosen: Chosen
    criteria: tuple[Criterion, ...]
    undecided: frozenset[str]
    """`account` or `contact`, where several fit equally well and only a person can say which."""
    gated: bool
    """Whether the guidelines allow no new opportunity for this lead."""
    moved: tuple[str, ...]
    """What is filled, what stays on the lead and what goes along, a line each."""

    @property
    def anyway(self) -> bool:
        """Whether an opportunity is opened for a lead that is not qualified."""
        return self.chosen.choice.opens is not None and not strong(self.criteria)

    @property
    def verdict(self) -> str:
        """What the criteria mean for this choice; nothing to say where all are strong."""
        if self.gated:
            return gate_words(self.lead, self.criteria)
        return anyway_words(self.criteria) if self.anyway else ""


def offer(context: Context, lead: Lead, wish: Wish) -> Offer:
    """What would be done where nothing else is said. CommandError where what was said does not fit together."""
    found = criteria(context, lead)
    gated = gate_closed(context, found)
    if gated and wish.joins is None and wish.opens:
        wish = _without_new(wish)
    undecided: set[str] = set()
    chosen = _chosen(context, lead, wish, undecided)
    if gated and chosen.choice.opens is not None:
        chosen = _chosen(context, lead, _without_new(wish), undecided)
    moved = move_lines(lead, conversion.moves(context.scope.session, lead, chosen.choice))
    return Offer(lead, chosen, found, frozenset(undecided), gated, moved)


def gate_closed(context: Context, found: tuple[Criterion, ...]) -> bool:
    """Whether the workspace opens opportunities for fully qualified leads only, and this one is none."""
    return bool(context.vocabulary.guidelines.get("hard_gate")) and not strong(found)


def _chosen(context: Context, lead: Lead, wish: Wish, undecided: set[str]) -> Chosen:
    """The choice, with everything new where several candidates are equally certain."""
    try:
        return choose(context, lead, wish)
    except Ambiguous as several:
        undecided.add(several.field)
        again = replace(wish, new_account=True) if several.field == "account" else replace(wish, new_contact=True)
        return _chosen(context, lead, again, undecided)


def _without_new(wish: Wish) -> Wish:
    return replace(wish, opens=False, name=None, amount=None, close_date=None, stage=None)
