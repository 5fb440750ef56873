"""Records in a list: a few with buttons, many as one line each with a menu beside it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.slack.render.blocks import Json, actions, fits_menu, menu, paragraph, said, section
from bot.slack.render.offers import IN_MENU, Offer, elements, offer, offers_of, together
from bot.slack.render.words import cut, one_line
from commands.record_words import beside, facts, kind_words
from commands.reply import Record, Reply

FEW = 5
"""So many records get buttons below them; of more, each has a menu only, so that the list stays short."""
LONGEST = 280
MOST_SHORT = 10


def rows_of_records(
    reply: Reply, records: Sequence[tuple[Record, str]], number: int, kinds: bool, today: date | None
) -> list[Json]:
    """The records, numbered from `number` on, each with what it offers."""
    found: list[Json] = []
    few = len(records) <= FEW
    for place, (record, below) in enumerate(records, number):
        offers = _offers(reply, record)
        if few or not offers:
            found.append(paragraph(*line(place, record, below, kinds=kinds, today=today)))
            found += actions(elements(offers))
        else:
            found.append(_compact(place, record, below, offers, kinds, today))
    return found


def line(number: int, record: Record, below: str = "", *, kinds: bool = False, today: date | None = None) -> list[Json]:
    """A record as words: its number and name, what matters below it, then what was said about it."""
    who, around, matters = _words(record, kinds, today)
    found = [said(f"{number}. "), said(who, bold=True), said(around)]
    found += [said(f"\n{each}") for each in (matters, cut(one_line(below), LONGEST)) if each]
    return found


def short_list(records: Sequence[tuple[Record, str]], number: int, kinds: bool, today: date | None) -> list[Json]:
    """Records that belong to a card: a line each."""
    words: list[Json] = []
    for place, (record, below) in enumerate(records[:MOST_SHORT], number):
        words += [*([said("\n")] if words else []), *line(place, record, below, kinds=kinds, today=today)]
    return [paragraph(*words)] if words else []


def _compact(number: int, record: Record, below: str, offers: Sequence[Offer], kinds: bool, today: date | None) -> Json:
    who, around, matters = _words(record, kinds, today)
    text = "\n".join(each for each in (f"{number}. {who}{around}", matters, cut(one_line(below), LONGEST)) if each)
    able = [(each.label, each.call) for each in offers if fits_menu(each.call)][:IN_MENU]
    return section(text, menu(able) if able else None)


def _words(record: Record, kinds: bool, today: date | None) -> tuple[str, str, str]:
    """Name, title and company, and what matters of it."""
    name = one_line(record.name)
    who = f"{kind_words(record.kind)} {name}" if kinds else name
    around = "".join(f", {cut(one_line(each), LONGEST)}" for each in beside(record) if each.strip())
    matters = " · ".join(one_line(fact.text) for fact in facts(record, today))
    return cut(who, LONGEST), around, cut(matters, LONGEST)


def _offers(reply: Reply, record: Record) -> list[Offer]:
    """What the reply says of this record, then what its kind offers."""
    own = [offer(each) for each in reply.buttons if each.arguments.get("name") == record.id]
    return together(own, offers_of(record))
