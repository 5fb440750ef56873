"""The rich_text block and its parts (docs.slack.dev/reference/block-kit/blocks/rich-text-block)."""

from __future__ import annotations

from bot.playground.kit.value_checks import Check, anything, by_type, flag, items, number, shape, string, word

_STYLE = shape(
    {},
    dict.fromkeys("bold italic strike code underline highlight client_highlight unlink".split(), flag),
)
_STYLED: dict[str, Check] = {"style": _STYLE}

LEAF = by_type(
    {
        "text": shape({"text": string(shortest=1)}, _STYLED),
        "link": shape({"url": string(shortest=1)}, {"text": string(), "unsafe": flag, **_STYLED}),
        "emoji": shape({"name": string(shortest=1)}, {"unicode": string(), "skin_tone": number(), **_STYLED}),
        "user": shape({"user_id": string()}, _STYLED),
        "usergroup": shape({"usergroup_id": string()}, _STYLED),
        "team": shape({"team_id": string()}, _STYLED),
        "channel": shape({"channel_id": string()}, _STYLED),
        "broadcast": shape({"range": word("here", "channel", "everyone")}),
        "color": shape({"value": string()}),
        "date": shape({"timestamp": number(0), "format": string()}, {"url": string(), "fallback": string()}),
    }
)
SECTION = shape({"elements": items(LEAF)})
_BORDER: dict[str, Check] = {"border": number(0, 1)}

PARTS = by_type(
    {
        "rich_text_section": SECTION,
        "rich_text_list": shape(
            {"elements": items(by_type({"rich_text_section": SECTION})), "style": word("bullet", "ordered")},
            {"indent": number(0, 8), "offset": number(0), **_BORDER},
        ),
        "rich_text_preformatted": shape({"elements": items(LEAF)}, {**_BORDER, "language": anything}),
        "rich_text_quote": shape({"elements": items(LEAF)}, _BORDER),
    }
)
RICH_TEXT = shape({"elements": items(PARTS)}, {"block_id": string(255)})
