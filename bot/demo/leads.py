"""The sample company's leads of the last year: so many of each source ended, converted, or are still open."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count, cycle
from math import ceil
from random import Random

from bot.demo.contact import Diary
from bot.demo.days import Days, working
from bot.demo.firm import HERO, INDUSTRIES, PRODUCTS, REPS, SIZES, SOURCES, TITLES, Industry, Member, Product, Source
from bot.demo.lives import QUOTE, End, LeadLife
from bot.demo.names import REGIONS, Firm, Invention

STATUS_TURNS = (
    "Open",
    "Contacted",
    "Open",
    "Qualified",
    "Contacted",
    "Open",
    "Contacted",
    "Open",
    "Contacted",
    "Qualified",
    "Open",
)
CLOSED_BECAUSE = ("No budget", "Not interested", "Too small", "Went with a competitor", "No answer after several tries")
TIMEFRAMES = ("within 3 months", "next quarter", "within 6 months")
REGION_TURNS = {
    team: [region for region in REGIONS if region.team == team] for team in dict.fromkeys(each.team for each in REGIONS)
}
WARM = 8
"""Whoever was called in so many days may ask for a price, or agree to meet."""
FRESH = ((1, 16, 50), (0, 7, 20), (1, 11, 40), (0, 6, 5), (1, 19, 35), (1, 14, 5), (1, 9, 25))
"""When the newest leads arrived: days ago, hour, minute."""


class LeadBook:
    """Makes up the leads. The same dice give the same people; only the dates follow today."""

    def __init__(self, days: Days, dice: Random, invention: Invention, diary: Diary) -> None:
        self.days = days
        self.dice = dice
        self.invention = invention
        self.diary = diary
        self._numbers = count(1)
        self._owners = cycle(REPS)
        self._open_owners = cycle(REPS)
        self._regions = {team: cycle(regions) for team, regions in REGION_TURNS.items()}
        self._statuses = cycle(STATUS_TURNS)

    def write(self) -> list[LeadLife]:
        """All leads, oldest first."""
        found = [lead for source in SOURCES for lead in (*self._finished(source), *self._open(source))]
        self._arrive_lately([lead for lead in found if lead.status == "Open" and lead.source.inbound])
        self._stir([lead for lead in found if lead.status == "Contacted"])
        self._qualify_lately([lead for lead in found if lead.status == "Qualified" and lead.end is End.NOT_YET])
        self._finish_lately([lead for lead in found if lead.end is End.CONVERTED])
        return sorted(found, key=lambda each: each.created_at)

    def _finished(self, source: Source) -> list[LeadLife]:
        found = [self._person(source, next(self._owners)) for _ in range(source.finished)]
        found.sort(key=self._leaning, reverse=True)
        for place, lead in enumerate(found):
            self._end(lead, End.CONVERTED if place < source.converted else End.CLOSED)
        return found

    def _open(self, source: Source) -> list[LeadLife]:
        found = [self._person(source, next(self._open_owners)) for _ in range(source.open)]
        for lead in found:
            lead.status = next(self._statuses)
            self._begin(lead)
        return found

    def _person(self, source: Source, owner: Member) -> LeadLife:
        region = next(self._regions[owner.team])
        industry = self.dice.choice(INDUSTRIES)
        rank = self.dice.choices((0, 1, 2), (3, 5, 3))[0]
        size = self.dice.choices(SIZES, (4, 5, 3, 1))[0]
        firm = self.invention.firm(region, industry, round(self.dice.randint(*size), -1))
        first, last = self.invention.person(region)
        return LeadLife(
            f"L-{next(self._numbers):03d}",
            first,
            last,
            self._title(rank, industry),
            rank,
            firm,
            source,
            owner,
            End.NOT_YET,
            "Open",
            fitting(self.dice, firm),
            self.days.now,
        )

    def _title(self, rank: int, industry: Industry) -> str:
        fits = [
            title
            for title in TITLES[rank]
            if ("Pharmacy" not in title or industry.name in ("Pharmacy", "Hospitals"))
            and ("Laboratory" not in title or industry.name in ("Laboratories", "Hospitals", "Food Production"))
        ]
        return self.dice.choice(fits)

    def _leaning(self, lead: LeadLife) -> float:
        grown = SIZES.index(next(size for size in SIZES if lead.firm.employees <= size[1])) * 0.35
        return lead.firm.industry.pull + grown - lead.rank * 0.45 + self.dice.gauss(0, 0.9)

    def _end(self, lead: LeadLife, end: End) -> None:
        converted = end is End.CONVERTED
        ended = self.days.ago(self.dice.randint(2, 330))
        quiet = (
            self.dice.choice((0, 1, 1, 2, 3, 4, 5, 7, 9, 13))
            if converted
            else self.dice.choice((2, 4, 7, 9, 12, 14, 18, 24, 32, 40))
        )
        last = working(ended - timedelta(days=quiet), back=True)
        first = working(last - timedelta(days=self.dice.randint(12, 75) if converted else self.dice.randint(2, 45)))
        first = min(first, last)
        self._arrive(lead, working(first - timedelta(days=self.dice.randint(1, 4)), back=True))
        lead.end, lead.status = end, "Qualified" if converted else "Unqualified"
        lead.ended_at = self.days.at(ended, 17, self.dice.randrange(60))
        lead.touches += self.diary.contact(
            first,
            last,
            self.dice.randint(3, 7) if converted else self.dice.randint(1, 4),
            lead.product,
            meeting=self._chance(0.7 if converted else 0.35),
            quote=self._chance(0.55 if converted else 0.15),
        )
        if converted:
            self._qualify(lead)
        else:
            lead.closed_because = self.dice.choice(CLOSED_BECAUSE)

    def _begin(self, lead: LeadLife) -> None:
        match lead.status:
            case "Open":
                self._arrive(lead, self.days.ago(self.dice.choice((2, 3, 4, 5, 6, 8, 9, 12, 16, 23, 38))))
                if lead.source.inbound and self._chance(0.2):
                    lead.touches.append(self.diary.quote(lead.created_at.astimezone(self.days.zone).date()))
                return
            case "Contacted":
                quiet, shares = self.dice.choice((1, 2, 3, 5, 6, 8, 10, 11, 16, 17, 18, 23, 29, 36)), (0.25, 0.2)
            case _:
                quiet, shares = self.dice.choice((1, 2, 3, 4, 5, 6, 7, 10, 11)), (0.8, 0.45)
                self._qualify(lead)
        last = self.days.ago(quiet)
        first = min(working(last - timedelta(days=self.dice.randint(2, 40))), last)
        self._arrive(lead, working(first - timedelta(days=self.dice.randint(1, 4)), back=True))
        touches = self.dice.randint(1, 4) if lead.status == "Contacted" else self.dice.randint(3, 6)
        lead.touches += self.diary.contact(
            first, last, touches, lead.product, meeting=self._chance(shares[0]), quote=self._chance(shares[1])
        )

    def _arrive(self, lead: LeadLife, day: date) -> None:
        lead.created_at = self.days.at(day, self.dice.randint(9, 16), self.dice.randrange(60))
        if lead.source.inbound:
            lead.touches.append(self.diary.arrival(day))

    def _qualify(self, lead: LeadLife) -> None:
        wanted = list_price(lead.product, lead.firm)
        lead.budget = ceil(wanted * self.dice.uniform(0.8, 1.2) / 1000) * 1000
        lead.timeframe = self.dice.choice(TIMEFRAMES) if self._chance(0.8) else None

    def _arrive_lately(self, candidates: list[LeadLife]) -> None:
        """A few leads came in since yesterday, the last of them early today."""
        for lead, (back, hour, minute) in zip(_hero_first(candidates), FRESH, strict=False):
            lead.created_at = self.days.at(self.days.today - timedelta(days=back), hour, minute)
            lead.touches.clear()

    def _stir(self, candidates: list[LeadLife]) -> None:
        """Some leads asked for a price yesterday, some had their first meeting on the last working day."""
        warm = self.days.at(self.days.ago(WARM), 0)
        candidates = [lead for lead in candidates if lead.last_contact and lead.last_contact > warm]
        asking = [lead for lead in candidates if all(each.subject != QUOTE for each in lead.touches)]
        asking = _hero_first(asking)[:12]
        for lead in asking:
            lead.touches.append(self.diary.quote(self.days.yesterday))
        for lead in _hero_first([lead for lead in candidates if lead not in asking])[:9]:
            lead.touches.append(self.diary.touch(self.days.last_working_day, "meeting", lead.product))

    def _qualify_lately(self, candidates: list[LeadLife]) -> None:
        """Some leads were found to be qualified on the last working day, when they were met or called."""
        fresh = [lead for lead in candidates if lead.last_contact and self.days.since(lead.last_contact) <= WARM]
        for lead in _hero_first(fresh)[:4]:
            lead.touches.append(self.diary.touch(self.days.last_working_day, "call", lead.product))
            lead.before = "Contacted"

    def _finish_lately(self, candidates: list[LeadLife]) -> None:
        """Two conversions happened on the last working day."""
        latest = sorted(candidates, key=lambda each: each.ended_at or self.days.now, reverse=True)
        for lead in latest[:2]:
            lead.ended_at = self.days.at(self.days.last_working_day, 17, 10)

    def _chance(self, share: float) -> bool:
        return self.dice.random() < share


def fitting(dice: Random, firm: Firm) -> Product:
    """The product a company of this industry asks about."""
    watch, fleet, audit, _ = PRODUCTS
    match firm.industry.name:
        case "Transport":
            return fleet
        case "Pharmacy" | "Hospitals" | "Laboratories":
            return dice.choice((watch, audit, audit))
        case _:
            return dice.choice((watch, watch, fleet, audit))


def list_price(product: Product, firm: Firm) -> float:
    """A product's price for a company of this size."""
    factors = zip(SIZES, (0.5, 1.0, 2.2, 4.5), strict=True)
    return product.price * next(factor for size, factor in factors if firm.employees <= size[1])


def _hero_first(leads: list[LeadLife]) -> list[LeadLife]:
    """Two of the hero's in front, then everyone's mixed."""
    own = [lead for lead in leads if lead.owner.name == HERO][:2]
    return own + [lead for lead in leads[::2] if lead not in own]
