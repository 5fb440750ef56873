"""The sample company's follow-ups: some due today, some late, most in the coming days, some done."""

from __future__ import annotations

from datetime import date
from itertools import cycle
from random import Random

from bot.demo.days import Days, working
from bot.demo.firm import HERO, OPEN_STAGES
from bot.demo.lives import Deal, LeadLife, Task

LEAD_NOTES = ("Call back about {product}", "Ask for the budget", "Send the case study", "Fix a date for the demo")
DUE = ("today", "late", "soon", "soon", "today", "soon", "late", "soon", "soon", "soon")


def follow_ups(days: Days, dice: Random, leads: list[LeadLife], deals: list[Deal]) -> list[Task]:
    """Follow-ups of leads in work and of open deals; a lead that was called has one more likely."""
    found: list[Task] = []
    turns: dict[str, cycle[str]] = {}
    for lead in leads:
        if lead.status in ("Contacted", "Qualified") and lead.ended_at is None and dice.random() < 0.5:
            when = next(turns.setdefault(lead.owner.name, _turns(lead.owner.name)))
            note = dice.choice(LEAD_NOTES).format(product=lead.product.name)
            found.append(Task(_due(days, dice, when), note, lead.owner, lead=lead))
        elif lead.status == "Contacted" or (lead.ended_at and dice.random() < 0.15):
            day = (lead.last_contact or lead.created_at).astimezone(days.zone).date()
            found.append(Task(working(day), "Call back", lead.owner, lead=lead, done=True))
    for deal in deals:
        if deal.stage in OPEN_STAGES and deal.next_step and dice.random() < 0.5:
            when = next(turns.setdefault(deal.owner.name, _turns(deal.owner.name)))
            found.append(Task(_due(days, dice, when), deal.next_step, deal.owner, deal=deal))
    return found


def _turns(owner: str) -> cycle[str]:
    """Not everyone has something to do today."""
    start = 0 if owner == HERO else len(owner) % len(DUE)
    return cycle(DUE[start:] + DUE[:start])


def _due(days: Days, dice: Random, when: str) -> date:
    match when:
        case "today":
            return days.today
        case "late":
            return days.ago(dice.randint(1, 6))
        case _:
            return days.ahead(dice.randint(1, 12))
