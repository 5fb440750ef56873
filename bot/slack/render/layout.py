"""How an answer is laid out: its head, what stands below it, what can be pressed, and where figures come from."""

from __future__ import annotations

from collections.abc import Sequence

from bot.slack.calls import Call
from bot.slack.render.blocks import Json, actions, button, lines, paragraph, press, said, small
from bot.slack.render.figures import table
from bot.slack.render.limits import Answer
from bot.slack.render.offers import Offer, elements, offer, offers_of, together
from bot.slack.render.paging import PAGE, more, page_words
from bot.slack.render.questions import choice_rows, confirm_buttons
from bot.slack.render.records import rows_of_records, short_list
from commands.plain import parts_of, receipt_words, records_of, shows_changes, today_of
from commands.reply import Part, Reply, State

BOLD = frozenset((State.ANSWERED, State.DONE, State.CONFIRM, State.CHOOSE))
MOST_VISIBLE = 3


def answer_of(reply: Reply, *, shareable: bool = False, start: int = 0) -> Answer:
    """A reply without those that belong to it."""
    pages = not (reply.parts or reply.card or shows_changes(reply))
    end = start + PAGE if pages else None
    body: list[Json] = [paragraph(said(_head(reply, start), bold=reply.state in BOLD))]
    if reply.state is State.CHOOSE:
        body += choice_rows(reply)
    number = 1
    for place, part in enumerate(parts_of(reply)):
        body += _part(reply, part, number, slice(start, end), belongs=reply.card and place > 0)
        number += len(part.records)
    next_page = more(reply, start) if pages else None
    return Answer(tuple(body), (*actions(_buttons(reply, next_page, start, shareable)), *_receipt(reply, start)))


def _head(reply: Reply, start: int) -> str:
    if start:
        return page_words(reply, start)
    return f"✅ {reply.head}" if reply.state is State.DONE else reply.head


def _part(reply: Reply, part: Part, number: int, shown: slice, *, belongs: bool) -> list[Json]:
    found = [paragraph(said(part.title, bold=True))] if part.title else []
    records = records_of(part)[shown]
    first = number + (shown.start or 0)
    if belongs:
        found += short_list(records, first, part.kinds, today_of(reply))
    else:
        found += rows_of_records(reply, records, first, part.kinds, today_of(reply))
    if part.rows:
        found.append(table(part.rows))
    return found + lines(part.lines)


def _buttons(reply: Reply, next_page: Json | None, start: int, shareable: bool) -> list[Json]:
    """What can be pressed below the answer."""
    attached = {record.id for part in parts_of(reply) for record in part.records}
    own = [offer(each) for each in reply.buttons if reply.card or each.arguments.get("name") not in attached]
    found: list[Json] = [next_page] if next_page else []
    if shareable and reply.command and reply.state is State.ANSWERED:
        shared = Call(reply.command, reply.arguments or {}, start=start)
        found.append(button("Share here", "share", press("", shared)["value"]))
    if reply.state is State.CONFIRM and reply.confirmation:
        return [*confirm_buttons(reply.confirmation), *elements(own, visible=0)]
    if reply.card and reply.records:
        return [*elements(_of_card(reply, own)), *found]
    return [*elements(_first_undo(own), visible=MOST_VISIBLE), *found]


def _of_card(reply: Reply, own: Sequence[Offer]) -> list[Offer]:
    return together(own, offers_of(reply.records[0], shown=True))


def _first_undo(own: Sequence[Offer]) -> list[Offer]:
    return sorted(own, key=lambda each: each.call.verb != "undo")


def _receipt(reply: Reply, start: int) -> list[Json]:
    return [small(receipt_words(reply.receipt))] if reply.receipt else []
