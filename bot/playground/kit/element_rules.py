"""Block elements: buttons, menus, pickers and inputs (docs.slack.dev/reference/block-kit/block-elements)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot.playground.kit.composition_objects import (
    CONFIRM,
    CONVERSATION_FILTER,
    DISPATCH,
    IMAGE,
    LINK_OPTION,
    OPTION_GROUP,
    PLAIN_OPTION,
    TEXT_OPTION,
    plain,
)
from bot.playground.kit.value_checks import (
    Check,
    anything,
    both,
    exactly_one,
    flag,
    items,
    number,
    shape,
    string,
    word,
    wrong,
)

ACTION_ID = {"action_id": string(255, 1)}
FOCUS: dict[str, Check] = {**ACTION_ID, "focus_on_load": flag}
HINTED: dict[str, Check] = {**FOCUS, "placeholder": plain(150)}
ASKED: dict[str, Check] = {**HINTED, "confirm": CONFIRM}
TYPED: dict[str, Check] = {**HINTED, "dispatch_action_config": DISPATCH}
DATE = string(pattern=r"\d{4}-\d{2}-\d{2}")
TIME = string(pattern=r"\d{2}:\d{2}")


def _initial_among_options(value: Any, pointer: str) -> Iterator[str]:
    chosen = value.get("initial_options", []) + [value[name] for name in ("initial_option",) if name in value]
    offered = [*value.get("options", [])]
    for group in value.get("option_groups", []):
        offered += group.get("options", []) if isinstance(group, dict) else []
    known = {each.get("value") for each in offered if isinstance(each, dict)}
    for each in chosen:
        if not isinstance(each, dict) or each.get("value") not in known:
            yield wrong("initial option was not found in the options", pointer)


def _chosen_from(**more: Check) -> Check:
    offered = {"options": items(PLAIN_OPTION, 1, 100), "option_groups": items(OPTION_GROUP, 1, 100)}
    return both(
        shape({}, {**ASKED, **offered, **more}), exactly_one("options", "option_groups"), _initial_among_options
    )


def _ticked(**more: Check) -> Check:
    return both(
        shape({"options": items(TEXT_OPTION, 1, 10)}, {**FOCUS, "confirm": CONFIRM, **more}), _initial_among_options
    )


_FEEDBACK = shape({"text": plain(75), "value": string(2000)}, {"accessibility_label": string(75)})
_MOST: dict[str, Check] = {"max_selected_items": number(1)}
_URLS: dict[str, Check] = {"response_url_enabled": flag}

BUTTON = shape(
    {"text": plain(75)},
    {
        **ACTION_ID,
        "url": string(3000),
        "value": string(2000),
        "style": word("primary", "danger"),
        "confirm": CONFIRM,
        "accessibility_label": string(75),
        "agent_prompt": string(4000),
        "visible_to_user_ids": items(string()),
    },
)
MENUS: dict[str, Check] = {
    "static_select": _chosen_from(initial_option=PLAIN_OPTION),
    "multi_static_select": _chosen_from(initial_options=items(PLAIN_OPTION, 1), **_MOST),
    "external_select": shape({}, {**ASKED, "initial_option": PLAIN_OPTION, "min_query_length": number(0)}),
    "multi_external_select": shape(
        {}, {**ASKED, "initial_options": items(PLAIN_OPTION, 1), "min_query_length": number(0), **_MOST}
    ),
    "users_select": shape({}, {**ASKED, "initial_user": string()}),
    "multi_users_select": shape({}, {**ASKED, "initial_users": items(string()), **_MOST}),
    "channels_select": shape({}, {**ASKED, **_URLS, "initial_channel": string()}),
    "multi_channels_select": shape({}, {**ASKED, "initial_channels": items(string()), **_MOST}),
    "conversations_select": shape(
        {},
        {
            **ASKED,
            **_URLS,
            "initial_conversation": string(),
            "default_to_current_conversation": flag,
            "filter": CONVERSATION_FILTER,
        },
    ),
    "multi_conversations_select": shape(
        {},
        {
            **ASKED,
            "initial_conversations": items(string()),
            "default_to_current_conversation": flag,
            "filter": CONVERSATION_FILTER,
            **_MOST,
        },
    ),
}
PICKERS: dict[str, Check] = {
    "checkboxes": _ticked(initial_options=items(TEXT_OPTION, 1)),
    "radio_buttons": _ticked(initial_option=TEXT_OPTION),
    "datepicker": shape({}, {**ASKED, "initial_date": DATE}),
    "timepicker": shape({}, {**ASKED, "initial_time": TIME, "timezone": string()}),
}
MOMENT: dict[str, Check] = {"datetimepicker": shape({}, {**FOCUS, "confirm": CONFIRM, "initial_date_time": number(0)})}
OVERFLOW: dict[str, Check] = {
    "overflow": shape({"options": items(LINK_OPTION, 1, 5)}, {**ACTION_ID, "confirm": CONFIRM})
}
INPUTS: dict[str, Check] = {
    "plain_text_input": shape(
        {},
        {
            **TYPED,
            "initial_value": string(3000),
            "multiline": flag,
            "min_length": number(0, 3000),
            "max_length": number(1, 3000),
        },
    ),
    "email_text_input": shape({}, {**TYPED, "initial_value": string()}),
    "url_text_input": shape({}, {**TYPED, "initial_value": string()}),
    "number_input": shape(
        {"is_decimal_allowed": flag},
        {**TYPED, "initial_value": string(), "min_value": string(), "max_value": string()},
    ),
    "rich_text_input": shape({}, {**TYPED, "initial_value": anything}),
    "file_input": shape({}, {**ACTION_ID, "filetypes": items(string()), "max_files": number(1, 10)}),
}

IN_ACTIONS: dict[str, Check] = {"button": BUTTON, **MENUS, **PICKERS, **MOMENT, **OVERFLOW}
BESIDE_SECTION: dict[str, Check] = {"button": BUTTON, "image": IMAGE, **MENUS, **PICKERS, **OVERFLOW}
IN_INPUT: dict[str, Check] = {**INPUTS, **MENUS, **PICKERS, **MOMENT}
IN_CONTEXT_ACTIONS: dict[str, Check] = {
    "feedback_buttons": shape({"positive_button": _FEEDBACK, "negative_button": _FEEDBACK}, ACTION_ID),
    "icon_button": shape(
        {"icon": string(), "text": plain(75)},
        {
            **ACTION_ID,
            "value": string(2000),
            "confirm": CONFIRM,
            "accessibility_label": string(75),
            "visible_to_user_ids": items(string()),
        },
    ),
}
