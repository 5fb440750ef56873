"""Calls, emails and meetings: when they happened and what was said."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from bot.demo.days import Days, working
from bot.demo.firm import Product
from bot.demo.lives import QUOTE, Touch

FIRST_NOTES = (
    "Downloaded the cold room checklist",
    "Watched the product tour",
    "Read the page on inspections",
    "Signed up for the webinar",
)
CALLS = (
    ("Call", "No answer"),
    ("Call", "Left a voicemail"),
    ("Call about the number of sites", "Spoke"),
    ("Call about {product}", "Spoke"),
    ("Call about the last inspection", "Spoke"),
)
EMAILS = (
    ("Sent the {product} overview", "No reply yet"),
    ("Sent the case study", "No reply yet"),
    ("Answered questions about {product}", "Replied"),
    ("Sent prices for {product}", "Replied"),
)
MEETINGS = (
    ("Demo of {product}", "Held"),
    ("Meeting with the quality team", "Held"),
    ("Site visit", "Held"),
)


class Diary:
    """Makes up contact on working days in working hours."""

    def __init__(self, days: Days, dice: Random) -> None:
        self.days = days
        self.dice = dice

    def contact(
        self, first: date, last: date, count: int, product: Product, *, meeting: bool, quote: bool
    ) -> list[Touch]:
        """So many touches from one day to another, the last one on the last day; a meeting comes late."""
        span = max((last - first).days, 0)
        days = sorted(first + timedelta(days=self.dice.randint(0, span)) for _ in range(count - 1))
        days = [max(working(day, back=True), working(first)) for day in days]
        found = [self.touch(min(day, last), self._kind(), product) for day in days]
        found.append(self.touch(last, "meeting" if meeting else self._kind(), product))
        if quote:
            found.append(self.quote(days[0] if days else first))
        return sorted(found, key=lambda each: each.at)

    def touch(self, day: date, kind: str, product: Product) -> Touch:
        """One call, email or meeting on a day."""
        subject, outcome = self.dice.choice({"call": CALLS, "email": EMAILS, "meeting": MEETINGS}[kind])
        at = self.days.at(day, self.dice.randint(9, 16), self.dice.randrange(0, 60, 5))
        return Touch(at, kind, subject.format(product=product.name), outcome)

    def quote(self, day: date) -> Touch:
        """The person asked for a price; people do that in the evening too."""
        return Touch(self.days.at(day, self.dice.randint(17, 20), self.dice.randrange(60)), "note", QUOTE)

    def arrival(self, day: date) -> Touch:
        """What an inbound lead did first."""
        at = self.days.at(day, self.dice.randint(17, 21), self.dice.randrange(60))
        return Touch(at, "note", self.dice.choice(FIRST_NOTES))

    def _kind(self) -> str:
        return self.dice.choice(("call", "call", "email", "email", "email"))
