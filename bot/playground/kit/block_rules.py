"""The blocks, each with its limits, and on which surface it may stand."""

from __future__ import annotations

from collections.abc import Mapping

from bot.playground.kit.composition_objects import IMAGE, plain, text
from bot.playground.kit.element_rules import BESIDE_SECTION, BUTTON, IN_ACTIONS, IN_CONTEXT_ACTIONS, IN_INPUT
from bot.playground.kit.rich_text_rules import RICH_TEXT
from bot.playground.kit.value_checks import (
    Check,
    anything,
    at_least_one,
    both,
    by_type,
    exactly_one,
    flag,
    items,
    number,
    shape,
    string,
    word,
)

BLOCK_ID: dict[str, Check] = {"block_id": string(255)}


def block(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    return shape(required, {**BLOCK_ID, **(optional or {})})


_CELL = by_type({"raw_text": shape({"text": string(shortest=1)}), "raw_number": anything, "rich_text": RICH_TEXT})
_COLUMN = shape({}, {"align": word("left", "center", "right"), "is_wrapped": flag})
_ELEMENTS_BUTTON = by_type({"button": BUTTON})
_IMAGE = by_type({"image": IMAGE})

EVERYWHERE: dict[str, Check] = {
    "section": both(
        at_least_one("text", "fields"),
        block(
            {},
            {
                "text": text(3000),
                "fields": items(text(2000), 1, 10),
                "accessory": by_type(BESIDE_SECTION),
                "expand": flag,
            },
        ),
    ),
    "header": block({"text": plain(150)}, {"level": number(1, 4)}),
    "divider": block({}),
    "context": block(
        {
            "elements": items(
                by_type(
                    {
                        "image": IMAGE,
                        "plain_text": shape({"text": string(3000, 1)}, {"emoji": flag}),
                        "mrkdwn": shape({"text": string(3000, 1)}, {"verbatim": flag}),
                    }
                ),
                1,
                10,
            )
        }
    ),
    "actions": block({"elements": items(by_type(IN_ACTIONS), 1, 25)}),
    "image": both(
        exactly_one("image_url", "slack_file"),
        block({"alt_text": string(2000)}, {"image_url": string(3000), "slack_file": anything, "title": plain(2000)}),
    ),
    "input": block(
        {"label": plain(2000), "element": by_type(IN_INPUT)},
        {"hint": plain(2000), "optional": flag, "dispatch_action": flag},
    ),
    "rich_text": RICH_TEXT,
    "video": block(
        {"title": plain(200), "video_url": string(), "thumbnail_url": string(), "alt_text": string()},
        dict.fromkeys("title_url description provider_icon_url provider_name author_name".split(), anything),
    ),
    "alert": block({"text": text(3000)}, {"level": word("default", "info", "warning", "error", "success")}),
}
_CARD = both(
    at_least_one("hero_image", "title", "actions", "body"),
    block(
        {},
        {
            "title": text(150),
            "subtitle": text(150),
            "body": text(200),
            "icon": _IMAGE,
            "hero_image": _IMAGE,
            "actions": items(_ELEMENTS_BUTTON, 1, 2),
        },
    ),
)
_TASK = block(
    {"task_id": string(shortest=1), "title": string(shortest=1)},
    {
        "status": word("pending", "in_progress", "complete", "error"),
        "details": anything,
        "output": anything,
        "sources": anything,
    },
)
_CONTAINED = {name: check for name, check in EVERYWHERE.items() if name != "alert"}

IN_MESSAGES: dict[str, Check] = {
    "markdown": block({"text": string(12_000, 1)}),
    "table": block({"rows": items(items(_CELL, 1, 20), 1, 100)}, {"column_settings": items(_COLUMN, 0, 20)}),
    "data_table": block(
        {"rows": items(items(anything, 1, 20), 2, 201), "caption": anything},
        {"page_size": number(1, 100), "row_header_column_index": number(0), "columns": anything},
    ),
    "data_visualization": block({"title": string(50, 1), "chart": anything}),
    "context_actions": block({"elements": items(by_type(IN_CONTEXT_ACTIONS), 1, 5)}),
    "card": _CARD,
    "carousel": block({"elements": items(by_type({"card": _CARD}), 1, 10)}),
    "container": block(
        {"child_blocks": items(by_type(_CONTAINED), 1, 10)},
        dict.fromkeys("title subtitle icon width is_collapsible default_collapsed".split(), anything),
    ),
    "task_card": _TASK,
    "plan": block({"title": string(shortest=1)}, {"tasks": items(by_type({"task_card": _TASK}), 0, 50)}),
    "file": block({"external_id": string(), "source": string()}),
}
MESSAGE = by_type({**EVERYWHERE, **IN_MESSAGES})
VIEW = by_type(EVERYWHERE)
