"""The commands as tools: strict schemas in this workspace's own words, and calls read back from JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from types import NoneType
from typing import Any, Literal, get_args, get_origin

from annotated_types import Ge, Le
from pydantic.fields import FieldInfo

from bot.model.grounding.quotation import quoted, visible
from bot.model.server.completion import ToolCall
from commands.contract.arguments import SourceName, StageName, StatusName
from commands.contract.command import Command
from commands.values.moment import Period
from storage.workspaces.workspace_vocabulary import Vocabulary

Json = dict[str, Any]
# The marks by which an argument says that it takes one of the workspace's own names.
STATUS, STAGE, SOURCE = (get_args(each)[1] for each in (StatusName, StageName, SourceName))
PERIOD = "A period in words or ISO, like: this quarter, last 30 days, Q1, 2026-10-01..2026-12-31"
DAY = "A day in words or ISO, like: tomorrow, Friday, 2026-12-31"
# Every round sends the tools again, so each name in them costs tokens each time.
LONGEST_NAME = 40
MOST_NAMES = 60
# Signs of a sentence or of markup, or more than six words: no source is called like that, and what a stranger wrote
# into a file must not speak to the model from a schema.
TALK = re.compile(r"[<>{}\[\]|`\"“”:;!?@=\n]|\.\s|//|(?:\S+\s+){6}")
PROPOSES = "Changes nothing by itself: it shows the person what would change, and waits for a yes."


class BadCall(Exception):
    """Says what is wrong with a tool call, in words for the model."""


@dataclass(frozen=True)
class CommandCall:
    """Holds a valid tool call: a command and its arguments as the dispatcher takes them."""

    verb: str
    arguments: Json


def make_tools(commands: Mapping[str, type[Command]], words: Vocabulary) -> list[Json]:
    """Make a function tool of every command, in their order."""
    return [_tool_schema(kind, words) for kind in commands.values()]


def read_tool_call(call: ToolCall, commands: Mapping[str, type[Command]]) -> CommandCall:
    """Read a tool call of the model. Raises BadCall for an unknown tool or arguments that are none of its own.

    Values are not checked here: the dispatcher does that for everybody.
    """
    # Some models write the name as `functions.list_leads`.
    kind = commands.get(call.name.strip().removeprefix("functions."))
    if kind is None:
        raise BadCall(f"There is no such tool. There are: {', '.join(commands)}.")
    try:
        given = json.loads(call.arguments) if call.arguments.strip() else {}
    except (ValueError, RecursionError):
        raise BadCall("The arguments are not JSON. Send one object.") from None
    if given is None:
        given = {}
    if not isinstance(given, dict):
        raise BadCall("The arguments must be one JSON object.")
    unknown = [key for key in given if key not in kind.model_fields]
    if unknown:
        raise BadCall(f"{kind.verb()} takes only: {', '.join(kind.model_fields) or 'nothing'}.")
    return CommandCall(
        kind.verb(),
        {key: _strip_invisible(value) for key, value in given.items() if not _is_absent(value, kind.model_fields[key])},
    )


def _strip_invisible(value: Any) -> Any:
    """Strip characters that nobody can see from a value and all that it holds."""
    # A person must be able to read all of what is proposed before saying yes to it.
    match value:
        case str():
            return visible(value)
        case list():
            return [_strip_invisible(each) for each in value]
        case dict():
            return {visible(key): _strip_invisible(each) for key, each in value.items()}
        case _:
            return value


def _is_absent(value: Any, field: FieldInfo) -> bool:
    """Tell whether an argument says nothing."""
    # Small models write "" or [] where they mean null.
    return value is None or (value in ("", [], {}) and not field.is_required())


def _tool_schema(kind: type[Command], words: Vocabulary) -> Json:
    about = f"{kind.help_line()} {PROPOSES}" if kind.writes else kind.help_line()
    if kind.advice:
        about += f" {kind.advice}"
    if kind.examples:
        about += f" Said like: {'; '.join(kind.examples)}."
    return {
        "type": "function",
        "function": {
            "name": kind.verb(),
            "description": about,
            "strict": True,
            "parameters": {
                "type": "object",
                "properties": {
                    name: _property_schema(field, words, kind.usual.get(name))
                    for name, field in kind.model_fields.items()
                },
                # Strict mode wants every property to be required: what is optional may be null.
                "required": list(kind.model_fields),
                "additionalProperties": False,
            },
        },
    }


def _property_schema(field: FieldInfo, words: Vocabulary, usual: Any) -> Json:
    schema = _type_schema(field.annotation, tuple(field.metadata), words)
    about = field.description or ""
    low, high = (next((getattr(m, name) for m in field.metadata if isinstance(m, kind)), None)
                 for kind, name in ((Ge, "ge"), (Le, "le")))  # fmt: skip
    if low is not None and high is not None:
        about += f" ({low} to {high})"
    default = usual if usual is not None else field.get_default()
    if not field.is_required() and default is not None and not isinstance(default, list | tuple):
        about += f" (default: {default})"
    if "description" in schema:
        about = f"{about}. {schema.pop('description')}"
    if not field.is_required() and "null" not in _list_types(schema):
        schema = _allow_null(schema)
    return {**schema, "description": about}


def _type_schema(annotation: Any, marks: tuple[Any, ...], words: Vocabulary) -> Json:
    """Make the schema of a type; `marks` are those that stand beside it, its own are added."""
    if hasattr(annotation, "__metadata__"):
        return _type_schema(get_args(annotation)[0], (*annotation.__metadata__, *marks), words)
    for mark, names in (
        (STATUS, (each.name for each in words.statuses if not each.retired)),
        (STAGE, (each.name for each in words.stages if not each.retired)),
        (SOURCE, words.sources),
    ):
        if mark in marks and (kept := _filter_names(names)):
            return {"type": "string", "enum": kept}
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return {"type": "string", "enum": list(parts)}
    if origin is tuple:
        return {"type": "array", "items": _type_schema(parts[0], (), words)}
    if parts:
        return _union_schema([part for part in parts if part is not NoneType], marks, words, optional=NoneType in parts)
    return dict(PLAIN.get(annotation, {"type": "string"}))


PLAIN: dict[Any, Json] = {
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    Decimal: {"type": "number"},
    date: {"type": "string", "description": DAY},
    datetime: {"type": "string", "description": DAY},
    time: {"type": "string", "description": "A time of day, like 07:30"},
    Period: {"type": "string", "description": PERIOD},
    str: {"type": "string"},
}


def _filter_names(names: Iterable[str]) -> list[str]:
    """Keep the names that look like names, as many as a schema may have."""
    return [name for name in names if quoted(name, LONGEST_NAME) == name and not TALK.search(name)][:MOST_NAMES]


def _union_schema(parts: list[Any], marks: tuple[Any, ...], words: Vocabulary, *, optional: bool) -> Json:
    """Make one schema of several types: text where one of them is text, because text can say the others too."""
    schemas = [_type_schema(part, marks, words) for part in parts]
    schema = next((each for each in schemas if each.get("type") == "string"), schemas[0])
    return _allow_null(schema) if optional else schema


def _allow_null(schema: Json) -> Json:
    found = {**schema, "type": [schema["type"], "null"]}
    if "enum" in schema:
        found["enum"] = [*schema["enum"], None]
    return found


def _list_types(schema: Json) -> list[str]:
    kinds = schema.get("type", [])
    return [kinds] if isinstance(kinds, str) else list(kinds)
