"""Makes blocks keep Slack's limits (docs/slack.md, "Sizes"): those that go out keep them all, whatever comes in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bot.slack.payloads.button_value import LONGEST_OPTION_VALUE, LONGEST_VALUE
from bot.slack.render.blocks import Json, context_block, divider
from bot.slack.render.escaping import cut_escaped
from bot.slack.render.figure_table import table_as_text
from commands.values.phrases import cut_text

# Blocks in a message, and in a form or a Home.
BLOCKS = 50
VIEW_BLOCKS = 100
# Characters of a message's text. A post takes 40,000, but chat.update refuses more than 4,000.
LONGEST_TEXT = 3_900
# Characters over all blocks. Slack publishes no limit, but was seen to refuse at about 13,200.
CHARACTERS = 12_000
SECTION = 3_000
FIELDS, FIELD = 10, 2_000
HEADER = 150
ACTIONS, CONTEXT = 25, 10
LABEL = 75
VALUE, OPTION_VALUE = LONGEST_VALUE, LONGEST_OPTION_VALUE
OPTIONS, OVERFLOW = 100, 5
CONFIRM_TITLE, CONFIRM_TEXT, CONFIRM_LABEL = 100, 300, 30
PLACEHOLDER = 150
NAME = 255
TABLE_ROWS, TABLE_COLUMNS = 100, 20
CUT = "There is more than fits here. Ask for less at a time, and I show the rest."


@dataclass(frozen=True)
class AnswerBlocks:
    """Holds the blocks of one answer. The foot, with its buttons, is kept where the body has to be cut."""

    body: tuple[Json, ...]
    foot: tuple[Json, ...] = ()


def fit_blocks(answers: Sequence[AnswerBlocks], most: int = BLOCKS) -> tuple[Json, ...]:
    """Join the answers into the blocks of one message within every limit, with a line between them.

    Where something had to be left out, a note says so.
    """
    found: list[Json] = []
    for place, answer in enumerate(_keep_one_table(answers)):
        between = [divider()] if place else []
        body, foot = _repair_blocks(answer.body), _repair_blocks(answer.foot)
        last = place == len(answers) - 1
        if _has_room([*found, *between, *body, *foot], most, note=not last):
            found += [*between, *body, *foot]
            continue
        # The foot is fitted first: an answer that is cut still has its buttons.
        kept_foot = _take_fitting([*found, *between], foot, most - 1, CHARACTERS - SECTION)
        ahead = [*found, *between, *kept_foot]
        kept_body = _take_fitting(ahead, body, most, CHARACTERS - len(CUT) - 1, spare=1)
        if place and not kept_body:
            return (*found, context_block(CUT))
        return (*found, *between, *kept_body, context_block(CUT), *kept_foot)
    return tuple(found)


def _has_room(blocks: Sequence[Json], most: int, *, note: bool) -> bool:
    """Return whether the blocks fit; with `note` also the note that something is missing."""
    return len(blocks) + note <= most and count_characters(blocks) + note * len(CUT) <= CHARACTERS


def _take_fitting(ahead: Sequence[Json], more: Sequence[Json], most: int, longest: int, spare: int = 0) -> list[Json]:
    """Return as many of `more`, from the first on, as fit behind the blocks `ahead`."""
    count, length, found = len(ahead) + spare, count_characters(ahead), []
    for block in more:
        count += 1
        length += count_characters(block)
        if count > most or length > longest:
            break
        found.append(block)
    return found


def count_characters(value: Any) -> int:
    """Count the characters of all texts in blocks."""
    # Without recursion: every block of every answer passes here several times.
    found, left = 0, [value]
    while left:
        each = left.pop()
        if isinstance(each, dict):
            for name, part in each.items():
                if isinstance(part, str):
                    found += len(part) if name == "text" else 0
                elif isinstance(part, dict | list | tuple):
                    left.append(part)
        elif isinstance(each, list | tuple):
            left.extend(each)
    return found


def _keep_one_table(answers: Sequence[AnswerBlocks]) -> Iterator[AnswerBlocks]:
    """Turn all tables but the first into text: Slack allows one in a message."""
    seen = False
    for answer in answers:
        body = []
        for block in answer.body:
            again = seen and block["type"] == "table"
            seen = seen or block["type"] == "table"
            body.append(table_as_text(block) if again else block)
        yield AnswerBlocks(tuple(body), answer.foot)


def _repair_blocks(blocks: Sequence[Json]) -> list[Json]:
    return [each for block in blocks for each in REPAIRS.get(block["type"], _keep_block)(block)]


def _keep_block(block: Json) -> Iterator[Json]:
    yield block


def _repair_section(block: Json) -> Iterator[Json]:
    found = dict(block)
    if "text" in block:
        found["text"] = _cut_text_object(block["text"], SECTION)
    if "accessory" in block:
        beside = _repair_element(block["accessory"])
        found = {name: value for name, value in found.items() if name != "accessory"}
        found |= {"accessory": beside} if beside else {}
    fields = [_cut_text_object(each, FIELD) for each in block.get("fields", ())]
    yield {**found, **({"fields": fields[:FIELDS]} if fields else {})}
    for at in range(FIELDS, len(fields), FIELDS):
        yield {"type": "section", "fields": fields[at : at + FIELDS]}


def _repair_header(block: Json) -> Iterator[Json]:
    yield {**block, "text": _cut_text_object(block["text"], HEADER)}


def _repair_context(block: Json) -> Iterator[Json]:
    elements = [_cut_text_object(each, FIELD) for each in block["elements"]]
    for at in range(0, len(elements), CONTEXT):
        yield {"type": "context", "elements": elements[at : at + CONTEXT]}


def _repair_actions(block: Json) -> Iterator[Json]:
    elements = [each for element in block["elements"] if (each := _repair_element(element))]
    for at in range(0, len(elements), ACTIONS):
        yield {"type": "actions", "elements": elements[at : at + ACTIONS]}


def _repair_rich_text(block: Json) -> Iterator[Json]:
    """Cut rich text to the length of a section; Slack has no limit of its own for it."""
    room, elements = SECTION, []
    for part in block["elements"]:
        leaves = []
        for leaf in part["elements"]:
            if room and leaf["text"]:
                leaves.append({**leaf, "text": cut_text(leaf["text"], room)})
                room -= len(leaves[-1]["text"])
        if leaves:
            elements.append({**part, "elements": leaves})
    if elements:
        yield {**block, "elements": elements}


def _repair_table(block: Json) -> Iterator[Json]:
    rows = [row[:TABLE_COLUMNS] for row in block["rows"][:TABLE_ROWS]]
    found = {**block, "rows": [[{**cell, "text": cut_text(cell["text"], LABEL)} for cell in row] for row in rows]}
    if "column_settings" in block:
        found["column_settings"] = block["column_settings"][:TABLE_COLUMNS]
    yield found
    if len(block["rows"]) > TABLE_ROWS or len(block["rows"][0]) > TABLE_COLUMNS:
        yield context_block(CUT)


def _repair_element(element: Json) -> Json | None:
    """Return a button or menu within its limits; None where it would not work within them."""
    found = dict(element)
    if "text" in element:
        found["text"] = _cut_text_object(element["text"], LABEL)
    if "placeholder" in element:
        found["placeholder"] = _cut_text_object(element["placeholder"], PLACEHOLDER)
    if "confirm" in element:
        found["confirm"] = _repair_confirm(element["confirm"])
    if "options" in element:
        most = OVERFLOW if element["type"] == "overflow" else OPTIONS
        able = [each for each in element["options"] if len(each["value"]) <= OPTION_VALUE][:most]
        found["options"] = [{**each, "text": _cut_text_object(each["text"], LABEL)} for each in able]
        if not able:
            return None
    # A value or an id that is cut means something else, so the element is left out.
    lost = len(element.get("value", "")) > VALUE or len(element.get("action_id", "")) > NAME
    return None if lost else found


def _repair_confirm(confirm: Json) -> Json:
    limits = {"title": CONFIRM_TITLE, "text": CONFIRM_TEXT, "confirm": CONFIRM_LABEL, "deny": CONFIRM_LABEL}
    return {**confirm, **{name: _cut_text_object(confirm[name], longest) for name, longest in limits.items()}}


def _cut_text_object(text: Json, longest: int) -> Json:
    """Cut the text of a text object, but not within an escape; a code block keeps its end."""
    whole, marked = text["text"], text["type"] == "mrkdwn"
    if len(whole) <= longest:
        return text
    fence = "```" if marked and whole.startswith("```") else ""
    return {**text, "text": (cut_escaped if marked else cut_text)(whole, longest - len(fence)) + fence}


REPAIRS: dict[str, Callable[[Json], Iterator[Json]]] = {
    "section": _repair_section,
    "header": _repair_header,
    "context": _repair_context,
    "actions": _repair_actions,
    "rich_text": _repair_rich_text,
    "table": _repair_table,
}
