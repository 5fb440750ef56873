"""The sample company as rows with the field names of an import (DESIGN.md section 7)."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random
from typing import Any

from bot.demo.firm import CURRENCY, DOMAIN, PEOPLE, Member
from bot.demo.lives import ContactLife, Customer, Deal, End, LeadLife, Task, Touch
from bot.demo.names import Invention, address
from bot.demo.rule import Rule
from bot.demo.sample import SEED, Sample

Row = dict[str, Any]


def rows_of(sample: Sample) -> dict[str, list[Row]]:
    """All rows by kind, in the order in which references are resolved."""
    write = _Writing(sample)
    return {
        "user": [write.user(member) for member in PEOPLE],
        "account": [write.account(each) for each in sample.customers],
        "contact": [write.contact(each, person) for each in sample.customers for person in each.contacts],
        "opportunity": [write.deal(each) for each in sample.deals],
        "lead": [write.lead(each) for each in sample.leads],
        "activity": [*write.touches()],
        "follow_up": [write.task(number, each) for number, each in enumerate(sample.tasks, 1)],
        "score": [*write.scores()],
    }


def email_of(name: str) -> str:
    """The address of one of the company's people."""
    first, last = name.split()
    return address(first, last, DOMAIN)


class _Writing:
    def __init__(self, sample: Sample) -> None:
        self.sample = sample
        self.invention = Invention(Random(SEED))

    def user(self, member: Member) -> Row:
        first, last = member.name.split()
        return {
            "external_id": member.key,
            "name": member.name,
            "first_name": first,
            "last_name": last,
            "email": email_of(member.name),
            "manager": member.manager,
            "role": member.role,
            "team": member.team,
        }

    def account(self, customer: Customer) -> Row:
        firm = customer.firm
        return {
            "external_id": customer.key,
            "name": firm.name,
            "website": f"https://www.{firm.domain}",
            "industry": firm.industry.name,
            "employees": firm.employees,
            "phone": self.invention.phone(firm.region),
            "type": customer.type,
            "city": firm.city,
            "country": firm.region.country,
            "owner": customer.owner.key,
            "created_at": customer.created_at,
        }

    def contact(self, customer: Customer, person: ContactLife) -> Row:
        return {
            "external_id": person.key,
            "first_name": person.first_name,
            "last_name": person.last_name,
            "account": customer.key,
            "title": person.title,
            "email": address(person.first_name, person.last_name, customer.firm.domain),
            "phone": self.invention.phone(customer.firm.region),
            "city": customer.firm.city,
            "country": customer.firm.region.country,
            "source": person.source,
            "owner": customer.owner.key,
            "created_at": person.created_at,
        }

    def deal(self, deal: Deal) -> Row:
        return {
            "external_id": deal.key,
            "name": deal.name,
            "account": deal.customer.key,
            "contact": deal.contact.key,
            "amount": deal.amount,
            "currency": CURRENCY,
            "stage": deal.before or deal.stage,
            "close_date": deal.close_date,
            "created_at": deal.created_at,
            "source": deal.source,
            "owner": deal.owner.key,
            "next_step": deal.next_step,
            "lost_reason": None if deal.before else deal.lost_reason,
            "type": deal.type,
            "product": deal.product.name,
        }

    def lead(self, lead: LeadLife) -> Row:
        firm = lead.firm
        asked = lead.budget is not None or lead.status == "Contacted"
        return {
            "external_id": lead.key,
            "first_name": lead.first_name,
            "last_name": lead.last_name,
            "company": firm.name,
            "title": lead.title,
            "email": address(lead.first_name, lead.last_name, firm.domain),
            "phone": self.invention.phone(firm.region),
            "website": f"https://www.{firm.domain}",
            "industry": firm.industry.name,
            "employees": firm.employees,
            "city": firm.city,
            "country": firm.region.country,
            "source": lead.source.name,
            "status": lead.before or lead.status,
            "owner": lead.owner.key,
            "created_at": lead.created_at,
            "last_activity_at": lead.last_contact,
            "converted": lead.end is End.CONVERTED,
            "converted_at": lead.ended_at if lead.end is End.CONVERTED else None,
            "converted_account": lead.account,
            "converted_contact": lead.contact,
            "converted_opportunity": lead.deal,
            "product_interest": lead.product.name if asked else None,
            "description": lead.closed_because,
            "budget": f"{lead.budget:,}" if lead.budget else None,
            "timeframe": lead.timeframe,
        }

    def touches(self) -> Iterable[Row]:
        for lead in self.sample.leads:
            about = {
                "lead": lead.key,
                "contact": lead.contact,
                "account": lead.account,
                "opportunity": lead.deal,
                "owner": lead.owner.key,
            }
            yield from self._about(lead.key, lead.touches, about)
        for deal in self.sample.deals:
            about = {
                "opportunity": deal.key,
                "contact": deal.contact.key,
                "account": deal.customer.key,
                "owner": deal.owner.key,
            }
            yield from self._about(deal.key, deal.touches, about)

    def _about(self, key: str, touches: list[Touch], about: Row) -> Iterable[Row]:
        for number, touch in enumerate(touches, 1):
            yield {
                "external_id": f"{key}-{number}",
                "kind": touch.kind,
                "subject": touch.subject,
                "outcome": touch.outcome,
                "at": touch.at,
                **about,
            }

    def task(self, number: int, task: Task) -> Row:
        return {
            "external_id": f"F-{number:03d}",
            "due": task.due,
            "note": task.note,
            "lead": task.lead and task.lead.key,
            "opportunity": task.deal and task.deal.key,
            "owner": task.owner.key,
            "done": task.done,
        }

    def scores(self) -> Iterable[Row]:
        """Every lead that was open at the time, as it was judged then."""
        rule = Rule(self.sample.leads, self.sample.scored_at[0])
        for at in self.sample.scored_at:
            for lead in self.sample.leads:
                if lead.created_at < at and (lead.ended_at is None or lead.ended_at >= at):
                    verdict = rule.judge(lead, at)
                    yield {
                        "lead": lead.key,
                        "score": verdict.score,
                        "probability": verdict.probability,
                        "as_of": at,
                        "reasons": {"raises": [*verdict.raises], "lowers": [*verdict.lowers]},
                    }
