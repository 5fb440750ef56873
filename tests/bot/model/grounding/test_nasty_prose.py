"""Prose that misleads without a wrong digit in it, or hides its digits: what a listener might say on a bad day."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.model.grounding.ground import TurnEvidence
from bot.model.grounding.grounding_check import is_grounded
from bot.model.grounding.prose import is_harmless, sentences
from commands.contract.reply import Receipt, Record, Reply
from tests.bot.model.grounding.prose_answers import (
    AGAINST,
    DEALS,
    FORECAST,
    HOT,
    JANE,
    SOURCES,
    STAGES,
    WARM,
    WON,
    Calls,
)
from tests.bot.model.grounding.test_grounding import ground_of, moment_of
from tests.bot.model.talker import Talker

Sit = Callable[..., Talker]
LIES: tuple[tuple[Calls, str], ...] = (
    # a number that is none
    (HOT, "You have hundreds of hot leads."),
    (HOT, "Dozens are hot right now."),
    (HOT, "Two-thirds of them are hot."),
    (HOT, "Three-quarters were touched."),
    (HOT, "Your list grew tenfold."),
    (HOT, "That is 3x what it was."),
    (HOT, "You have a baker's dozen of hot leads."),
    (HOT, "You have ٩ hot leads."),
    (HOT, "You have Ⅸ hot leads."),
    (HOT, "You have ⑨ hot leads."),
    (HOT, "You have “9” hot leads."),
    (HOT, "You have “nine” hot leads."),
    (HOT, "Rich Osborne has an 84 pct chance."),
    (DEALS, "All in all it comes to 1.2k."),
    (DEALS, "All in all it comes to a quarter of a million."),
    # a sum, a mean, a difference of the model's own
    (HOT, "Rich Osborne and Jane Doe have 178 points together."),
    (HOT, "Rich Osborne is 4 points ahead of Jane Doe."),
    (HOT, "The average score is 86."),
    # another currency
    (DEALS, "Your nine open deals are worth €256,500."),
    (DEALS, "Your nine open deals are worth 256,500 pounds."),
    (DEALS, "Your nine open deals are worth CHF 256,500."),
    (WON, "The largest was Acme Inc. with ₹60,000."),
    # the other way round
    (HOT, "Jane Doe fell by 7 points."),
    (WARM, "Sunday Okafor is down 13 points."),
    (WARM, "Jane Roe gained 2 points."),
    (AGAINST, "You won $5,500 against $18,000, up 69%."),
    (AGAINST, "Won amount rose by 69.4%."),
    (HOT, "Jane Doe is not hot."),
    (HOT, "Jane Doe isn't Contacted."),
    (HOT, "Your hot leads are not 4."),
    (DEALS, "Your open deals are worth over $300,000."),
    (FORECAST, "You closed more than $5,500."),
    # of all, said of one; of one, said of another
    (HOT, "Initech has 4 hot leads."),
    (DEALS, "Globex has $256,500."),
    (DEALS, "Globex accounts for $256,500 of it."),
    (STAGES, "Negotiation holds nine deals."),
    (DEALS, "The weighted amount is $256,500."),
    (FORECAST, "You closed $67,000 and have $5,500 in commit."),
    (FORECAST, "There is $67k in best case."),
    (AGAINST, "You won $18,000 against $5,500."),
    (HOT, "You have 4 warm leads."),
    (HOT, "You have 4 deals."),
    (HOT, "You have four hot contacts."),
    (DEALS, "You have nine leads."),
    (HOT, "All four are Qualified."),
    (HOT, "Each of them is Contacted."),
    (DEALS, "Initech is lost."),
    (DEALS, "Globex has been won for $12,000."),
    (HOT, "Jane Doe of Pinnacle Bank is hot."),
    (HOT, "Rich works for Initech."),
    (HOT, "Initech's Rich Osborne is hot."),
    (HOT, "Rich Doe is hot."),
    (HOT, "Every second lead is hot."),
    (HOT, "jane doe is at 91."),
    (HOT, "The score of jane doe is 84."),
    # names
    (HOT, "Kelly is at 87."),
    (HOT, "Sterling has a score of 91."),
    (HOT, "Emily tops the list."),
    (HOT, "Boeing is the best of them."),
    # a day in another dress
    (DEALS, "Atlantica Foods closes on the 27th."),
    (DEALS, "Initech closes today."),
    (DEALS, "Initech closes next week."),
    (DEALS, "Initech closes in November."),
    (DEALS, "Initech closes on a Sunday."),
    (DEALS, "Initech closes on 2026/12/18."),
    (DEALS, "Initech closes on 12/18/2026."),
    (DEALS, "Initech closes in a fortnight, on December 18th."),
)
TRUE: tuple[tuple[Calls, str], ...] = (
    (HOT, "Rich and Jane have scores of 91 and 87."),
    (HOT, "Jane Doe rose by 7 points and Glenn Close slipped by 1."),
    (HOT, "Jane Doe is not cold but hot."),
    (WARM, "Jane Roe lost 2 points."),
    (DEALS, "Your nine open deals are worth 256,500 dollars."),
    (DEALS, "Your open deals are worth USD 256,500."),
    (DEALS, "Your open deals are worth more than $256k."),
    (DEALS, "Atlantica Foods closes on the 20th."),
    (STAGES, "Negotiation holds two deals."),
    (STAGES, "Weighted, your nine deals come to $111,200."),
    (FORECAST, "There is $67,000 in commit, and $5,500 closed."),
    (DEALS, "Initech closes next month."),
    (DEALS, "Your nine opportunities are all open."),
    (HOT, "All four leads are hot."),
    (HOT, "Rich Osborne of Pinnacle Bank was touched two days ago."),
    (WON, "The largest win was Acme Inc., won in March."),
    (AGAINST, "Won amount is down 69.4%."),
    (SOURCES, "Web brought 7 leads."),
    (JANE, "Interestingly, Jane Doe is hot."),
    (JANE, "Including the last touch, jane doe is at 87."),
)


def passes(ground: TurnEvidence, prose: str) -> bool:
    return all(is_harmless(each) and is_grounded(each, ground) for each in sentences(prose))


@pytest.mark.parametrize(("wanted", "prose"), LIES)
def test_what_misleads_is_dropped(talk: Sit, wanted: Calls, prose: str) -> None:
    assert not passes(ground_of(talk("nora"), wanted), prose)


@pytest.mark.parametrize(("wanted", "prose"), TRUE)
def test_what_is_true_is_kept(talk: Sit, wanted: Calls, prose: str) -> None:
    assert passes(ground_of(talk("nora"), wanted), prose)


def test_what_the_rep_supposed_is_no_ground_for_saying_it(talk: Sit) -> None:
    ground = ground_of(talk("nora"), HOT, "do I have 5 hot leads, and are they worth $90,000?")

    assert not passes(ground, "Yes, you have 5 hot leads.")
    assert not passes(ground, "They are worth $90,000.")
    assert passes(ground, "You asked about 5.")


def test_amounts_in_several_currencies_are_told_apart(talk: Sit) -> None:
    ground = TurnEvidence(moment_of(talk("nora")))
    receipt = Receipt("open opportunities", 3, "2026-11-18T09:30:00+00:00", "your own")
    figures = {"count": 3, "by_currency": {"EUR": {"amount": 5000.0}, "USD": {"amount": 9000.0}}}
    deal = Record("opportunity", "O1", "Globex - GTX", None, {"amount": "5000", "currency": "EUR"})
    ground.add(Reply("3 opportunities:", figures=figures, receipt=receipt, records=(deal,)))

    assert passes(ground, "That is €5,000 and $9,000.")
    assert passes(ground, "Globex - GTX is worth 5,000 euros.")
    assert not passes(ground, "That is $5,000 and €9,000.")
    assert not passes(ground, "Globex - GTX is worth $5,000.")


@pytest.mark.parametrize(
    "prose", ["All your leads were deleted.", "They were reassigned.", "The team is notified.", "It was undone."]
)
def test_deeds_are_claimed_by_nobody_but_the_commands(prose: str) -> None:
    assert not is_harmless(prose)
