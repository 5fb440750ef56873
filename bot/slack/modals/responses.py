"""What becomes of a submitted view: errors beside its fields, another view, or the reply of what was done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.slack.modals import elements
from bot.slack.modals.form import title
from bot.slack.modals.submitted_values import AGAIN, block_of, input_blocks
from bot.slack.payloads.private_metadata import CONFIRM, Kept, Place, kept_in
from bot.slack.render.blocks import Json
from bot.slack.render.escaping import cut
from commands.contract.command import Command
from commands.contract.errors import Ambiguous, CommandError
from commands.contract.reply import Reply, State
from commands.dispatching.dispatcher import Dispatcher, Request
from commands.dispatching.prepare import prepare
from commands.wording.change_words import change_lines
from commands.wording.record_words import record_line

MOST_LISTED = 40
LONGEST_ERROR = 1_000


@dataclass(frozen=True)
class Errors:
    """What is wrong, by block_id. The view stays open, and nothing was changed."""

    fields: dict[str, str]


@dataclass(frozen=True)
class NextView:
    """The view that takes the place of the submitted one."""

    view: Json


def anew(view: Json) -> Json:
    """The view with other block ids: where these stay, Slack shows what stood there before, not what does now."""
    mark = kept_in(view).shown or ""
    blocks = [
        each | {"block_id": f"{each['block_id']}{AGAIN}{mark}"} if each["type"] == "input" else each
        for each in view["blocks"]
    ]
    return view | {"blocks": blocks}


def errors(view: Mapping[str, Any], wrong: Mapping[str, str]) -> Errors:
    """Errors by argument, put beside their inputs; what has no input here stands at the first one."""
    blocks = input_blocks(view)
    found: dict[str, str] = {}
    for argument, words in wrong.items():
        block = block_of(view, argument) or (blocks[0] if blocks else argument)
        found[block] = cut(f"{found[block]} {words}" if block in found else words, LONGEST_ERROR)
    return Errors(found)


def outcome(
    dispatcher: Dispatcher,
    request: Request,
    view: Mapping[str, Any],
    reply: Reply,
    kept: Kept,
    arguments: Mapping[str, Any],
) -> Errors | NextView | Reply:
    """A question becomes a page that asks it. A refusal stands where it can be mended, else it is the answer."""
    if reply.state is State.CONFIRM and reply.confirmation and reply.command:
        return NextView(question(dispatcher.pressable[reply.command], reply, kept.place))
    failed = reply.state in (State.REFUSED, State.NOT_FOUND, State.ERROR) and not reply.buttons
    if not failed or not input_blocks(view) or reply.command is None:
        return reply
    if reply.state is State.ERROR:
        return errors(view, {"": reply.head})
    field = culprit(dispatcher, request, reply.command, arguments)
    # What is wrong with the record itself, or that it is gone, no other value would mend.
    final = field in kept.fixed or (field is None and reply.state is State.NOT_FOUND)
    return reply if final else errors(view, {field or "": reply.head})


def culprit(dispatcher: Dispatcher, request: Request, verb: str, arguments: Mapping[str, Any]) -> str | None:
    """The argument because of which a call is refused: tried once more in a transaction that is never committed."""
    kind = dispatcher.pressable.get(verb)
    try:
        with dispatcher.database.writing() as session:
            if kind is not None:
                context = dispatcher.context(session, request)
                prepare(kind, arguments, context)[0].run(context)
            session.rollback()
    except CommandError as error:
        return error.field
    except Ambiguous as several:
        return several.field
    return None


def question(kind: type[Command], reply: Reply, place: Place | None) -> Json:
    """The page that says why it is asked and what would change; its submission does it."""
    lines = [*change_lines(reply), *(f"• {record_line(each)}" for each in reply.records[:MOST_LISTED])]
    left = len(reply.records) - MOST_LISTED
    lines += [f"… and {left:,} more."] if left > 0 else []
    blocks = [elements.section(reply.head), *(elements.section(each) for each in reply.notes[:MOST_LISTED] if each)]
    if lines:
        blocks.append(elements.section("\n".join(lines)))
    metadata = Kept(place, confirmation=reply.confirmation).written()
    submit = "Do it" if kind.always_asks else "Do it anyway"
    return elements.modal(title(kind.verb()), CONFIRM, metadata, blocks, submit)
