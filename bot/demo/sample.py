"""The whole sample company: what it has, and the rows that an import takes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from random import Random
from zoneinfo import ZoneInfo

from bot.demo.days import Days
from bot.demo.deals import DealBook
from bot.demo.leads import LeadBook
from bot.demo.lives import Customer, Deal, End, LeadLife, Task
from bot.demo.names import Invention
from bot.demo.tasks import follow_ups

SEED = 20_150


@dataclass
class Sample:
    """Everything the company has at a moment."""

    days: Days
    leads: list[LeadLife]
    customers: list[Customer]
    deals: list[Deal]
    tasks: list[Task]

    @property
    def scored_at(self) -> tuple[datetime, datetime]:
        """When leads were scored: early yesterday and early today."""
        return self.days.at(self.days.yesterday, 5, 30), self.days.at(self.days.today, 5, 30)


def invent(now: datetime, zone: ZoneInfo) -> Sample:
    """The sample company as it stands at a moment. The same moment gives the same company."""
    days, dice = Days(now, zone), Random(SEED)
    invention = Invention(dice)
    leads = LeadBook(days, dice, invention).write()
    book = DealBook(days, dice, invention)
    book.write([lead for lead in leads if lead.end is End.CONVERTED])
    return Sample(days, leads, book.customers, book.deals, follow_ups(days, dice, leads, book.deals))
