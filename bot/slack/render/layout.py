"""Lays out an answer: its head, what stands below it, buttons, and the receipt of its figures."""

from __future__ import annotations

from collections.abc import Sequence

from bot.slack.payloads.button_value import ButtonCall, encode_button_value
from bot.slack.render.blocks import (
    Json,
    actions_block,
    button_element,
    context_block,
    fits_button,
    mrkdwn_section,
    rich_text_block,
    text_element,
)
from bot.slack.render.escaping import one_line
from bot.slack.render.figure_table import table_block
from bot.slack.render.limits import AnswerBlocks
from bot.slack.render.lines import render_lines
from bot.slack.render.paging import is_paged, next_page_button, page_heading, repeat_call, show_more_button
from bot.slack.render.record_actions import (
    IN_MENU,
    RecordAction,
    action_elements,
    action_from_button,
    actions_for_record,
    count_side_by_side,
    merge_actions,
)
from bot.slack.render.records import record_elements, record_rows, short_list
from commands.contract.reply import Record, Reply, ReplyState
from commands.values.phrases import cut_text
from commands.wording.list_pages import PAGE
from commands.wording.plain_text import format_receipt, get_reply_date, pair_with_lines, split_reply
from commands.wording.record_words import format_kind, format_record_name, name_in_list

BOLD = frozenset((ReplyState.ANSWERED, ReplyState.DONE, ReplyState.CONFIRM, ReplyState.CHOOSE))
# Buttons that are shown side by side even where their labels are long.
LEAST_VISIBLE = 3
# Characters of a label that a button shows on a phone beside a text.
LONGEST_LABEL = 40
SHOWABLE = frozenset(("lead", "contact", "account", "opportunity"))


def lay_out_answer(reply: Reply, *, shareable: bool = False) -> AnswerBlocks:
    """Lay out one reply without those in its `also`. A list is shown from its record `reply.start` on."""
    pages = is_paged(reply)
    shown = slice(reply.start, reply.start + PAGE) if pages else slice(None)
    body: list[Json] = [rich_text_block(text_element(_head_text(reply), bold=reply.state in BOLD))]
    body += _record_caption(reply)
    if reply.state is ReplyState.CHOOSE:
        body += _choice_rows(reply)
    number, first = 1 + (shown.start or 0), True
    for place, part in enumerate(split_reply(reply)):
        # Below a card stand the records that belong to it; they get no buttons, which would drown the card's own.
        belongs = reply.card and place > 0
        body += [rich_text_block(text_element(part.title, bold=True))] if part.title else []
        records = pair_with_lines(part)[shown]
        if belongs:
            body += short_list(records, number, kinds=part.kinds, today=get_reply_date(reply))
        else:
            body += record_rows(reply, records, number, kinds=part.kinds, today=get_reply_date(reply), buttons=first)
        # Only the first list of an answer has buttons below its records.
        first = first and not records
        number += len(part.records)
        body += [table_block(part.rows)] if part.rows else []
        body += render_lines(reply, part)
    next_page = next_page_button(reply) if pages else show_more_button(reply) if reply.parts else None
    return AnswerBlocks(
        tuple(body), (*actions_block(_answer_buttons(reply, next_page, shareable)), *_receipt_block(reply))
    )


def _head_text(reply: Reply) -> str:
    if reply.start and is_paged(reply):
        return page_heading(reply)
    return f"✅ {reply.head}" if reply.state is ReplyState.DONE else reply.head


def _record_caption(reply: Reply) -> list[Json]:
    """Name the record that a question is about, where it is one."""
    if reply.state is not ReplyState.CONFIRM or len(reply.records) != 1:
        return []
    (record,) = reply.records
    return [context_block(f"{format_kind(record.kind).capitalize()} {one_line(format_record_name(record))}")]


def _answer_buttons(reply: Reply, next_page: Json | None, shareable: bool) -> list[Json]:
    """Return the buttons and menus below the answer."""
    # Buttons about a record that is shown stand beside it; only the rest stands below the answer.
    attached = set() if reply.card else {record.id for part in split_reply(reply) for record in part.records}
    own = [action_from_button(each) for each in reply.buttons if each.arguments.get("name") not in attached]
    if reply.state is ReplyState.CONFIRM and reply.confirmation:
        return [*_confirm_buttons(reply.confirmation), *action_elements(own, visible=0)]
    found: list[Json] = [next_page] if next_page else []
    shared = repeat_call(reply, start=reply.start)
    if shareable and reply.command and reply.state is ReplyState.ANSWERED and fits_button(shared):
        found.append(button_element("Share here", "share", encode_button_value(shared)))
    if reply.card and reply.records:
        return [*action_elements(_card_actions(reply, own)), *found]
    if reply.records and not attached and len(reply.records) <= IN_MENU:
        return [*action_elements(merge_actions(_undo_first(own), _next_actions(reply.records))), *found]
    return [*action_elements(_undo_first(own), visible=count_side_by_side(own, LEAST_VISIBLE, found)), *found]


def _confirm_buttons(confirmation: str) -> list[Json]:
    """Build the buttons Confirm, Change and Cancel."""
    return [
        button_element("Confirm", "confirm", confirmation, "primary"),
        button_element("Change", "change", confirmation),
        button_element("Cancel", "cancel", confirmation),
    ]


def _choice_rows(reply: Reply) -> list[Json]:
    """Build a row for each record that may be meant, with a button to choose it."""
    kinds = len({each.kind for each in reply.choices}) > 1
    return [
        mrkdwn_section(
            record_elements(number, each, kinds=kinds),
            button_element(_label_choice(each, reply.choices), f"choose:{number}", f"{reply.confirmation}:{number}"),
        )
        for number, each in enumerate(reply.choices, 1)
    ]


def _label_choice(choice: Record, choices: Sequence[Record]) -> str:
    """Label the button of a choice with its name, and with its company where others have the same name."""
    alike = sum(each.name == choice.name for each in choices) > 1
    label = format_record_name(choice) if alike else name_in_list(choice)
    return cut_text(one_line(label), LONGEST_LABEL)


def _card_actions(reply: Reply, own: Sequence[RecordAction]) -> list[RecordAction]:
    """Order the actions of a card: two visible ones, with converting first where it is due, then the rest."""
    first = [each for each in own if each.call.verb == "convert_lead"]
    offered = actions_for_record(reply.records[0], shown=True)
    due = [each.id for each in reply.records[1:] if each.kind == "follow_up" and not each.fields.get("done_at")]
    ticks = [RecordAction("Follow-up done", ButtonCall("complete_follow_up", {"name": due[0]}))] if due else []
    shown = [*first, *offered][:2]
    return merge_actions([*shown, *ticks], [*first, *offered, *own])


def _next_actions(records: Sequence[Record]) -> list[RecordAction]:
    """Return the actions of the one record of an answer; for several records, to show each."""
    if len(records) == 1:
        return actions_for_record(records[0])
    kinds = [each.kind for each in records]
    return [
        RecordAction(f"Show {format_kind(each.kind) if kinds.count(each.kind) == 1 else each.name}", show)
        for each in records
        if each.id and each.kind in SHOWABLE
        for show in (ButtonCall("show_record", {"name": each.id}),)
    ]


def _undo_first(own: Sequence[RecordAction]) -> list[RecordAction]:
    return sorted(own, key=lambda each: each.call.verb != "undo")


def _receipt_block(reply: Reply) -> list[Json]:
    return [context_block(format_receipt(reply.receipt))] if reply.receipt else []
