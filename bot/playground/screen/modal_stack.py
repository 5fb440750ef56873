"""A person's views: the stack of modals, the Home tab, and what is filled in where."""

from __future__ import annotations

from typing import Any

from bot.playground.kit.surface_rules import interactive_elements
from bot.playground.workspace.slack_state import Json, View
from bot.playground.workspace.slack_world import World


def add_view(world: World, team_id: str, user: str, content: Json, *, on_top: bool) -> View:
    """Show a new view: a Home tab, a modal of its own, or one `on_top` of the open ones."""
    with world.new_revision() as revision:
        below = world.modal_stack(user) if on_top else []
        name = world.new_id("V")
        view = View(
            id=name,
            team_id=team_id,
            user=user,
            content=content,
            hash=_new_hash(world),
            root_id=below[0].id if below else name,
            previous_id=below[-1].id if below else None,
            values=initial_values(content),
            revision=revision,
        )
        world.views[view.id] = view
        if view.kind == "home":
            world.homes[user] = view.id
        else:
            world.modals[user] = [*(each.id for each in below), view.id]
        return view


def replace_view(world: World, view: View, content: Json) -> None:
    """Show other content in a view. What was filled in stays where block_id and action_id stay."""
    with world.new_revision() as revision:
        kept = initial_values(content)
        for block_id, actions in kept.items():
            for action_id, state in actions.items():
                before = view.values.get(block_id, {}).get(action_id)
                if before is not None and before["type"] == state["type"]:
                    actions[action_id] = before
        view.content, view.values, view.hash, view.revision = content, kept, _new_hash(world), revision


def close_view(world: World, view: View, *, everything: bool = False) -> None:
    with world.new_revision():
        stack = world.modals.get(view.user, [])
        world.modals[view.user] = [] if everything else [each for each in stack if each != view.id]


def has_external_id(world: World, team_id: str, content: Json) -> bool:
    # Unique among the views that are open in a team; that of a closed modal may be used again.
    name = content.get("external_id")
    open_views = [*world.homes.values(), *(each for stack in world.modals.values() for each in stack)]
    return bool(name) and any(
        world.views[each].team_id == team_id and world.views[each].content.get("external_id") == name
        for each in open_views
    )


def _new_hash(world: World) -> str:
    return f"{int(world.now)}.{world.new_id('h')}"


# Where each element's value stands in `state.values`, where what it begins with, and what it is when empty.
VALUE_FIELDS: dict[str, tuple[str, str, Any]] = {
    "plain_text_input": ("value", "initial_value", None),
    "email_text_input": ("value", "initial_value", None),
    "url_text_input": ("value", "initial_value", None),
    "number_input": ("value", "initial_value", None),
    "rich_text_input": ("rich_text_value", "initial_value", None),
    "static_select": ("selected_option", "initial_option", None),
    "external_select": ("selected_option", "initial_option", None),
    "radio_buttons": ("selected_option", "initial_option", None),
    "checkboxes": ("selected_options", "initial_options", []),
    "multi_static_select": ("selected_options", "initial_options", []),
    "multi_external_select": ("selected_options", "initial_options", []),
    "users_select": ("selected_user", "initial_user", None),
    "multi_users_select": ("selected_users", "initial_users", []),
    "channels_select": ("selected_channel", "initial_channel", None),
    "multi_channels_select": ("selected_channels", "initial_channels", []),
    "conversations_select": ("selected_conversation", "initial_conversation", None),
    "multi_conversations_select": ("selected_conversations", "initial_conversations", []),
    "datepicker": ("selected_date", "initial_date", None),
    "timepicker": ("selected_time", "initial_time", None),
    "datetimepicker": ("selected_date_time", "initial_date_time", None),
    "file_input": ("files", "files", []),
}


def initial_values(content: Json) -> dict[str, dict[str, Json]]:
    """Make `state.values` as they are before anybody filled in anything."""
    found: dict[str, dict[str, Json]] = {}
    for block in content.get("blocks", []):
        for element in interactive_elements(block):
            if element["type"] in VALUE_FIELDS:
                name, initial, empty = VALUE_FIELDS[element["type"]]
                state = {"type": element["type"], name: element.get(initial, empty)}
                found.setdefault(block["block_id"], {})[element["action_id"]] = state
    return found


def element_state(element: Json, value: Any) -> Json:
    return {"type": element["type"], VALUE_FIELDS[element["type"]][0]: value}
