"""What a person filled into a view, carried out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.slack.modals.answers import arguments_of
from bot.slack.modals.form import Form, form_of, view
from bot.slack.modals.kept import CONFIRM, FORM, Kept, kept_in
from bot.slack.modals.outcome import Errors, NextView, errors, outcome
from commands.command import Command
from commands.context import Context
from commands.dispatch import Dispatcher, Origin, Request
from commands.reply import Reply, State
from storage import audit

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
    kind = dispatcher.commands.get(verb)
    if kind is None:
        return Reply(NO_FORM, State.REFUSED)
    with dispatcher.database.reading() as session:
        context = dispatcher.context(session, request)
        read = _read(kind, context, kept, given, done=_done(context, request))
    if not isinstance(read, dict):
        return read
    origin = Origin.TYPED if kind.always_asks else Origin.FORM
    reply = dispatcher.dispatch(request, verb, read, origin)
    return outcome(dispatcher, request, given, reply, kept, read)


def _read(
    kind: type[Command], context: Context, kept: Kept, given: Mapping[str, Any], *, done: bool
) -> dict[str, Any] | Errors | NextView:
    """The arguments of the call, or what has to be mended or looked at before there can be one."""
    form = form_of(kind, context, kept.fixed)
    form = Form(kind, form.fixed, dict.fromkeys(kept.given), form.present)
    arguments, wrong = arguments_of(form, context, given.get("state"))
    if wrong:
        return errors(given, wrong)
    if kept.shown != form.fingerprint() and not done:
        again = Form(
            kind, form.fixed, {name: said for name, said in arguments.items() if name not in form.fixed}, form.present
        )
        return NextView(view(again, context, kept.place, notice=OVERTAKEN))
    return arguments


def _done(context: Context, request: Request) -> bool:
    """Whether this very submission was carried out before: it is answered alike, however the record is by now."""
    session, asker = context.scope.session, context.asker
    return request.key is not None and (
        audit.done_under(session, context.scope.workspace_id, asker.id, request.key) is not None
    )
