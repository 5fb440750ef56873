"""Records in a list: a few with buttons, many as one line each with a menu beside it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.slack.render.blocks import Json, actions, fits_menu, marked, menu, paragraph, said
from bot.slack.render.escaping import cut, one_line
from bot.slack.render.record_actions import IN_MENU, Offer, elements, offer, offers_of, together
from commands.contract.reply import Record, Reply
from commands.wording.record_words import beside, facts, kind_words

FEW = 5
"""So many records get buttons below them; of more, each has a menu only, so that the list stays short."""
LONGEST = 280
MOST_SHORT = 10
ARROW = " → "


def rows_of_records(
    reply: Reply,
    records: Sequence[tuple[Record, str]],
    number: int,
    *,
    kinds: bool,
    today: date | None,
    buttons: bool = True,
) -> list[Json]:
    """The records, numbered from `number` on, each with what it offers."""
    found: list[Json] = []
    few = buttons and len(records) <= FEW
    for place, (record, below) in enumerate(records, number):
        offers = _offers(reply, record)
        words = line(place, record, below, kinds=kinds, today=today, brief=not few)
        if few or not offers:
            found += [paragraph(*words), *actions(elements(offers))]
        else:
            able = [(each.label, each.call) for each in offers if fits_menu(each.call)][:IN_MENU]
            found.append(marked(words, menu(able) if able else None))
    return found


def short_list(records: Sequence[tuple[Record, str]], number: int, *, kinds: bool, today: date | None) -> list[Json]:
    """Records that belong to a card: a line each."""
    words: list[Json] = []
    for place, (record, below) in enumerate(records[:MOST_SHORT], number):
        words += [*([said("\n")] if words else []), *line(place, record, below, kinds=kinds, today=today)]
    left = len(records) - MOST_SHORT
    return [paragraph(*words, *([said(f"\n… and {left} more.")] if left > 0 else []))] if words else []


def line(
    number: int,
    record: Record,
    below: str = "",
    *,
    kinds: bool = False,
    today: date | None = None,
    brief: bool = False,
) -> list[Json]:
    """A record as words: its number and name, below it what matters, why it is there and what comes next.

    `brief` leaves out what a person is by title: in a long list the company says enough.
    """
    around = [cut(one_line(str(each)), LONGEST) for each in beside(record)]
    if brief and record.fields.get("company") and len(around) > 1:
        around = around[1:]
    matters = cut(" · ".join(one_line(fact.text) for fact in facts(record, today)), LONGEST)
    why, next_step = _apart(record, one_line(below))
    found = [said(f"{number}. {kind_words(record.kind)} " if kinds else f"{number}. ")]
    found += [
        said(cut(one_line(record.name), LONGEST), bold=True),
        said("".join(f", {each}" for each in around if each)),
    ]
    found += [said(f"\n{each}") for each in (matters, why) if each]
    return [*found, said(f"\n{ARROW.strip()} "), said(next_step, bold=True)] if next_step else found


def _apart(record: Record, below: str) -> tuple[str, str]:
    """Why a record is there, and its next step."""
    why, _, next_step = below.rpartition(ARROW) if ARROW in below else (below, "", "")
    if not below:
        next_step = one_line(str(record.fields.get("next_step") or ""))
    return cut(why, LONGEST), cut(next_step, LONGEST)


def _offers(reply: Reply, record: Record) -> list[Offer]:
    """What the reply says of this record, then what its kind offers."""
    own = [offer(each) for each in reply.buttons if each.arguments.get("name") == record.id]
    return together(sorted(own, key=lambda each: each.call.verb != "convert_lead"), offers_of(record))
