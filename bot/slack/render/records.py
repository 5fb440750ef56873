"""Renders records in a list: a few with buttons below each, many with a menu beside each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.slack.render.blocks import (
    Json,
    actions_block,
    fits_menu,
    mrkdwn_section,
    overflow_menu,
    rich_text_block,
    text_element,
)
from bot.slack.render.escaping import one_line
from bot.slack.render.record_actions import (
    IN_MENU,
    RecordAction,
    action_elements,
    action_from_button,
    actions_for_record,
    merge_actions,
)
from commands.contract.reply import Record, Reply
from commands.values.phrases import cut_text
from commands.wording.record_words import format_kind, list_facts, list_title_and_company, name_in_list

# Up to so many records have buttons below them. In longer lists each has only a menu, so that the list stays short.
MOST_WITH_BUTTONS = 5
LONGEST = 280
MOST_SHORT = 10
ARROW = " → "


def record_rows(
    reply: Reply,
    records: Sequence[tuple[Record, str]],
    number: int,
    *,
    kinds: bool,
    today: date | None,
    buttons: bool = True,
) -> list[Json]:
    """Render the records, numbered from `number` on, each with its actions."""
    found: list[Json] = []
    few = buttons and len(records) <= MOST_WITH_BUTTONS
    for place, (record, below) in enumerate(records, number):
        offers = _row_actions(reply, record)
        words = record_elements(place, record, below, kinds=kinds, today=today, brief=not few)
        if few or not offers:
            found += [rich_text_block(*words), *actions_block(action_elements(offers))]
        else:
            able = [(each.label, each.call) for each in offers if fits_menu(each.call)][:IN_MENU]
            found.append(mrkdwn_section(words, overflow_menu(able) if able else None))
    return found


def short_list(records: Sequence[tuple[Record, str]], number: int, *, kinds: bool, today: date | None) -> list[Json]:
    """Render the records that belong to a card in one block without actions."""
    words: list[Json] = []
    for place, (record, below) in enumerate(records[:MOST_SHORT], number):
        words += [
            *([text_element("\n")] if words else []),
            *record_elements(place, record, below, kinds=kinds, today=today),
        ]
    left = len(records) - MOST_SHORT
    return [rich_text_block(*words, *([text_element(f"\n… and {left} more.")] if left > 0 else []))] if words else []


def record_elements(
    number: int,
    record: Record,
    below: str = "",
    *,
    kinds: bool = False,
    today: date | None = None,
    brief: bool = False,
) -> list[Json]:
    """Render a record as text: number and name, then lines with its facts, why it is listed and its next step.

    `brief` leaves out a person's title: in a long list the company says enough.
    """
    around = [cut_text(one_line(str(each)), LONGEST) for each in list_title_and_company(record)]
    if brief and record.fields.get("company") and len(around) > 1:
        around = around[1:]
    matters = cut_text(" · ".join(one_line(fact.text) for fact in list_facts(record, today)), LONGEST)
    why, next_step = _split_next_step(record, one_line(below))
    found = [text_element(f"{number}. {format_kind(record.kind)} " if kinds else f"{number}. ")]
    found += [
        text_element(cut_text(one_line(name_in_list(record)), LONGEST), bold=True),
        text_element("".join(f", {each}" for each in around if each)),
    ]
    found += [text_element(f"\n{each}") for each in (matters, why) if each]
    return [*found, text_element(f"\n{ARROW.strip()} "), text_element(next_step, bold=True)] if next_step else found


def _split_next_step(record: Record, below: str) -> tuple[str, str]:
    """Split the line below a record into why it is listed and its next step; without a line take the record's own."""
    why, _, next_step = below.rpartition(ARROW) if ARROW in below else (below, "", "")
    if not below:
        next_step = one_line(str(record.fields.get("next_step") or ""))
    return cut_text(why, LONGEST), cut_text(next_step, LONGEST)


def _row_actions(reply: Reply, record: Record) -> list[RecordAction]:
    """List the reply's own buttons for this record, then the actions of its kind."""
    own = [action_from_button(each) for each in reply.buttons if each.arguments.get("name") == record.id]
    return merge_actions(sorted(own, key=lambda each: each.call.verb != "convert_lead"), actions_for_record(record))
