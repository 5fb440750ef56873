"""What a person filled into a view, carried out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from bot.slack.modals import conversion_choices, conversion_form, edit_form
from bot.slack.modals.form import form_of, view
from bot.slack.modals.opening import drawn
from bot.slack.modals.responses import Errors, NextView, anew, errors, outcome
from bot.slack.modals.submitted_values import EMPTY, arguments_of, filled, wrong_values
from bot.slack.payloads.private_metadata import CONFIRM, FORM, Kept, kept_in
from commands.contract.command import Command
from commands.contract.context import Context
from commands.contract.errors import CommandError
from commands.contract.reply import Reply, State
from commands.conversion.convert_lead import ConvertLead
from commands.conversion.offer import Offer
from commands.dispatching.dispatcher import Dispatcher, Origin, Request
from commands.leads.create_update import UpdateLead
from storage.audit import audit_log

OVERTAKEN = "This changed while the form was open, so nothing was done yet. Here is how it is now; please look again."
NO_FORM = "There is no such form any more. Please open it again."


def submitted(dispatcher: Dispatcher, request: Request, given: dict[str, Any]) -> Errors | NextView | Reply:
    """What becomes of a view that was submitted, as Slack sends it (`view` of a view_submission payload).

    Nothing was changed where it is Errors or a NextView. Never raises for what a person or a forger filled in.
    """
    answer: list[Errors | NextView | Reply] = []

    def work() -> Reply:
        answer.append(_submitted(dispatcher, request, given))
        return answer[0] if isinstance(answer[0], Reply) else Reply("")

    reply = dispatcher.safely(work)
    return answer[0] if answer else reply


def _submitted(dispatcher: Dispatcher, request: Request, given: dict[str, Any]) -> Errors | NextView | Reply:
    callback, kept = given.get("callback_id"), kept_in(given)
    if callback == CONFIRM and kept.confirmation:
        return dispatcher.confirm(request, kept.confirmation)
    verb = callback.removeprefix(FORM) if isinstance(callback, str) and callback.startswith(FORM) else ""
    kind = dispatcher.pressable.get(verb)
    if kind is None:
        return Reply(NO_FORM, State.REFUSED)
    with dispatcher.database.reading() as session:
        context = dispatcher.context(session, request)
        read = READ.get(kind, _filled_in)
        call = read(kind, context, kept, given, _done(context, request))
    if not isinstance(call, Ready):
        return call
    reply = dispatcher.dispatch(request, verb, call.arguments, call.origin)
    if call.offer is not None and reply.state is State.DONE:
        reply = conversion_form.told(reply, call.offer)
    return outcome(dispatcher, request, given, reply, kept, call.arguments)


@dataclass(frozen=True)
class Ready:
    """A call that can be made: its form is filled, and what it said still holds."""

    arguments: dict[str, Any]
    origin: Origin = Origin.FORM
    offer: Offer | None = None


Answer: TypeAlias = Ready | Errors | NextView | Reply


def _filled_in(kind: type[Command], context: Context, kept: Kept, given: Mapping[str, Any], done: bool) -> Answer:
    """A form of arguments. What always asks shows on a page what it would do: its form cannot."""
    now = form_of(kind, context, kept.fixed)
    form = replace(now, given=dict.fromkeys(kept.given))
    arguments, wrong = arguments_of(form, context, given)
    if wrong:
        return errors(given, wrong)
    if kept.shown != form.fingerprint() and not done:
        typed = {name: said for name, said in arguments.items() if name not in form.fixed}
        return NextView(anew(view(replace(form, given=typed), context, kept.place, notice=OVERTAKEN)))
    return Ready(arguments, Origin.TYPED if kind.always_asks else Origin.FORM)


def _edited(kind: type[Command], context: Context, kept: Kept, given: Mapping[str, Any], done: bool) -> Answer:
    if "name" not in kept.fixed:
        return _next_page(kind, context, kept, given)
    arguments, wrong = edit_form.said(kept, context, given)
    if wrong:
        return errors(given, wrong)
    lead = context.lead(kept.fixed["name"])
    if done or kept.shown == edit_form.shown(context, lead, arguments["field"]):
        return Ready(arguments)
    return NextView(anew(edit_form.page(context, arguments, kept.place, notice=OVERTAKEN)))


def _converted(kind: type[Command], context: Context, kept: Kept, given: Mapping[str, Any], done: bool) -> Answer:
    if "name" not in kept.fixed:
        return _next_page(kind, context, kept, given)
    lead = context.lead(kept.fixed["name"])
    if done or lead.converted_at is not None:
        return Ready(dict(kept.fixed))
    arguments = conversion_form.said(kept, given)
    wrong = wrong_values(kind, context, arguments)
    if wrong:
        return errors(given, wrong)
    try:
        offer = conversion_form.offered(context, arguments)
    except CommandError as error:
        return errors(given, {error.field or "": str(error)})
    if kept.shown != conversion_choices.shown(offer):
        return NextView(anew(conversion_form.page(context, arguments, kept.place, notice=OVERTAKEN)))
    return Ready(conversion_form.settled(context, arguments), offer=offer)


def _next_page(kind: type[Command], context: Context, kept: Kept, given: Mapping[str, Any]) -> Errors | NextView:
    """The form that was wanted, once it is known which record it is about."""
    said = filled(given.get("state"), "name")
    words = said if isinstance(said, str) else ""
    if not words:
        return errors(given, {"name": EMPTY})
    try:
        return NextView(drawn(kind, context, {"name": words}, kept.place))
    except CommandError as error:
        return errors(given, {"name": str(error)})


READ: dict[type[Command], Callable[[type[Command], Context, Kept, Mapping[str, Any], bool], Answer]] = {
    ConvertLead: _converted,
    UpdateLead: _edited,
}


def _done(context: Context, request: Request) -> bool:
    """Whether this very submission was carried out before: it is answered alike, however the record is by now."""
    session, asker = context.scope.session, context.asker
    return request.key is not None and (
        audit_log.done_under(session, context.scope.workspace_id, asker.id, request.key) is not None
    )
