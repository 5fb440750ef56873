"""The blocks, each with its limits, and on which surface it may stand."""

from __future__ import annotations

from collections.abc import Mapping

from bot.playground.kit.composition_objects import IMAGE, check_plain_text, check_text
from bot.playground.kit.element_rules import BESIDE_SECTION, BUTTON, IN_ACTIONS, IN_CONTEXT_ACTIONS, IN_INPUT
from bot.playground.kit.rich_text_rules import RICH_TEXT
from bot.playground.kit.value_checks import (
    Check,
    accept_anything,
    check_all,
    check_at_least_one,
    check_boolean,
    check_by_type,
    check_enum,
    check_exactly_one,
    check_integer,
    check_items,
    check_object,
    check_string,
)

BLOCK_ID: dict[str, Check] = {"block_id": check_string(255)}


def check_block(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    return check_object(required, {**BLOCK_ID, **(optional or {})})


_CELL = check_by_type(
    {
        "raw_text": check_object({"text": check_string(shortest=1)}),
        "raw_number": accept_anything,
        "rich_text": RICH_TEXT,
    }
)
_COLUMN = check_object({}, {"align": check_enum("left", "center", "right"), "is_wrapped": check_boolean})
_ELEMENTS_BUTTON = check_by_type({"button": BUTTON})
_IMAGE = check_by_type({"image": IMAGE})

EVERYWHERE: dict[str, Check] = {
    "section": check_all(
        check_at_least_one("text", "fields"),
        check_block(
            {},
            {
                "text": check_text(3000),
                "fields": check_items(check_text(2000), 1, 10),
                "accessory": check_by_type(BESIDE_SECTION),
                "expand": check_boolean,
            },
        ),
    ),
    "header": check_block({"text": check_plain_text(150)}, {"level": check_integer(1, 4)}),
    "divider": check_block({}),
    "context": check_block(
        {
            "elements": check_items(
                check_by_type(
                    {
                        "image": IMAGE,
                        "plain_text": check_object({"text": check_string(3000, 1)}, {"emoji": check_boolean}),
                        "mrkdwn": check_object({"text": check_string(3000, 1)}, {"verbatim": check_boolean}),
                    }
                ),
                1,
                10,
            )
        }
    ),
    "actions": check_block({"elements": check_items(check_by_type(IN_ACTIONS), 1, 25)}),
    "image": check_all(
        check_exactly_one("image_url", "slack_file"),
        check_block(
            {"alt_text": check_string(2000)},
            {"image_url": check_string(3000), "slack_file": accept_anything, "title": check_plain_text(2000)},
        ),
    ),
    "input": check_block(
        {"label": check_plain_text(2000), "element": check_by_type(IN_INPUT)},
        {"hint": check_plain_text(2000), "optional": check_boolean, "dispatch_action": check_boolean},
    ),
    "rich_text": RICH_TEXT,
    "video": check_block(
        {
            "title": check_plain_text(200),
            "video_url": check_string(),
            "thumbnail_url": check_string(),
            "alt_text": check_string(),
        },
        dict.fromkeys("title_url description provider_icon_url provider_name author_name".split(), accept_anything),
    ),
    "alert": check_block(
        {"text": check_text(3000)}, {"level": check_enum("default", "info", "warning", "error", "success")}
    ),
}
_CARD = check_all(
    check_at_least_one("hero_image", "title", "actions", "body"),
    check_block(
        {},
        {
            "title": check_text(150),
            "subtitle": check_text(150),
            "body": check_text(200),
            "icon": _IMAGE,
            "hero_image": _IMAGE,
            "actions": check_items(_ELEMENTS_BUTTON, 1, 2),
        },
    ),
)
_TASK = check_block(
    {"task_id": check_string(shortest=1), "title": check_string(shortest=1)},
    {
        "status": check_enum("pending", "in_progress", "complete", "error"),
        "details": accept_anything,
        "output": accept_anything,
        "sources": accept_anything,
    },
)
# A container may hold what stands anywhere, but for an alert.
_CONTAINED = {name: check for name, check in EVERYWHERE.items() if name != "alert"}

# Slack takes these in messages only, not in a modal or on the Home tab.
IN_MESSAGES: dict[str, Check] = {
    "markdown": check_block({"text": check_string(12_000, 1)}),
    "table": check_block(
        {"rows": check_items(check_items(_CELL, 1, 20), 1, 100)}, {"column_settings": check_items(_COLUMN, 0, 20)}
    ),
    "data_table": check_block(
        {"rows": check_items(check_items(accept_anything, 1, 20), 2, 201), "caption": accept_anything},
        {"page_size": check_integer(1, 100), "row_header_column_index": check_integer(0), "columns": accept_anything},
    ),
    "data_visualization": check_block({"title": check_string(50, 1), "chart": accept_anything}),
    "context_actions": check_block({"elements": check_items(check_by_type(IN_CONTEXT_ACTIONS), 1, 5)}),
    "card": _CARD,
    "carousel": check_block({"elements": check_items(check_by_type({"card": _CARD}), 1, 10)}),
    "container": check_block(
        {"child_blocks": check_items(check_by_type(_CONTAINED), 1, 10)},
        dict.fromkeys("title subtitle icon width is_collapsible default_collapsed".split(), accept_anything),
    ),
    "task_card": _TASK,
    "plan": check_block(
        {"title": check_string(shortest=1)}, {"tasks": check_items(check_by_type({"task_card": _TASK}), 0, 50)}
    ),
    "file": check_block({"external_id": check_string(), "source": check_string()}),
}
MESSAGE = check_by_type({**EVERYWHERE, **IN_MESSAGES})
VIEW = check_by_type(EVERYWHERE)
