"""Decides how a submitted form is answered: by errors beside its fields, by another view, or by a reply."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.slack.modals import elements
from bot.slack.modals.form import form_title
from bot.slack.modals.submitted_values import BLOCK_MARK, find_input_block, input_block_ids
from bot.slack.payloads.private_metadata import CONFIRM, FormOrigin, PrivateMetadata, read_private_metadata
from bot.slack.render.blocks import Json
from commands.contract.command import Command
from commands.contract.errors import Ambiguous, CommandError
from commands.contract.reply import Reply, ReplyState
from commands.dispatching.dispatcher import Dispatcher
from commands.dispatching.prepare import prepare_command
from commands.dispatching.request import Request
from commands.values.phrases import cut_text
from commands.wording.change_words import list_changes
from commands.wording.record_words import format_record

MOST_LISTED = 40
LONGEST_ERROR = 1_000


@dataclass(frozen=True)
class FieldErrors:
    """Holds what is wrong, by block id. The view stays open, and nothing was changed."""

    fields: dict[str, str]


@dataclass(frozen=True)
class NextView:
    """Holds the view that replaces the submitted one."""

    view: Json


def renew_block_ids(view: Json) -> Json:
    """Give the inputs of a view new block ids."""
    # Where a block id stays, Slack keeps what stood in the input instead of showing its new initial value.
    mark = read_private_metadata(view).shown or ""
    blocks = [
        each | {"block_id": f"{each['block_id']}{BLOCK_MARK}{mark}"} if each["type"] == "input" else each
        for each in view["blocks"]
    ]
    return view | {"blocks": blocks}


def place_errors(view: Mapping[str, Any], wrong: Mapping[str, str]) -> FieldErrors:
    """Turn errors by argument into errors by block id. One whose argument has no input is shown at the first input."""
    blocks = input_block_ids(view)
    found: dict[str, str] = {}
    for argument, words in wrong.items():
        block = find_input_block(view, argument) or (blocks[0] if blocks else argument)
        found[block] = cut_text(f"{found[block]} {words}" if block in found else words, LONGEST_ERROR)
    return FieldErrors(found)


def choose_response(
    dispatcher: Dispatcher,
    request: Request,
    view: Mapping[str, Any],
    reply: Reply,
    kept: PrivateMetadata,
    arguments: Mapping[str, Any],
) -> FieldErrors | NextView | Reply:
    """Turn the reply of a submission into what Slack is to show.

    A question becomes a view that asks it. A refusal becomes an error in the form where another value may help; else it
    is the answer.
    """
    if reply.state is ReplyState.CONFIRM and reply.confirmation and reply.command:
        return NextView(confirmation_view(dispatcher.pressable[reply.command], reply, kept.place))
    failed = reply.state in (ReplyState.REFUSED, ReplyState.NOT_FOUND, ReplyState.ERROR)
    if not failed or not input_block_ids(view) or reply.command is None:
        return reply
    if reply.state is ReplyState.ERROR:
        return place_errors(view, {"": reply.head})
    field = find_wrong_argument(dispatcher, request, reply.command, arguments)
    # No other value would help where the record itself is the trouble, or is gone.
    final = field in kept.fixed or (field is None and reply.state is ReplyState.NOT_FOUND)
    return reply if final else place_errors(view, {field or "": reply.head})


def find_wrong_argument(
    dispatcher: Dispatcher, request: Request, verb: str, arguments: Mapping[str, Any]
) -> str | None:
    """Find the argument because of which a call is refused; None where it is none of them."""
    # A reply does not name the argument, but the error behind it does. So the call is run once more in a transaction
    # that is rolled back.
    kind = dispatcher.pressable.get(verb)
    try:
        with dispatcher.database.begin_write() as session:
            if kind is not None:
                context = dispatcher.build_context(session, request)
                prepare_command(kind, arguments, context)[0].run(context)
            session.rollback()
    except CommandError as error:
        return error.field
    except Ambiguous as several:
        return several.field
    return None


def confirmation_view(kind: type[Command], reply: Reply, place: FormOrigin | None) -> Json:
    """Build the view that says why it asks and what would change; submitting it confirms."""
    lines = [*list_changes(reply), *(f"• {format_record(each)}" for each in reply.records[:MOST_LISTED])]
    left = len(reply.records) - MOST_LISTED
    lines += [f"… and {left:,} more."] if left > 0 else []
    blocks = [
        elements.plain_section(reply.head),
        *(elements.plain_section(each) for each in reply.notes[:MOST_LISTED] if each),
    ]
    if lines:
        blocks.append(elements.plain_section("\n".join(lines)))
    metadata = PrivateMetadata(place, confirmation=reply.confirmation).to_json()
    submit = "Do it" if kind.always_asks else "Do it anyway"
    return elements.modal_view(form_title(kind.verb()), CONFIRM, metadata, blocks, submit)
