"""The rich_text block and its parts (docs.slack.dev/reference/block-kit/blocks/rich-text-block)."""

from __future__ import annotations

from bot.playground.kit.value_checks import (
    Check,
    accept_anything,
    check_boolean,
    check_by_type,
    check_enum,
    check_integer,
    check_items,
    check_object,
    check_string,
)

_STYLE = check_object(
    {},
    dict.fromkeys("bold italic strike code underline highlight client_highlight unlink".split(), check_boolean),
)
_STYLED: dict[str, Check] = {"style": _STYLE}

LEAF = check_by_type(
    {
        "text": check_object({"text": check_string(shortest=1)}, _STYLED),
        "link": check_object(
            {"url": check_string(shortest=1)}, {"text": check_string(), "unsafe": check_boolean, **_STYLED}
        ),
        "emoji": check_object(
            {"name": check_string(shortest=1)}, {"unicode": check_string(), "skin_tone": check_integer(), **_STYLED}
        ),
        "user": check_object({"user_id": check_string()}, _STYLED),
        "usergroup": check_object({"usergroup_id": check_string()}, _STYLED),
        "team": check_object({"team_id": check_string()}, _STYLED),
        "channel": check_object({"channel_id": check_string()}, _STYLED),
        "broadcast": check_object({"range": check_enum("here", "channel", "everyone")}),
        "color": check_object({"value": check_string()}),
        "date": check_object(
            {"timestamp": check_integer(0), "format": check_string()},
            {"url": check_string(), "fallback": check_string()},
        ),
    }
)
SECTION = check_object({"elements": check_items(LEAF)})
_BORDER: dict[str, Check] = {"border": check_integer(0, 1)}

PARTS = check_by_type(
    {
        "rich_text_section": SECTION,
        "rich_text_list": check_object(
            {
                "elements": check_items(check_by_type({"rich_text_section": SECTION})),
                "style": check_enum("bullet", "ordered"),
            },
            {"indent": check_integer(0, 8), "offset": check_integer(0), **_BORDER},
        ),
        "rich_text_preformatted": check_object(
            {"elements": check_items(LEAF)}, {**_BORDER, "language": accept_anything}
        ),
        "rich_text_quote": check_object({"elements": check_items(LEAF)}, _BORDER),
    }
)
RICH_TEXT = check_object({"elements": check_items(PARTS)}, {"block_id": check_string(255)})
