"""Opens the form of a command, and draws it again where a choice changes what else it asks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from bot.slack.modals import conversion_form, edit_form
from bot.slack.modals.form import build_form_view as view_of
from bot.slack.modals.form import build_name_view, make_form, refuse_unknown_name
from bot.slack.modals.submitted_values import BLOCK_MARK
from bot.slack.payloads.button_value import ButtonCall
from bot.slack.payloads.private_metadata import FORM, FormOrigin, read_private_metadata
from bot.slack.render.blocks import Json
from commands import FIELD_EDITS
from commands.contract.command import Command
from commands.contract.context import Context
from commands.contract.errors import CommandError
from commands.conversion.convert_lead import ConvertLead
from commands.dispatching.dispatcher import Dispatcher
from commands.dispatching.request import Request


def open_form_view(dispatcher: Dispatcher, request: Request, call: ButtonCall, origin: FormOrigin | None) -> Json:
    """Build the view for views.open: the form of a call, filled with its arguments and with what holds now.

    CommandError where there is no such form or the record is not visible.
    """
    kind = dispatcher.pressable.get(call.verb)
    if kind is None:
        raise CommandError(f"There is no form for “{call.verb}”.")
    with dispatcher.database.begin_read() as session:
        return draw_form_view(kind, dispatcher.build_context(session, request), call.arguments, origin)


def update_form_view(
    dispatcher: Dispatcher, request: Request, view: dict[str, Any], action: dict[str, Any]
) -> Json | None:
    """Build the view for views.update after a choice in it; None where nothing else in it changes.

    `view` and `action` are those of the block_actions payload. CommandError where the record is gone by now.
    """
    kept, chosen = read_private_metadata(view), str(action.get("block_id", "")).partition(BLOCK_MARK)[0]
    redraw = REDRAW_BY_CALLBACK.get(str(view.get("callback_id")))
    if redraw is None or "name" not in kept.fixed:
        return None
    with dispatcher.database.begin_read() as session:
        return redraw(dispatcher.build_context(session, request), kept, view, chosen)


def draw_form_view(
    kind: type[Command], context: Context, arguments: Mapping[str, Any], origin: FormOrigin | None
) -> Json:
    """Build the form of a command, or the one that asks which record is meant. NotFound where the words fit none."""
    form = make_form(kind, context, arguments)
    page = PAGES.get(kind)
    if page is None:
        return view_of(form, context, origin)
    if "name" not in form.fixed:
        refuse_unknown_name(kind, context, arguments.get("name"))
        return build_name_view(kind, context, str(arguments.get("name") or ""), origin)
    return page(context, form.given | form.fixed, origin)


# Forms that show more than their command's arguments, and what draws them again.
PAGES: dict[type[Command], Callable[..., Json]] = {
    ConvertLead: conversion_form.build_page,
    **{kind: partial(edit_form.build_page, kind) for kind in FIELD_EDITS},
}
REDRAW_BY_CALLBACK: dict[str, Callable[..., Json | None]] = {
    FORM + ConvertLead.verb(): conversion_form.redraw_page,
    **{FORM + kind.verb(): partial(edit_form.redraw_page, kind) for kind in FIELD_EDITS},
}
