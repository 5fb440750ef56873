"""A reply in a terminal: colours, tables, one line a record, as wide as the window."""

from __future__ import annotations

from datetime import date
from itertools import islice
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from commands.contract.reply import Record, Reply, ReplyPart, ReplyState
from commands.wording.figure_columns import build_columns
from commands.wording.plain_text import format_receipt, get_reply_date, pair_with_lines, split_reply
from commands.wording.record_words import format_kind, list_facts, list_title_and_company, name_in_list

BAND_COLOURS = {"hot": "bold bright_red", "warm": "yellow", "cold": "cyan"}
HEAD_STYLES = {
    ReplyState.DONE: "bold green",
    ReplyState.CONFIRM: "bold yellow",
    ReplyState.CHOOSE: "bold yellow",
    ReplyState.NOT_FOUND: "yellow",
    ReplyState.NOT_UNDERSTOOD: "yellow",
    ReplyState.REFUSED: "yellow",
    ReplyState.ERROR: "bold bright_red",
}


def open_console() -> Console:
    """Open the console that writes to this process's stdout."""
    return Console(highlight=False, soft_wrap=False)


def print_reply(screen: Console, reply: Reply) -> None:
    """Print a reply, and below it the replies to further requests of the same sentence."""
    screen.print(Text(reply.head, style=HEAD_STYLES.get(reply.state, "bold")))
    if reply.choices:
        screen.print(
            _build_records_table(ReplyPart(records=reply.choices, kinds=_has_several_kinds(reply.choices)), 1, None)
        )
    # Numbers go on from part to part, because “the third one” counts across the whole reply.
    number, today = 1, get_reply_date(reply)
    for part in split_reply(reply):
        _print_part(screen, part, number, today, reply.start)
        number += len(part.records)
    if reply.receipt:
        screen.print(_indent_text(format_receipt(reply.receipt), style="dim"))
    if hint := _write_hint(reply):
        screen.print(_indent_text(hint, style="dim italic"))
    for each in reply.also:
        screen.print()
        print_reply(screen, each)


def _print_part(screen: Console, part: ReplyPart, number: int, today: date | None, start: int) -> None:
    if part.title:
        screen.print(Text(part.title, style="bold underline"))
    if part.records[start:]:
        screen.print(_build_records_table(part, number, today, start))
    if part.rows:
        screen.print(_build_rows_table(part.rows))
    for line in part.lines:
        screen.print(_indent_text(line))


def _has_several_kinds(records: tuple[Record, ...]) -> bool:
    return len({record.kind for record in records}) > 1


def _indent_text(words: str, style: str = "") -> Padding:
    return Padding(Text(words, style=style), (0, 0, 0, 2))


def _write_hint(reply: Reply) -> str:
    match reply.state:
        case ReplyState.CONFIRM:
            return "Type yes or no."
        case ReplyState.CHOOSE:
            return "Type the number."
        case ReplyState.NOT_UNDERSTOOD if reply.buttons:
            labels = [button.label for button in reply.buttons]
            if reply.confirmation is None:
                return "You can ask: " + " · ".join(labels)
            if len(labels) == 1:
                return "Type yes or no."
            return "Type its number: " + " · ".join(f"{number} {label}" for number, label in enumerate(labels, 1))
        case ReplyState.DONE if any(button.command == "undo" for button in reply.buttons):
            return "Type undo to take it back."
        case _:
            return ""


def _build_records_table(part: ReplyPart, number: int, today: date | None, start: int = 0) -> Table:
    """Build a table of the records from `start` (from 0) on; the first of them all has this `number`."""
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(justify="right", style="dim")
    table.add_column(overflow="fold")
    for place, (record, below) in islice(enumerate(pair_with_lines(part), number), start, None):
        line = _format_record(record, kind=part.kinds, today=today)
        table.add_row(str(place), line.append(f"\n{below}", style="not bold dim") if below else line)
    return table


def _format_record(record: Record, *, kind: bool, today: date | None) -> Text:
    # The style of a Text holds for all that is appended to it, hence “not bold” below.
    line = Text(name_in_list(record), style="bold")
    if kind:
        line = Text.assemble((f"{format_kind(record.kind)} ", "not bold dim"), line)
    if around := list_title_and_company(record):
        line.append(", " + ", ".join(around), style="not bold")
    rest = []
    for fact in list_facts(record, today):
        match fact.what:
            case "score":
                line.append("  ").append(fact.text, style=BAND_COLOURS.get(record.fields.get("band", ""), "not bold"))
            case "amount":
                line.append("  ").append(fact.text, style="green")
            case _:
                rest.append(fact.text)
    return line.append("  " + " · ".join(rest), style="not bold dim") if rest else line


def _build_rows_table(rows: tuple[dict[str, Any], ...]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 2), header_style="dim")
    shown = build_columns(rows)
    for place, column in enumerate(shown):
        title = column.title if place else ""
        table.add_column(title, justify="right" if column.number else "left", overflow="fold", no_wrap=place > 0)
    for cells in zip(*(column.cells for column in shown), strict=True):
        # A bracket in a customer's name would be taken for markup.
        table.add_row(*(escape(cell or "–") for cell in cells))
    return table
