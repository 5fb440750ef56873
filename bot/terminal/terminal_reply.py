"""A reply in a terminal: colours, tables, one line a record, as wide as the window."""

from __future__ import annotations

from datetime import date
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from commands.contract.reply import Part, Record, Reply, State
from commands.wording.figure_columns import columns
from commands.wording.plain_text import parts_of, receipt_words, records_of, today_of
from commands.wording.record_words import beside, facts, kind_words

BAND_COLOURS = {"hot": "bold bright_red", "warm": "yellow", "cold": "cyan"}
HEAD_STYLES = {
    State.DONE: "bold green",
    State.CONFIRM: "bold yellow",
    State.CHOOSE: "bold yellow",
    State.NOT_FOUND: "yellow",
    State.NOT_UNDERSTOOD: "yellow",
    State.REFUSED: "yellow",
    State.ERROR: "bold bright_red",
}


def console() -> Console:
    """The terminal of this process."""
    return Console(highlight=False, soft_wrap=False)


def show(screen: Console, reply: Reply) -> None:
    """Print a reply and those that belong to it."""
    screen.print(Text(reply.head, style=HEAD_STYLES.get(reply.state, "bold")))
    if reply.choices:
        screen.print(_records(Part(records=reply.choices, kinds=_several_kinds(reply.choices)), 1, None))
    number, today = 1, today_of(reply)
    for part in parts_of(reply):
        _show_part(screen, part, number, today)
        number += len(part.records)
    if reply.receipt:
        screen.print(_indented(receipt_words(reply.receipt), style="dim"))
    if hint := _hint(reply):
        screen.print(_indented(hint, style="dim italic"))
    for each in reply.also:
        screen.print()
        show(screen, each)


def _show_part(screen: Console, part: Part, number: int, today: date | None) -> None:
    if part.title:
        screen.print(Text(part.title, style="bold underline"))
    if part.records:
        screen.print(_records(part, number, today))
    if part.rows:
        screen.print(_rows(part.rows))
    for line in part.lines:
        screen.print(_indented(line))


def _several_kinds(records: tuple[Record, ...]) -> bool:
    return len({record.kind for record in records}) > 1


def _indented(words: str, style: str = "") -> Padding:
    return Padding(Text(words, style=style), (0, 0, 0, 2))


def _hint(reply: Reply) -> str:
    match reply.state:
        case State.CONFIRM:
            return "Type yes or no."
        case State.CHOOSE:
            return "Type the number."
        case State.NOT_UNDERSTOOD if reply.buttons:
            return "You can ask: " + " · ".join(button.label for button in reply.buttons)
        case State.DONE if any(button.command == "undo" for button in reply.buttons):
            return "Type undo to take it back."
        case _:
            return ""


def _records(part: Part, number: int, today: date | None) -> Table:
    """The records, numbered from `number` on."""
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(justify="right", style="dim")
    table.add_column(overflow="fold")
    for place, (record, below) in enumerate(records_of(part), number):
        line = _line(record, kind=part.kinds, today=today)
        table.add_row(str(place), line.append(f"\n{below}", style="not bold dim") if below else line)
    return table


def _line(record: Record, *, kind: bool, today: date | None) -> Text:
    line = Text(record.name, style="bold")
    if kind:
        line = Text.assemble((f"{kind_words(record.kind)} ", "not bold dim"), line)
    if around := beside(record):
        line.append(", " + ", ".join(around), style="not bold")
    rest = []
    for fact in facts(record, today):
        match fact.what:
            case "score":
                line.append("  ").append(fact.text, style=BAND_COLOURS.get(record.fields.get("band", ""), "not bold"))
            case "amount":
                line.append("  ").append(fact.text, style="green")
            case _:
                rest.append(fact.text)
    return line.append("  " + " · ".join(rest), style="not bold dim") if rest else line


def _rows(rows: tuple[dict[str, Any], ...]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 2), header_style="dim")
    shown = columns(rows)
    for place, column in enumerate(shown):
        title = column.title if place else ""
        table.add_column(title, justify="right" if column.number else "left", overflow="fold", no_wrap=place > 0)
    for cells in zip(*(column.cells for column in shown), strict=True):
        table.add_row(*(escape(cell or "–") for cell in cells))
    return table
