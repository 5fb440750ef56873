"""What a command answers: plain data, the same for Slack, the terminal and JSON."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class ReplyState(StrEnum):
    """How a request ended (docs/architecture.md, "States and exit codes")."""

    ANSWERED = "answered"
    DONE = "done"
    CONFIRM = "confirm"
    CHOOSE = "choose"
    NOT_FOUND = "not_found"
    NOT_UNDERSTOOD = "not_understood"
    REFUSED = "refused"
    ERROR = "error"


@dataclass(frozen=True)
class Record:
    """A record as a line or a card shows it. `fields` hold JSON values; amounts are Decimal, dates ISO text."""

    kind: str
    id: str
    name: str
    external_id: str | None = None
    fields: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class FieldChange:
    """One field of one record, before and after, from the database."""

    kind: str
    id: str
    external_id: str | None
    name: str
    field: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Receipt:
    """Where figures come from: which filter, how many rows, as of when (ISO), whose records."""

    filter: str
    count: int
    as_of: str
    scope: str


@dataclass(frozen=True)
class Button:
    """A call that a person can press. The arguments carry record ids, never words."""

    label: str
    command: str
    arguments: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ReplyPart:
    """A section of an answer as a person reads it: a title, records with a line below each, rows, further lines."""

    title: str | None = None
    records: tuple[Record, ...] = ()
    below: tuple[str, ...] = ()
    """A line below each of the records, in their order; empty for none."""
    kinds: bool = False
    """Whether each record says of what kind it is."""
    rows: tuple[dict[str, Any], ...] = ()
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reply:
    """An answer. `head` is the sentence a rep reads first, `notes` what stands below the records."""

    head: str
    state: ReplyState = ReplyState.ANSWERED
    records: tuple[Record, ...] = ()
    figures: dict[str, Any] = field(default_factory=dict)
    rows: tuple[dict[str, Any], ...] = ()
    notes: tuple[str, ...] = ()
    receipt: Receipt | None = None
    choices: tuple[Record, ...] = ()
    change: tuple[FieldChange, ...] = ()
    buttons: tuple[Button, ...] = ()
    confirmation: str | None = None
    command: str | None = None
    arguments: dict[str, Any] | None = None
    understood_by: str | None = None
    also: tuple[Reply, ...] = ()
    card: bool = False
    """Whether this is about the first record, and the other records belong to it."""
    question: str | None = None
    """What a card asks where this is proposed and not yet done."""
    instead: tuple[Button, ...] = ()
    """Other ways to do what a card asks about, offered on the card."""
    parts: tuple[ReplyPart, ...] = ()
    """Sections shown instead of records, rows and notes, where a plain list would not do.

    Their records must be the first of `records`, in the same order: “the second one” goes by `records`.
    """
    start: int = 0
    """How many of the first records the answer before has shown: a list that goes on is shown from there."""
    left_out: tuple[str, ...] = ()
    """What the person said besides, as it was said, that this answer does not take up."""
    keeps_card: bool = False
    """Whether the card whose button was pressed stays as it is: its question was not settled by this."""
    undoes: int | None = None
    """Number of the audit entry that this took back."""
