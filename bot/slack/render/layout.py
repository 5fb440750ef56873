"""How an answer is laid out: its head, what stands below it, what can be pressed, and where figures come from."""

from __future__ import annotations

from collections.abc import Sequence

from bot.slack.payloads.button_value import Call, written
from bot.slack.render.blocks import Json, actions, button, fits, paragraph, said, small
from bot.slack.render.confirmation import choice_rows, confirm_buttons
from bot.slack.render.escaping import one_line
from bot.slack.render.figure_table import table
from bot.slack.render.limits import Answer
from bot.slack.render.lines import lines_of
from bot.slack.render.paging import PAGE, again, longer, more, page_words, paged
from bot.slack.render.record_actions import IN_MENU, Offer, elements, offer, offers_of, side_by_side, together
from bot.slack.render.records import rows_of_records, short_list
from commands.contract.reply import Record, Reply, State
from commands.wording.plain_text import parts_of, receipt_words, records_of, today_of
from commands.wording.record_words import called, kind_words

BOLD = frozenset((State.ANSWERED, State.DONE, State.CONFIRM, State.CHOOSE))
LEAST_VISIBLE = 3
SHOWABLE = frozenset(("lead", "contact", "account", "opportunity"))


def answer_of(reply: Reply, *, shareable: bool = False, start: int = 0) -> Answer:
    """A reply without those that belong to it."""
    pages = paged(reply)
    shown = slice(start, start + PAGE) if pages else slice(None)
    body: list[Json] = [paragraph(said(_head(reply, start), bold=reply.state in BOLD))]
    body += _about(reply)
    if reply.state is State.CHOOSE:
        body += choice_rows(reply)
    number, first = 1 + (shown.start or 0), True
    for place, part in enumerate(parts_of(reply)):
        belongs = reply.card and place > 0
        body += [paragraph(said(part.title, bold=True))] if part.title else []
        records = records_of(part)[shown]
        if belongs:
            body += short_list(records, number, kinds=part.kinds, today=today_of(reply))
        else:
            body += rows_of_records(reply, records, number, kinds=part.kinds, today=today_of(reply), buttons=first)
        first = first and not records
        number += len(part.records)
        body += [table(part.rows)] if part.rows else []
        body += lines_of(reply, part)
    next_page = more(reply, start) if pages else longer(reply) if reply.parts else None
    return Answer(tuple(body), (*actions(_buttons(reply, next_page, start, shareable)), *_receipt(reply)))


def _head(reply: Reply, start: int) -> str:
    if start and paged(reply):
        return page_words(reply, start)
    return f"✅ {reply.head}" if reply.state is State.DONE else reply.head


def _about(reply: Reply) -> list[Json]:
    """Under a question about one record: which one it is."""
    if reply.state is not State.CONFIRM or len(reply.records) != 1:
        return []
    (record,) = reply.records
    return [small(f"{kind_words(record.kind).capitalize()} {one_line(called(record))}")]


def _buttons(reply: Reply, next_page: Json | None, start: int, shareable: bool) -> list[Json]:
    """What can be pressed below the answer."""
    attached = set() if reply.card else {record.id for part in parts_of(reply) for record in part.records}
    own = [offer(each) for each in reply.buttons if each.arguments.get("name") not in attached]
    if reply.state is State.CONFIRM and reply.confirmation:
        return [*confirm_buttons(reply.confirmation), *elements(own, visible=0)]
    found: list[Json] = [next_page] if next_page else []
    shared = again(reply, start=start)
    if shareable and reply.command and reply.state is State.ANSWERED and fits(shared):
        found.append(button("Share here", "share", written(shared)))
    if reply.card and reply.records:
        return [*elements(_of_card(reply, own)), *found]
    if reply.records and not attached and len(reply.records) <= IN_MENU:
        return [*elements(together(_first_undo(own), _next(reply.records))), *found]
    return [*elements(_first_undo(own), visible=side_by_side(own, LEAST_VISIBLE, found)), *found]


def _of_card(reply: Reply, own: Sequence[Offer]) -> list[Offer]:
    """Converting first where it is due; a follow-up that can be ticked off; what else the record offers."""
    first = [each for each in own if each.call.verb == "convert_lead"]
    offered = offers_of(reply.records[0], shown=True)
    due = [each.id for each in reply.records[1:] if each.kind == "follow_up" and not each.fields.get("done_at")]
    ticks = [Offer("Follow-up done", Call("complete_follow_up", {"name": due[0]}))] if due else []
    shown = [*first, *offered][:2]
    return together([*shown, *ticks], [*first, *offered, *own])


def _next(records: Sequence[Record]) -> list[Offer]:
    """What an answer about one record offers; of several, to look at each."""
    if len(records) == 1:
        return offers_of(records[0])
    kinds = [each.kind for each in records]
    return [
        Offer(f"Show {kind_words(each.kind) if kinds.count(each.kind) == 1 else each.name}", show)
        for each in records
        if each.id and each.kind in SHOWABLE
        for show in (Call("show_record", {"name": each.id}),)
    ]


def _first_undo(own: Sequence[Offer]) -> list[Offer]:
    return sorted(own, key=lambda each: each.call.verb != "undo")


def _receipt(reply: Reply) -> list[Json]:
    return [small(receipt_words(reply.receipt))] if reply.receipt else []
