"""Opening the form of a command, and drawing it anew where a choice changes what else is asked."""

from __future__ import annotations

from typing import Any

from bot.slack.calls import Call
from bot.slack.modals.elements import Json
from bot.slack.modals.form import form_of, view
from bot.slack.modals.kept import Place
from commands.dispatch import Dispatcher, Request
from commands.errors import CommandError


def opened(dispatcher: Dispatcher, request: Request, call: Call, origin: Place | None) -> Json:
    """The view of a call's form for views.open, begun with the call's arguments and with what holds now.

    CommandError with a sentence for a person where there is no such form or the record is not visible.
    """
    kind = dispatcher.commands.get(call.verb)
    if kind is None:
        raise CommandError(f"There is no form for “{call.verb}”.")
    with dispatcher.database.reading() as session:
        context = dispatcher.context(session, request)
        return view(form_of(kind, context, call.arguments), context, origin)


def changed(dispatcher: Dispatcher, request: Request, given: dict[str, Any], action: dict[str, Any]) -> Json | None:
    """The view for views.update after a choice in it that changes the rest; None where nothing else changes."""
    return None
