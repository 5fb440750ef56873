"""A reply in a terminal: colours, tables, one line a record, as wide as the window."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from commands.plain import change_lines, facts_line, listed, moved, record_line, shows_changes
from commands.reply import Record, Reply, State
from commands.spoken import money

BAND_COLOURS = {"hot": "bold red", "warm": "yellow", "cold": "cyan"}
HEAD_STYLES = {
    State.DONE: "bold green",
    State.CONFIRM: "bold yellow",
    State.CHOOSE: "bold yellow",
    State.NOT_FOUND: "yellow",
    State.NOT_UNDERSTOOD: "yellow",
    State.REFUSED: "yellow",
    State.ERROR: "bold red",
}


def console() -> Console:
    """The terminal of this process."""
    return Console(highlight=False, soft_wrap=False)


def show(screen: Console, reply: Reply) -> None:
    """Print a reply and those that belong to it."""
    screen.print(Text(reply.head, style=HEAD_STYLES.get(reply.state, "bold")))
    for number, choice in enumerate(reply.choices, 1):
        screen.print(f"  [bold]{number}[/bold]  {escape(record_line(choice))}")
    if shows_changes(reply):
        for line in change_lines(reply.change):
            screen.print(_indented(line))
    elif reply.card:
        for line in filter(None, (facts_line(reply.records[0]), *reply.notes)):
            screen.print(_indented(line))
    if lines := listed(reply):
        screen.print(_records(lines))
    if reply.rows:
        screen.print(_rows(reply.rows))
    for note in () if reply.card else reply.notes:
        screen.print(_indented(note))
    if reply.receipt:
        words = f"{reply.receipt.filter} · {reply.receipt.scope} · {reply.receipt.count} in all"
        screen.print(_indented(words, style="dim"))
    if hint := _hint(reply):
        screen.print(_indented(hint, style="dim italic"))
    for each in reply.also:
        screen.print()
        show(screen, each)


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


def _records(lines: list[tuple[Record, bool]]) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(justify="right", style="dim")
    table.add_column(overflow="fold")
    for number, (record, kind) in enumerate(lines, 1):
        table.add_row(str(number), _line(record, kind=kind))
    return table


def _line(record: Record, *, kind: bool) -> Text:
    fields = record.fields
    line = Text(record.name, style="bold")
    if kind:
        line = Text.assemble((f"{record.kind.replace('_', ' ')} ", "not bold dim"), line)
    beside = [str(fields[key]) for key in ("title", "company") if fields.get(key)]
    if beside:
        line.append(", " + ", ".join(beside), style="not bold")
    if fields.get("score") is not None:
        style = BAND_COLOURS.get(fields.get("band", ""), "not bold")
        words = " ".join(str(each) for each in (fields["score"], fields.get("band"), moved(fields)) if each)
        line.append("  ").append(words, style=style)
    if fields.get("amount") is not None:
        line.append("  ").append(money(Decimal(fields["amount"]), fields.get("currency", "USD")), style="green")
    rest = record_line(Record(record.kind, record.id, "", None, {k: v for k, v in fields.items() if k in TAIL}))
    if rest.strip(" ·"):
        line.append("  " + rest.strip(" ·"), style="not bold dim")
    return line


TAIL = frozenset({"status", "stage", "close_date", "due", "untouched_days", "owner"})


def _rows(rows: tuple[dict[str, Any], ...]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 2), header_style="dim")
    currencies = {row["currency"] for row in rows if row.get("currency")}
    names = [name for name in rows[0] if name != "currency" or len(currencies) > 1]
    for name in names:
        number = all(isinstance(row.get(name), int | float | Decimal | dict | None) for row in rows)
        table.add_column(name.replace("_", " "), justify="right" if number else "left", overflow="fold")
    for row in rows:
        table.add_row(*(_cell(name, row.get(name)) for name in names))
    return table


def _cell(name: str, value: Any) -> str:
    match value:
        case None:
            return "–"
        case float() | Decimal() if name.endswith("rate"):
            return f"{value:.0%}"
        case float() | Decimal():
            return f"{value:,.2f}".removesuffix(".00")
        case bool():
            return "yes" if value else "no"
        case int():
            return f"{value:,}"
        case dict():
            return ", ".join(f"{amount:,.0f} {currency}" for currency, amount in value.items())
        case _:
            return escape(str(value))
