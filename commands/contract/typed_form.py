"""The typed form of a command: `set_lead_status jane doe status=contacted reason="met at the fair"`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import zip_longest
from typing import Any, get_args

from commands.contract.command import Command, Group
from commands.contract.errors import CommandError

KEY = re.compile(r"(?:(?<=\s)|^)([A-Za-z_]+)=")
QUOTES = {'"': '"', "'": "'", "“": "”", "„": "“"}


def read_typed_form(text: str, commands: Mapping[str, type[Command]]) -> tuple[str, dict[str, Any]] | None:
    """Read a command's name and its arguments as words; None where the text is a sentence."""
    verb, _, rest = text.strip().lstrip("/").partition(" ")
    kind = commands.get(verb.lower())
    if kind is None:
        return None
    rest = rest.strip()
    keys = list(KEY.finditer(rest))
    # A name that is an English word too (help, undo, forecast) counts as typed only where it stands alone or before
    # key=value, a group or another command's name (“help list_leads”); “forecast for Q1” is a sentence.
    topic = kind.words == "topic" and rest.lower() in (*commands, *get_args(Group))
    if "_" not in kind.verb() and rest and not keys and not topic:
        return None
    lead = rest[: keys[0].start()].strip() if keys else rest
    arguments: dict[str, Any] = {}
    if lead:
        if kind.words is None:
            raise CommandError(f"{kind.verb()} takes key=value only, not “{lead}”. {describe_usage(kind)}")
        arguments[kind.words] = _strip_quotes(lead)
    # A value reaches to the next key, so that it needs no quotes: `reason=met at the fair status=contacted`.
    for found, following in zip_longest(keys, keys[1:]):
        value = rest[found.end() : following.start() if following else len(rest)].strip()
        arguments[found.group(1).lower()] = _strip_quotes(value)
    return kind.verb(), arguments


def describe_usage(kind: type[Command]) -> str:
    """Describe how a command is typed: `set_lead_status <name> status=… [reason=…]`."""
    parts = [kind.verb()]
    for name, field in kind.model_fields.items():
        part = f"<{name}>" if name == kind.words else f"{name}=…"
        parts.append(part if field.is_required() else f"[{part}]")
    return " ".join(parts)


def _strip_quotes(value: str) -> str:
    if len(value) >= 2 and QUOTES.get(value[0]) == value[-1]:
        return value[1:-1]
    return value
