"""Finds teams and products by the words people use for them."""

from __future__ import annotations

from dataclasses import replace

from commands.contract.context import Context
from commands.contract.errors import CommandError
from storage.names.normalise import normalise_name
from storage.opportunities import opportunities
from storage.opportunities.opportunities import OpportunityFilter
from storage.people import reps

MOST_NAMED = 10


def find_team(context: Context, words: str) -> tuple[int, ...]:
    """Find the visible people of a team: a manager with everyone below, or all whose team has that name."""
    teams = reps.list_teams(context.scope.session, context.scope.workspace_id)
    said = normalise_name(words).removesuffix(" team")
    # “Dana's” is read as “danas”; a name that ends in s, like James, is tried as it is before.
    for wanted in (said, said.removesuffix("s")):
        for fits in (_equals_name, _contains_name):
            found = [team for team in teams if wanted and fits(normalise_name(team.name), wanted)]
            if len(found) == 1:
                return tuple(sorted(each for each in found[0].members if context.scope.may_see(each)))
            if found:
                names = ", ".join(team.name for team in found[:MOST_NAMED])
                raise CommandError(f"“{words}” fits several teams: {names}.")
    raise CommandError(_explain_no_match("team", words, [team.name for team in teams]))


def _equals_name(name: str, wanted: str) -> bool:
    return name == wanted


def _contains_name(name: str, wanted: str) -> bool:
    return f" {wanted} " in f" {name} "


def filter_by_product(context: Context, wanted: OpportunityFilter, words: str) -> OpportunityFilter:
    """Narrow the filter to the product that was meant, whatever its case; else CommandError lists the products."""
    name = opportunities.find_product_spellings(context.scope, words)
    if name:
        return replace(wanted, products=name)
    raise CommandError(
        _explain_no_match("product", words, opportunities.list_products(context.scope, limit=MOST_NAMED + 1))
    )


def _explain_no_match(what: str, words: str, existing: list[str]) -> str:
    if not existing:
        return f"There is no {what} “{words}”, and no {what} at all."
    more = " …" if len(existing) > MOST_NAMED else ""
    return f"There is no {what} “{words}”. There are: {', '.join(existing[:MOST_NAMED])}{more}"
