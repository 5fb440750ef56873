"""Modals and the Home tab."""

from __future__ import annotations

from bot.playground.kit.surface_rules import check_view
from bot.playground.methods.method_call import ApiRequest, Method
from bot.playground.screen.modal_stack import add_view, has_external_id, replace_view
from bot.playground.workspace.api_refusal import Refusal
from bot.playground.workspace.slack_objects import view_object
from bot.playground.workspace.slack_state import MODALS_AT_ONCE, Json, Trigger, View

# In seconds: a trigger opens a modal right after the act that it came with, not later.
TRIGGER_LIVES = 3.0


def open_modal(asked: ApiRequest) -> Json:
    trigger = _exchange_trigger(asked)
    content = _read_content(asked, "modal")
    return _view_response(asked, add_view(asked.world, trigger.team_id, trigger.user, content, on_top=False))


def push_view(asked: ApiRequest) -> Json:
    trigger = _exchange_trigger(asked)
    content = _read_content(asked, "modal")
    stack = asked.world.modal_stack(trigger.user)
    if not stack:
        raise Refusal("not_found")
    if len(stack) >= MODALS_AT_ONCE:
        raise Refusal("push_limit_reached")
    return _view_response(asked, add_view(asked.world, trigger.team_id, trigger.user, content, on_top=True))


def update_view(asked: ApiRequest) -> Json:
    view = _find_view(asked)
    if asked.text_argument("hash") not in (None, view.hash):
        raise Refusal("hash_conflict")
    content = check_view(asked.arguments.get("view"), (view.kind,), asked.new_block_id)
    replace_view(asked.world, view, content)
    return _view_response(asked, view)


def publish_view(asked: ApiRequest) -> Json:
    user = asked.world.users.get(asked.required_argument("user_id"))
    if user is None or user.team_id != asked.installation.team_id:
        raise Refusal("user_not_found")
    if not asked.world.app.home_tab:
        raise Refusal("not_enabled")
    content = check_view(asked.arguments.get("view"), ("home",), asked.new_block_id)
    view = asked.world.views.get(asked.world.homes.get(user.id, ""))
    if asked.text_argument("hash") and (view is None or asked.text_argument("hash") != view.hash):
        raise Refusal("hash_conflict")
    if view is None:
        return _view_response(asked, add_view(asked.world, user.team_id, user.id, content, on_top=False))
    replace_view(asked.world, view, content)
    return _view_response(asked, view)


def _exchange_trigger(asked: ApiRequest) -> Trigger:
    """Find the act that the trigger_id stands for, and use it up, whatever becomes of the view."""
    trigger = asked.world.triggers.get(asked.required_argument("trigger_id"))
    if trigger is None or trigger.team_id != asked.installation.team_id:
        raise Refusal("invalid_trigger_id")
    if trigger.exchanged:
        raise Refusal("exchanged_trigger_id")
    if asked.world.now - trigger.issued > TRIGGER_LIVES:
        raise Refusal("expired_trigger_id")
    trigger.exchanged = True
    return trigger


def _read_content(asked: ApiRequest, kind: str) -> Json:
    content = check_view(asked.arguments.get("view"), (kind,), asked.new_block_id)
    if has_external_id(asked.world, asked.installation.team_id, content):
        raise Refusal("duplicate_external_id")
    return content


def _find_view(asked: ApiRequest) -> View:
    for view in asked.world.views.values():
        if view.team_id == asked.installation.team_id and (
            view.id == asked.text_argument("view_id")
            # A call without external_id must not match a view without one.
            or (asked.text_argument("external_id") or "-") == view.content.get("external_id")
        ):
            # A modal that was closed cannot be changed any more.
            if view.kind == "modal" and view not in asked.world.modal_stack(view.user):
                break
            return view
    raise Refusal("not_found")


def _view_response(asked: ApiRequest, view: View) -> Json:
    return {"view": view_object(asked.world, view)}


METHODS = {
    "views.open": Method(open_modal, tier=100),
    "views.push": Method(push_view, tier=100),
    "views.update": Method(update_view, tier=100),
    "views.publish": Method(publish_view, tier=100),
}
