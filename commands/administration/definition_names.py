"""Reads names, email addresses and places in a list, and describes the order of a list."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Annotated

from pydantic import Field

from commands.contract.arguments import Words
from commands.contract.context import Context
from commands.contract.errors import CommandError
from storage.workspaces import definitions
from storage.workspaces.definitions import LONGEST_NAME, D

# 64 characters before the @ and 255 behind it is the longest that mail knows.
LONGEST_EMAIL = 320
EMAIL = re.compile(r"[^@\s<>|]+@[^@\s<>|.]+(\.[^@\s<>|.]+)+")

ListName = Annotated[Words, Field(max_length=LONGEST_NAME)]
Place = Annotated[int, Field(ge=1, le=200)]


def read_name(said: str, what: str) -> str:
    """Read a name as it is stored: on one line, not empty. CommandError otherwise."""
    name = " ".join(said.split())
    if not name:
        raise CommandError(f"The {what} needs a name. Write one, please.")
    return name


def read_email_address(said: str) -> str:
    """Read an email address, in lower case. CommandError for anything else."""
    found = said.strip().lower()
    if len(found) > LONGEST_EMAIL or not EMAIL.fullmatch(found):
        raise CommandError(f"“{said}” is not an email address. Write it like dana@example.com.")
    return found


def refuse_duplicate_name(context: Context, table: type[D], name: str, what: str, *, besides: D | None = None) -> None:
    """Raise CommandError where another row has the name, retired or not."""
    # Retired rows count: records still have them, and two of one name could not be told apart.
    twin = definitions.find_by_name(context.scope.session, table, context.scope.workspace_id, name)
    if twin is not None and twin is not besides:
        retired = ", retired. Add it under that name to bring it back" if twin.retired else ""
        raise CommandError(f"There is a {what} “{twin.name}” already{retired}. Choose another name.")


def save_order(context: Context, rows: Iterable[D]) -> None:
    """Store the positions of the rows in the order given."""
    for position, row in enumerate(rows):
        context.ledger.set_columns(row, position=position)


def describe_order(rows: Iterable[D]) -> str:
    """Describe the order of a list: `In order: Open, Contacted, Qualified.`"""
    return f"In order: {', '.join(each.name for each in rows if not each.retired)}."
