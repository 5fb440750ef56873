"""The memory of a thread, for the model: the rep's own words, and records as the rep may see them today."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.model.grounding.quotation import quoted
from bot.model.turn.prompt import EarlierCall, EarlierTurn, describe_records
from commands import BY_VERB
from commands.contract.arguments import OwnerMark, RecordMark
from commands.contract.context import Context
from commands.contract.reply import Reply, ReplyState
from commands.dispatching.request import Request
from storage.database.doors import Session
from storage.names.name_index import parse_ref
from storage.threads import turns
from storage.threads.turns import KeptTurn

MOST_TURNS = 6
LONGEST_VALUE = 120
"""Signs of an argument of an earlier call that the model is told; longer ones are left out."""
KINDS = ("lead", "contact", "account", "opportunity")


def load_earlier_turns(context: Context, request: Request) -> list[EarlierTurn]:
    """Load the last turns of this person's thread; records they may no longer see are left out."""
    if not request.thread:
        return []
    kept = turns.list_last_turns(
        context.scope.session,
        request.workspace_id,
        request.rep_id,
        request.thread,
        request.now,
        near=request.near,
        limit=MOST_TURNS,
    )
    return [_recall_turn(context, turn) for turn in kept]


def store_turn(session: Session, request: Request, said: str, replies: Sequence[Reply]) -> None:
    """Store a turn: what was said, the calls without names, and which records were shown."""
    turns.save_turn(
        session,
        workspace_id=request.workspace_id,
        rep_id=request.rep_id,
        thread=request.thread,
        now=request.now,
        said=quoted(said, turns.LONGEST),
        calls=[_describe_call(reply) for reply in replies if reply.command is not None],
        records=[reference for reply in replies for reference in _list_references(reply)],
    )


def _recall_turn(context: Context, turn: KeptTurn) -> EarlierTurn:
    calls = tuple(
        EarlierCall(each["verb"], each.get("arguments") or {}, str(each.get("state")))
        for each in turn.calls
        # A command that an older version had is no tool any more.
        if each.get("verb") in BY_VERB
    )
    return EarlierTurn(turn.said, calls, tuple(describe_records(context, turn.records)))


def _describe_call(reply: Reply) -> dict[str, Any]:
    """Describe a call as it may be told to the model later."""
    kind = BY_VERB.get(reply.command or "")
    marks: dict[str, RecordMark | OwnerMark] = kind.list_reference_fields() if kind else {}
    # Words that name a record or a person are left out: names are read anew, with the rights of that day.
    told = {key: _quote_value(value) for key, value in (reply.arguments or {}).items() if key not in marks}
    kept = {key: value for key, value in told.items() if value is not None and len(str(value)) <= LONGEST_VALUE}
    return {"verb": reply.command, "arguments": kept, "state": str(reply.state)}


def _quote_value(value: Any) -> Any:
    """Quote the words of a value: a word, a figure, several of them, or a period."""
    match value:
        case str():
            return quoted(value)
        case int() | float():
            return value
        case list() | tuple():
            return [_quote_value(each) for each in value]
        case dict():
            return {key: _quote_value(each) for key, each in value.items()}
    return None


def _list_references(reply: Reply) -> list[str]:
    if reply.state in (ReplyState.NOT_UNDERSTOOD, ReplyState.ERROR):
        return []
    found = [each.id for each in (*reply.records, *reply.choices) if each.kind in KINDS]
    found = found or [each.id for each in reply.change if each.kind in KINDS]
    return [each for each in dict.fromkeys(found) if parse_ref(each)]
