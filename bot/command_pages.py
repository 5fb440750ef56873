"""Pages about the commands, written from their classes: README's table and docs/commands.md.

`python -m bot.command_pages` writes them anew, as `make docs` does; a test says when they are out of date.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from commands import COMMANDS, FORM_ONLY
from commands.contract.command import Command
from commands.contract.form_only import Administrative
from commands.contract.typed_form import describe_usage
from commands.guide.help import GROUPS, list_group

ROOT = Path(__file__).parents[1]
# README's table stands between these two; what is around it is written by hand and stays as it is.
BEGIN, END = "<!-- commands -->\n", "<!-- /commands -->\n"
INTRODUCTION = """\
# Commands

Written from the commands' classes by `make docs`; change them there. Every command can be said in plain words, typed as
below (`<name>` stands for words without a key, `[…]` for what may be left out), pressed as a button, filled into a form
and, where a language model is set up, wanted by it, which can only propose.
"""
UNSAID = """\
## Buttons and forms only

No sentence, typed form or model reaches these: they are on the Home tab and on cards.
"""


def write_pages(root: Path = ROOT) -> None:
    """Write README's table and docs/commands.md anew."""
    for path, text in render_pages(root).items():
        path.write_text(text, encoding="utf-8")


def render_pages(root: Path = ROOT) -> dict[Path, str]:
    """Render what the pages should hold. Raises ValueError where README has lost the marks around its table."""
    readme = root / "README.md"
    before, begins, rest = readme.read_text(encoding="utf-8").partition(BEGIN)
    _, ends, after = rest.partition(END)
    if not (begins and ends):
        raise ValueError(f"README.md needs {BEGIN.strip()} and {END.strip()} around its table of commands")
    return {
        readme: f"{before}{BEGIN}{render_table()}{END}{after}",
        root / "docs" / "commands.md": render_reference(),
    }


def render_table() -> str:
    """Render README's table, a row for each command that can be said."""
    rows = [(f"`{kind.verb()}`", kind.help_line(), " · ".join(kind.examples)) for kind in COMMANDS]
    return _render_table(("command", "does", "for example"), rows)


def render_reference() -> str:
    """Render the page of all commands, group by group as help has them."""
    parts = [INTRODUCTION]
    for group in GROUPS:
        parts += [f"## {group.capitalize()}\n", *(_render_section(kind) for kind in list_group(COMMANDS, group))]
    return "\n".join([*parts, UNSAID, *(_render_section(kind) for kind in FORM_ONLY)])


def _render_section(kind: type[Command]) -> str:
    lines = [f"### {kind.verb()}", "", f"{kind.help_line()} {_describe_consequences(kind)}", ""]
    if kind.examples:
        said = " or ".join(f"“{each}”" for each in kind.examples)
        lines += [f"Said: {said}", "", f"Typed: `{describe_usage(kind)}`", ""]
    rows = [(f"`{name}`", _describe_values(field), _format_default(field)) for name, field in kind.model_fields.items()]
    return "\n".join([*lines, *([_render_table(("argument", "takes", "default"), rows)] if rows else [])])


def _describe_consequences(kind: type[Command]) -> str:
    """Say what becomes of records, after which question, and whether that can be taken back."""
    if not kind.writes:
        return "Changes nothing."
    if kind.always_asks:
        asks = "Always shows what would change and waits for a yes."
    elif kind.group is None:
        asks = "For administrators." if issubclass(kind, Administrative) else ""
    elif kind.at_once:
        asks = "Done at once, also when it was said in a sentence."
    else:
        asks = "Done at once when typed or pressed; said in a sentence it is shown first and waits for a yes."
    return f"{asks} {'Can be undone.' if kind.undoable else 'Cannot be undone.'}".strip()


def _describe_values(field: FieldInfo) -> str:
    """Give the description, with the values to choose from where it does not name them."""
    about = field.description or ""
    unnamed = [each for each in _list_choices(field.annotation) if each not in about]
    return f"{about} ({', '.join(_list_choices(field.annotation))})" if unnamed else about


def _list_choices(annotation: Any) -> Iterator[str]:
    if get_origin(annotation) is Literal:
        yield from map(str, get_args(annotation))
        return
    for part in get_args(annotation):
        yield from _list_choices(part)


def _format_default(field: FieldInfo) -> str:
    if field.is_required():
        return "needed"
    return "" if field.default is None else str(field.default)


def _render_table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    # A bar inside a cell would end it, also in code.
    cells = [head, ("---",) * len(head), *(tuple(cell.replace("|", "\\|") for cell in row) for row in rows)]
    return "".join(f"|{'|'.join(row)}|\n" if row[0] == "---" else f"| {' | '.join(row)} |\n" for row in cells)


if __name__ == "__main__":
    write_pages()
