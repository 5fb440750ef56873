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
    check_plain_text,
)
from bot.playground.kit.value_checks import (
    Check,
    accept_anything,
    check_all,
    check_boolean,
    check_enum,
    check_exactly_one,
    check_integer,
    check_items,
    check_object,
    check_string,
    format_error,
)

ACTION_ID = {"action_id": check_string(255, 1)}
FOCUS: dict[str, Check] = {**ACTION_ID, "focus_on_load": check_boolean}
HINTED: dict[str, Check] = {**FOCUS, "placeholder": check_plain_text(150)}
ASKED: dict[str, Check] = {**HINTED, "confirm": CONFIRM}
TYPED: dict[str, Check] = {**HINTED, "dispatch_action_config": DISPATCH}
DATE = check_string(pattern=r"\d{4}-\d{2}-\d{2}")
TIME = check_string(pattern=r"\d{2}:\d{2}")


def _check_initial_options(value: Any, pointer: str) -> Iterator[str]:
    chosen = value.get("initial_options", []) + [value[name] for name in ("initial_option",) if name in value]
    offered = [*value.get("options", [])]
    for group in value.get("option_groups", []):
        offered += group.get("options", []) if isinstance(group, dict) else []
    # A value that is not offered cannot be chosen beforehand: Slack refuses the whole view for it.
    known = {each.get("value") for each in offered if isinstance(each, dict)}
    for each in chosen:
        if not isinstance(each, dict) or each.get("value") not in known:
            yield format_error("initial option was not found in the options", pointer)


def _check_menu(**more: Check) -> Check:
    offered = {"options": check_items(PLAIN_OPTION, 1, 100), "option_groups": check_items(OPTION_GROUP, 1, 100)}
    return check_all(
        check_object({}, {**ASKED, **offered, **more}),
        check_exactly_one("options", "option_groups"),
        _check_initial_options,
    )


def _check_ticks(**more: Check) -> Check:
    return check_all(
        check_object({"options": check_items(TEXT_OPTION, 1, 10)}, {**FOCUS, "confirm": CONFIRM, **more}),
        _check_initial_options,
    )


_FEEDBACK = check_object(
    {"text": check_plain_text(75), "value": check_string(2000)}, {"accessibility_label": check_string(75)}
)
_MOST: dict[str, Check] = {"max_selected_items": check_integer(1)}
_URLS: dict[str, Check] = {"response_url_enabled": check_boolean}

BUTTON = check_object(
    {"text": check_plain_text(75)},
    {
        **ACTION_ID,
        "url": check_string(3000),
        "value": check_string(2000),
        "style": check_enum("primary", "danger"),
        "confirm": CONFIRM,
        "accessibility_label": check_string(75),
        "agent_prompt": check_string(4000),
        "visible_to_user_ids": check_items(check_string()),
    },
)
MENUS: dict[str, Check] = {
    "static_select": _check_menu(initial_option=PLAIN_OPTION),
    "multi_static_select": _check_menu(initial_options=check_items(PLAIN_OPTION, 1), **_MOST),
    "external_select": check_object(
        {}, {**ASKED, "initial_option": PLAIN_OPTION, "min_query_length": check_integer(0)}
    ),
    "multi_external_select": check_object(
        {}, {**ASKED, "initial_options": check_items(PLAIN_OPTION, 1), "min_query_length": check_integer(0), **_MOST}
    ),
    "users_select": check_object({}, {**ASKED, "initial_user": check_string()}),
    "multi_users_select": check_object({}, {**ASKED, "initial_users": check_items(check_string()), **_MOST}),
    "channels_select": check_object({}, {**ASKED, **_URLS, "initial_channel": check_string()}),
    "multi_channels_select": check_object({}, {**ASKED, "initial_channels": check_items(check_string()), **_MOST}),
    "conversations_select": check_object(
        {},
        {
            **ASKED,
            **_URLS,
            "initial_conversation": check_string(),
            "default_to_current_conversation": check_boolean,
            "filter": CONVERSATION_FILTER,
        },
    ),
    "multi_conversations_select": check_object(
        {},
        {
            **ASKED,
            "initial_conversations": check_items(check_string()),
            "default_to_current_conversation": check_boolean,
            "filter": CONVERSATION_FILTER,
            **_MOST,
        },
    ),
}
PICKERS: dict[str, Check] = {
    "checkboxes": _check_ticks(initial_options=check_items(TEXT_OPTION, 1)),
    "radio_buttons": _check_ticks(initial_option=TEXT_OPTION),
    "datepicker": check_object({}, {**ASKED, "initial_date": DATE}),
    "timepicker": check_object({}, {**ASKED, "initial_time": TIME, "timezone": check_string()}),
}
MOMENT: dict[str, Check] = {
    "datetimepicker": check_object({}, {**FOCUS, "confirm": CONFIRM, "initial_date_time": check_integer(0)})
}
OVERFLOW: dict[str, Check] = {
    "overflow": check_object({"options": check_items(LINK_OPTION, 1, 5)}, {**ACTION_ID, "confirm": CONFIRM})
}
INPUTS: dict[str, Check] = {
    "plain_text_input": check_object(
        {},
        {
            **TYPED,
            "initial_value": check_string(3000),
            "multiline": check_boolean,
            "min_length": check_integer(0, 3000),
            "max_length": check_integer(1, 3000),
        },
    ),
    "email_text_input": check_object({}, {**TYPED, "initial_value": check_string()}),
    "url_text_input": check_object({}, {**TYPED, "initial_value": check_string()}),
    "number_input": check_object(
        {"is_decimal_allowed": check_boolean},
        {**TYPED, "initial_value": check_string(), "min_value": check_string(), "max_value": check_string()},
    ),
    "rich_text_input": check_object({}, {**TYPED, "initial_value": accept_anything}),
    "file_input": check_object(
        {}, {**ACTION_ID, "filetypes": check_items(check_string()), "max_files": check_integer(1, 10)}
    ),
}

# Which element may stand where differs: a datetimepicker not beside a section, an input only in an input block.
IN_ACTIONS: dict[str, Check] = {"button": BUTTON, **MENUS, **PICKERS, **MOMENT, **OVERFLOW}
BESIDE_SECTION: dict[str, Check] = {"button": BUTTON, "image": IMAGE, **MENUS, **PICKERS, **OVERFLOW}
IN_INPUT: dict[str, Check] = {**INPUTS, **MENUS, **PICKERS, **MOMENT}
IN_CONTEXT_ACTIONS: dict[str, Check] = {
    "feedback_buttons": check_object({"positive_button": _FEEDBACK, "negative_button": _FEEDBACK}, ACTION_ID),
    "icon_button": check_object(
        {"icon": check_string(), "text": check_plain_text(75)},
        {
            **ACTION_ID,
            "value": check_string(2000),
            "confirm": CONFIRM,
            "accessibility_label": check_string(75),
            "visible_to_user_ids": check_items(check_string()),
        },
    ),
}
