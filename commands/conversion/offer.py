"""Builds what converting a lead would do and could do instead, for a person to decide on a form."""

from __future__ import annotations

from dataclasses import dataclass, replace

from commands.contract.context import Context
from commands.contract.errors import Ambiguous
from commands.conversion.choice import ConversionPlan, ConversionWish, plan_conversion
from commands.conversion.conversion_wording import describe_moves, explain_closed_gate, warn_of_unqualified
from commands.leads.criteria import Criterion, are_all_strong, assess_criteria
from storage.leads import conversion
from storage.tables import Lead


@dataclass(frozen=True)
class ConversionOffer:
    """What a conversion form shows: the plan, the alternatives in it, and what the guidelines say."""

    lead: Lead
    chosen: ConversionPlan
    criteria: tuple[Criterion, ...]
    undecided: frozenset[str]
    """`account` or `contact`, where several fit equally well and only a person can say which."""
    gated: bool
    """Whether the guidelines allow no new opportunity for this lead."""
    moved: tuple[str, ...]
    """What is filled, what stays on the lead and what goes along, a line each."""

    @property
    def opens_unqualified(self) -> bool:
        """Tell whether an opportunity is opened for a lead that is not qualified."""
        return self.chosen.choice.opens is not None and not are_all_strong(self.criteria)

    @property
    def verdict(self) -> str:
        """Say what the criteria mean for this choice; empty where all are strong."""
        if self.gated:
            return explain_closed_gate(self.lead, self.criteria)
        return warn_of_unqualified(self.criteria) if self.opens_unqualified else ""


def build_conversion_offer(context: Context, lead: Lead, wish: ConversionWish) -> ConversionOffer:
    """Build what would be done where nothing else is said. CommandError where what was said does not fit together."""
    # A form opens where the command itself would ask or refuse: at a closed gate it offers contact and account only,
    # and where several records fit equally well it leaves the choice to the person.
    found = assess_criteria(context, lead)
    gated = is_gate_closed(context, found)
    if gated and wish.joins is None and wish.opens:
        wish = _drop_new_opportunity(wish)
    undecided: set[str] = set()
    chosen = _plan_without_ties(context, lead, wish, undecided)
    if gated and chosen.choice.opens is not None:
        chosen = _plan_without_ties(context, lead, _drop_new_opportunity(wish), undecided)
    moved = describe_moves(lead, conversion.plan_moves(context.scope.session, lead, chosen.choice))
    return ConversionOffer(lead, chosen, found, frozenset(undecided), gated, moved)


def is_gate_closed(context: Context, found: tuple[Criterion, ...]) -> bool:
    """Tell whether the workspace opens opportunities for fully qualified leads only, and this one is none."""
    return bool(context.vocabulary.guidelines.get("hard_gate")) and not are_all_strong(found)


def _plan_without_ties(context: Context, lead: Lead, wish: ConversionWish, undecided: set[str]) -> ConversionPlan:
    """Plan the conversion, with everything new where several candidates are equally certain."""
    try:
        return plan_conversion(context, lead, wish)
    except Ambiguous as several:
        undecided.add(several.field)
        again = replace(wish, new_account=True) if several.field == "account" else replace(wish, new_contact=True)
        return _plan_without_ties(context, lead, again, undecided)


def _drop_new_opportunity(wish: ConversionWish) -> ConversionWish:
    return replace(wish, opens=False, name=None, amount=None, currency=None, close_date=None, stage=None)
