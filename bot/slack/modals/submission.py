"""Carries out submitted forms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from bot.slack.modals import conversion_choices, conversion_form, edit_form
from bot.slack.modals.form import build_form_view, make_form
from bot.slack.modals.opening import draw_form_view
from bot.slack.modals.responses import FieldErrors, NextView, choose_response, place_errors, renew_block_ids
from bot.slack.modals.submitted_values import EMPTY, find_wrong_values, input_value, read_arguments
from bot.slack.payloads.private_metadata import CONFIRM, FORM, PrivateMetadata, read_private_metadata
from commands import FIELD_EDITS
from commands.contract.command import Command
from commands.contract.context import Context
from commands.contract.errors import CommandError
from commands.contract.reply import Reply, ReplyState
from commands.contract.update_field import UpdateField
from commands.conversion.convert_lead import ConvertLead
from commands.conversion.offer import ConversionOffer
from commands.dispatching.dispatcher import Dispatcher
from commands.dispatching.failures import reply_to_failures
from commands.dispatching.request import Origin, Request
from storage.audit import audit_log

OVERTAKEN = "This changed while the form was open, so nothing was done yet. Here is how it is now; please look again."
NO_FORM = "There is no such form any more. Please open it again."


def submit_form(dispatcher: Dispatcher, request: Request, given: dict[str, Any]) -> FieldErrors | NextView | Reply:
    """Carry out a submitted view (`view` of a view_submission payload); return how Slack is to answer it.

    FieldErrors and NextView mean that nothing was changed. Never raises for what was filled in, even by a forger.
    """
    answer: list[FieldErrors | NextView | Reply] = []

    def run_submission() -> Reply:
        answer.append(_submit_form(dispatcher, request, given))
        return answer[0] if isinstance(answer[0], Reply) else Reply("")

    reply = reply_to_failures(run_submission)
    return answer[0] if answer else reply


def _submit_form(dispatcher: Dispatcher, request: Request, given: dict[str, Any]) -> FieldErrors | NextView | Reply:
    callback, kept = given.get("callback_id"), read_private_metadata(given)
    if callback == CONFIRM and kept.confirmation:
        return dispatcher.confirm_proposal(request, kept.confirmation)
    verb = callback.removeprefix(FORM) if isinstance(callback, str) and callback.startswith(FORM) else ""
    kind = dispatcher.pressable.get(verb)
    if kind is None:
        return Reply(NO_FORM, ReplyState.REFUSED)
    with dispatcher.database.begin_read() as session:
        context = dispatcher.build_context(session, request)
        read = READ_FORM_OF.get(kind, _read_form)
        call = read(kind, context, kept, given, _was_done_before(context, request))
    if not isinstance(call, ReadyCall):
        return call
    reply = dispatcher.dispatch(request, verb, call.arguments, call.origin)
    if call.offer is not None and reply.state is ReplyState.DONE:
        reply = conversion_form.shorten_reply(reply, call.offer)
    return choose_response(dispatcher, request, given, reply, kept, call.arguments)


@dataclass(frozen=True)
class ReadyCall:
    """Describes a call that can be run: its form is valid, and what the form showed still holds."""

    arguments: dict[str, Any]
    origin: Origin = Origin.FORM
    offer: ConversionOffer | None = None


Answer: TypeAlias = ReadyCall | FieldErrors | NextView | Reply


def _read_form(
    kind: type[Command], context: Context, kept: PrivateMetadata, given: Mapping[str, Any], done: bool
) -> Answer:
    """Read a form that asks for the arguments of its command."""
    now = make_form(kind, context, kept.fixed)
    form = replace(now, given=dict.fromkeys(kept.given))
    arguments, wrong = read_arguments(form, context, given)
    if wrong:
        return place_errors(given, wrong)
    # The person decided by what the form showed. Where that has changed since, it is shown again as it is now.
    if kept.shown != form.present_fingerprint() and not done:
        typed = {name: said for name, said in arguments.items() if name not in form.fixed}
        return NextView(
            renew_block_ids(build_form_view(replace(form, given=typed), context, kept.place, notice=OVERTAKEN))
        )
    # A form that shows what will happen counts as a yes. A form of arguments cannot show it, so commands that always
    # ask do so in a view of their own.
    return ReadyCall(arguments, Origin.TYPED if kind.always_asks else Origin.FORM)


def _read_edit_form(
    kind: type[Command], context: Context, kept: PrivateMetadata, given: Mapping[str, Any], done: bool
) -> Answer:
    if "name" not in kept.fixed:
        return _show_next_page(kind, context, kept, given)
    assert issubclass(kind, UpdateField)
    arguments, wrong = edit_form.read_change(kind, kept, context, given)
    if wrong:
        return place_errors(given, wrong)
    record = kind.load_record(context, kept.fixed["name"])
    if done or kept.shown == edit_form.field_fingerprint(kind, context, record, arguments["field"]):
        return ReadyCall(arguments)
    return NextView(renew_block_ids(edit_form.build_page(kind, context, arguments, kept.place, notice=OVERTAKEN)))


def _read_conversion_form(
    kind: type[Command], context: Context, kept: PrivateMetadata, given: Mapping[str, Any], done: bool
) -> Answer:
    if "name" not in kept.fixed:
        return _show_next_page(kind, context, kept, given)
    lead = context.get_lead(kept.fixed["name"])
    # Then there is no offer to compare with: the dispatcher answers as before, or that the lead is converted.
    if done or lead.is_converted:
        return ReadyCall(dict(kept.fixed))
    arguments = conversion_form.read_choices(kept, given)
    wrong = find_wrong_values(kind, context, arguments)
    if wrong:
        return place_errors(given, wrong)
    try:
        offer = conversion_form.find_offer(context, arguments)
    except CommandError as error:
        return place_errors(given, {error.field or "": str(error)})
    if kept.shown != conversion_choices.offer_fingerprint(offer):
        return NextView(renew_block_ids(conversion_form.build_page(context, arguments, kept.place, notice=OVERTAKEN)))
    return ReadyCall(conversion_form.drop_new_choices(context, arguments), offer=offer)


def _show_next_page(
    kind: type[Command], context: Context, kept: PrivateMetadata, given: Mapping[str, Any]
) -> FieldErrors | NextView:
    """Return the form that was wanted, now that the record it is about is known."""
    said = input_value(given.get("state"), "name")
    words = said if isinstance(said, str) else ""
    if not words:
        return place_errors(given, {"name": EMPTY})
    try:
        return NextView(draw_form_view(kind, context, {"name": words}, kept.place))
    except CommandError as error:
        return place_errors(given, {"name": str(error)})


READ_FORM_OF: dict[
    type[Command], Callable[[type[Command], Context, PrivateMetadata, Mapping[str, Any], bool], Answer]
] = {
    ConvertLead: _read_conversion_form,
    **dict.fromkeys(FIELD_EDITS, _read_edit_form),
}


def _was_done_before(context: Context, request: Request) -> bool:
    """Return whether this very submission was carried out before."""
    # Its second delivery gets the same answer, though the record has changed by the first one.
    session, asker = context.scope.session, context.asker
    return request.key is not None and (
        audit_log.find_entry_by_key(session, context.scope.workspace_id, asker.id, request.key) is not None
    )
