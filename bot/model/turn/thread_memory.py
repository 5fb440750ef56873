"""What a thread was about, for the model: the person's own words, and records as they may be seen today."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.model.grounding.quotation import quoted
from bot.model.turn.prompt import Earlier, shown_now
from commands import BY_VERB
from commands.contract.arguments import Names, Owners
from commands.contract.context import Context
from commands.contract.reply import Reply, State
from commands.dispatching.dispatcher import Request
from storage.database.doors import Session
from storage.names.name_index import parse_ref
from storage.threads import turns
from storage.threads.turns import KeptTurn

MOST_TURNS = 6
KINDS = ("lead", "contact", "account", "opportunity")


def earlier(context: Context, request: Request) -> list[Earlier]:
    """The last turns of this person's thread; records that may no longer be seen are left out."""
    if not request.thread:
        return []
    kept = turns.last(
        context.scope.session,
        request.workspace_id,
        request.rep_id,
        request.thread,
        request.now,
        near=request.near,
        limit=MOST_TURNS,
    )
    return [_seen(context, turn) for turn in kept]


def keep(session: Session, request: Request, said: str, replies: Sequence[Reply]) -> None:
    """Keep a turn: what was said, what was called without the names, and which records were shown."""
    turns.keep(
        session,
        workspace_id=request.workspace_id,
        rep_id=request.rep_id,
        thread=request.thread,
        now=request.now,
        said=quoted(said, turns.LONGEST),
        calls=[_call(reply) for reply in replies if reply.command is not None],
        records=[reference for reply in replies for reference in _shown(reply)],
    )


def _seen(context: Context, turn: KeptTurn) -> Earlier:
    calls = tuple(
        f"{each.get('verb')}({_spoken(each.get('arguments') or {})}): {each.get('state')}" for each in turn.calls
    )
    return Earlier(turn.said, calls, tuple(shown_now(context, turn.records)))


def _spoken(arguments: dict[str, Any]) -> str:
    return ", ".join(f"{key}={value}" for key, value in arguments.items())


def _call(reply: Reply) -> dict[str, Any]:
    """A call as it may be told later: names and free words of records are told anew or not at all."""
    kind = BY_VERB.get(reply.command or "")
    marks: dict[str, Names | Owners] = kind.named_fields() if kind else {}
    kept = {
        key: quoted(value) if isinstance(value, str) else value
        for key, value in (reply.arguments or {}).items()
        if key not in marks and isinstance(value, str | int | float | bool) and len(str(value)) <= 60
    }
    return {"verb": reply.command, "arguments": kept, "state": str(reply.state)}


def _shown(reply: Reply) -> list[str]:
    if reply.state in (State.NOT_UNDERSTOOD, State.ERROR):
        return []
    found = [each.id for each in (*reply.records, *reply.choices) if each.kind in KINDS]
    found = found or [each.id for each in reply.change if each.kind in KINDS]
    return [each for each in dict.fromkeys(found) if parse_ref(each)]
