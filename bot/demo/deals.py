"""The sample company's customers and deals: what became of converted leads, and business with older customers."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import count, cycle
from random import Random

from bot.demo.contact import Diary
from bot.demo.days import Days, working
from bot.demo.firm import (
    HERO,
    INDUSTRIES,
    LOST_REASONS,
    OPEN_STAGES,
    PRODUCTS,
    REPS,
    SIZES,
    STAGE_STEPS,
    TITLES,
    Member,
    Product,
)
from bot.demo.leads import REGION_TURNS, fitting, list_price
from bot.demo.lives import ContactLife, Customer, Deal, LeadLife
from bot.demo.names import Invention

WON, LOST = "Closed Won", "Closed Lost"
OLD_CUSTOMERS_EACH = 5
CLOSING = {
    "Prospecting": (28, 110),
    "Qualification": (20, 80),
    "Needs Analysis": (12, 55),
    "Proposal": (5, 55),
    "Negotiation": (2, 25),
}
"""In how many days a deal of this stage is expected to close."""


class DealBook:
    """Makes up customers, their people and their deals."""

    def __init__(self, days: Days, dice: Random, invention: Invention, diary: Diary) -> None:
        self.days = days
        self.dice = dice
        self.invention = invention
        self.diary = diary
        self.customers: list[Customer] = []
        self.deals: list[Deal] = []
        self._regions = {team: cycle(regions) for team, regions in REGION_TURNS.items()}
        self._accounts, self._contacts, self._numbers = count(1), count(1), count(1)

    def write(self, converted: list[LeadLife]) -> None:
        """Everything, into `customers` and `deals`."""
        known = {rep.name: [self._old_customer(rep) for _ in range(OLD_CUSTOMERS_EACH)] for rep in REPS}
        for lead in converted:
            self._convert(lead)
        for rep in REPS:
            self._fill(rep, known[rep.name])
        self._deadlines()
        self._changes()

    def _convert(self, lead: LeadLife) -> None:
        assert lead.ended_at is not None
        person = self._contact(lead.first_name, lead.last_name, lead.title, lead)
        customer = Customer(f"A-{next(self._accounts):03d}", lead.firm, lead.owner, "Prospect", lead.ended_at, [person])
        self.customers.append(customer)
        lead.account, lead.contact = customer.key, person.key
        if self.dice.random() < 0.1:
            return
        age = self.days.since(lead.ended_at)
        closed = age > 100 or (age > 45 and self.dice.random() < 0.5)
        if closed:
            stage = WON if self.dice.random() < 0.52 * lead.owner.skill else LOST
            close = min(_after(lead.ended_at, self.dice.randint(25, 90)), self.days.last_working_day)
        else:
            stage = OPEN_STAGES[min(age // 12, 4)]
            close = self.days.ahead(self.dice.randint(*CLOSING[stage]))
        deal = self._deal(customer, person, lead.product, stage, (lead.ended_at, close))
        deal.source = lead.source.name
        lead.deal = deal.key

    def _contact(self, first: str, last: str, title: str, lead: LeadLife) -> ContactLife:
        assert lead.ended_at is not None
        return ContactLife(f"C-{next(self._contacts):03d}", first, last, title, lead.ended_at, lead.source.name)

    def _old_customer(self, rep: Member) -> Customer:
        region = next(self._regions[rep.team])
        size = self.dice.choices(SIZES, (2, 5, 4, 2))[0]
        firm = self.invention.firm(region, self.dice.choice(INDUSTRIES), round(self.dice.randint(*size), -1))
        known = self.days.at(self.days.ago(self.dice.randint(420, 900)), 11, self.dice.randrange(60))
        customer = Customer(f"A-{next(self._accounts):03d}", firm, rep, "Customer", known)
        for rank in self.dice.sample((0, 1, 2), self.dice.randint(1, 3)):
            first, last = self.invention.person(region)
            title = TITLES[rank][1] if rank == 0 else TITLES[rank][self.dice.randrange(2)]
            customer.contacts.append(ContactLife(f"C-{next(self._contacts):03d}", first, last, title, known))
        self.customers.append(customer)
        return customer

    def _fill(self, rep: Member, known: list[Customer]) -> None:
        """Deals with older customers, until the rep has a usual book of won, lost and open ones."""
        have = [deal.stage for deal in self.deals if deal.owner is rep]
        turns = cycle(known)
        closed: list[tuple[date, str]] = []
        for stage, wanted in ((WON, round(7 * rep.skill)), (LOST, round(6 / rep.skill))):
            missing = max(wanted - have.count(stage), 2)
            backs = (3 + int((place + self.dice.random()) / missing * 355) for place in range(missing))
            closed += [(self.days.ago(back), stage) for back in backs]
        for close, stage in sorted(closed):
            begun = working(close - timedelta(days=self.dice.randint(20, 110)), back=True)
            self._more(next(turns), stage, begun, close)
        for _ in range((8 if rep.name == HERO else 6) - sum(stage in OPEN_STAGES for stage in have)):
            stage = min(OPEN_STAGES, key=have.count)
            have.append(stage)
            begun = self.days.ago(15 + OPEN_STAGES.index(stage) * 16 + self.dice.randint(0, 20))
            self._more(next(turns), stage, begun, self.days.ahead(self.dice.randint(*CLOSING[stage])))

    def _more(self, customer: Customer, stage: str, begun: date, close: date) -> None:
        had = {deal.product for deal in self.deals if deal.customer is customer}
        fits = [fitting(self.dice, customer.firm) for _ in range(3)]
        product = next((each for each in (*fits, PRODUCTS[3]) if each not in had), fits[0])
        person = self.dice.choice(customer.contacts)
        self._deal(customer, person, product, stage, (self.days.at(begun, 10, self.dice.randrange(60)), close))

    def _deal(
        self, customer: Customer, person: ContactLife, product: Product, stage: str, life: tuple[datetime, date]
    ) -> Deal:
        begun, close = life
        price = list_price(product, customer.firm) * self.dice.uniform(0.8, 1.25) * (1.15 if stage == LOST else 1)
        deal = Deal(
            f"O-{next(self._numbers):03d}",
            self._name(customer, product),
            customer,
            person,
            customer.owner,
            product,
            round(price / 500) * 500,
            stage,
            begun,
            close,
            "New Business" if customer.type == "Prospect" else "Existing Business",
        )
        if stage == LOST:
            deal.lost_reason = self.dice.choice(LOST_REASONS)
        elif stage == WON:
            customer.type = "Customer"
        else:
            deal.next_step = self.dice.choice(STAGE_STEPS[stage])
        self._contact_about(deal)
        self.deals.append(deal)
        return deal

    def _name(self, customer: Customer, product: Product) -> str:
        """The customer and the product; what follows a deal on the same product says how."""
        first = f"{customer.firm.name} - {product.name}"
        taken = {deal.name for deal in self.deals}
        won = any(deal.stage == WON and deal.name == first for deal in self.deals)
        further = ("renewal", "expansion", "second site") if won else ("second offer", "third offer", "fourth offer")
        return next(name for name in (first, *(f"{first} {more}" for more in further)) if name not in taken)

    def _contact_about(self, deal: Deal) -> None:
        first = working(deal.created_at.astimezone(self.days.zone).date() + timedelta(days=2))
        if deal.stage in OPEN_STAGES:
            last = self.days.ago(self.dice.choice((1, 1, 2, 3, 4, 6, 9, 13, 20)))
        else:
            last = working(deal.close_date - timedelta(days=1), back=True)
        if first <= last:
            meeting = OPEN_STAGES.index(deal.stage) > 1 if deal.stage in OPEN_STAGES else self.dice.random() < 0.6
            deal.touches = self.diary.contact(
                first, last, self.dice.randint(2, 5), deal.product, meeting=meeting, quote=False
            )

    def _deadlines(self) -> None:
        """Wins of the last working day, deals that close within days, deals whose date has passed."""
        late = [deal for deal in self.deals if deal.stage in ("Proposal", "Negotiation")]
        own = [deal for deal in late if deal.owner.name == HERO]
        for deal, day in zip(own, (self.days.ahead(2), self.days.ago(4)), strict=False):
            deal.close_date = day
        for deal in [deal for deal in late if deal.owner.name != HERO][::6]:
            deal.close_date = self.days.ago(self.dice.randint(1, 9))

    def _changes(self) -> None:
        """What changed on the last working day: deals won and lost, and some that moved on."""
        for stage, before, mine in ((WON, "Negotiation", True), (WON, "Negotiation", False), (LOST, "Proposal", False)):
            ended = [deal for deal in self.deals if deal.stage == stage and (deal.owner.name == HERO) is mine]
            deal = max(ended, key=lambda each: each.close_date)
            deal.close_date, deal.before = self.days.last_working_day, before
        moving = [deal for deal in self.deals if deal.stage in OPEN_STAGES[2:]]
        own = [deal for deal in moving if deal.owner.name == HERO]
        for deal in (own[-1], *[deal for deal in moving if deal.owner.name != HERO][::9]):
            deal.before = OPEN_STAGES[OPEN_STAGES.index(deal.stage) - 1]


def _after(moment: datetime, days: int) -> date:
    return working(moment.date() + timedelta(days=days))
