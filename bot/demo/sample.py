"""The whole sample company: what it has, and the rows that an import takes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from random import Random
from zoneinfo import ZoneInfo

from bot.demo.contact import Diary
from bot.demo.days import Days
from bot.demo.deals import DealBook
from bot.demo.firm import OPEN_STAGES
from bot.demo.leads import LeadBook
from bot.demo.lives import Customer, Deal, End, LeadLife, Task
from bot.demo.names import Invention
from bot.demo.tasks import follow_ups

SEED = 7


@dataclass
class Sample:
    """Everything the company has at a moment."""

    days: Days
    leads: list[LeadLife]
    customers: list[Customer]
    deals: list[Deal]
    tasks: list[Task]

    @property
    def scored_at(self) -> tuple[datetime, ...]:
        """When leads were scored: early on the last working day, yesterday and today."""
        nights = sorted({self.days.last_working_day, self.days.yesterday, self.days.today})
        return tuple(self.days.at(night, 5, 30) for night in nights)

    @property
    def digest_at(self) -> datetime:
        """When everyone got the last morning digest."""
        return self.days.at(self.days.last_working_day, 8, 30)


def invent(now: datetime, zone: ZoneInfo) -> Sample:
    """The sample company as it stands at a moment: the same moment, the same company.

    Leads and customers are the same people on any day, and only their dates follow today: what depends on
    dates has dice of its own.
    """
    days = Days(now, zone)
    invention, diary = Invention(Random(SEED)), Diary(days, Random(SEED))
    leads = LeadBook(days, Random(SEED), invention, diary).write()
    book = DealBook(days, Random(SEED), invention, diary)
    book.write([lead for lead in leads if lead.end is End.CONVERTED])
    _colleagues(leads, book)
    tasks = follow_ups(days, Random(SEED), leads, book.deals)
    return Sample(days, leads, book.customers, book.deals, tasks)


def _colleagues(leads: list[LeadLife], book: DealBook) -> None:
    """One lead of each rep, where it can be, works for a customer with an open deal: a case to join it."""
    busy = {deal.customer.key: deal.customer for deal in book.deals if deal.stage in OPEN_STAGES}
    settled: set[str] = set()
    for lead in leads:
        if lead.ended_at is None and lead.status == "Contacted" and lead.owner.name not in settled:
            for customer in busy.values():
                if customer.owner is lead.owner and customer.firm.region is lead.firm.region:
                    lead.firm = customer.firm
                    settled.add(lead.owner.name)
                    break
