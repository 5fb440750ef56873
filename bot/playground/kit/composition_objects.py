"""Composition objects: texts, options, confirmations (docs.slack.dev/reference/block-kit/composition-objects)."""

from __future__ import annotations

from bot.playground.kit.value_checks import (
    Check,
    anything,
    both,
    by_type,
    exactly_one,
    flag,
    items,
    shape,
    string,
    word,
)


def plain(longest: int = 3000, shortest: int = 1) -> Check:
    return by_type({"plain_text": shape({"text": string(longest, shortest)}, {"emoji": flag})})


def text(longest: int = 3000, shortest: int = 1) -> Check:
    """Plain text or mrkdwn."""
    return by_type(
        {
            "plain_text": shape({"text": string(longest, shortest)}, {"emoji": flag}),
            "mrkdwn": shape({"text": string(longest, shortest)}, {"verbatim": flag}),
        }
    )


def option(label: Check, *, link: bool = False) -> Check:
    more: dict[str, Check] = {"description": text(75)}
    if link:
        more["url"] = string(3000)
    return shape({"text": label, "value": string(150)}, more)


PLAIN_OPTION = option(plain(75))
TEXT_OPTION = option(text(75))
LINK_OPTION = option(plain(75), link=True)
OPTION_GROUP = shape({"label": plain(75), "options": items(PLAIN_OPTION, 1, 100)})

CONFIRM = shape(
    {"title": plain(100), "text": text(300), "confirm": plain(30), "deny": plain(30)},
    {"style": word("primary", "danger")},
)
DISPATCH = shape({}, {"trigger_actions_on": items(word("on_enter_pressed", "on_character_entered"), least=1, most=2)})
CONVERSATION_FILTER = shape(
    {},
    {
        "include": items(word("im", "mpim", "private", "public"), 1),
        "exclude_external_shared_channels": flag,
        "exclude_bot_users": flag,
    },
)


IMAGE = both(
    exactly_one("image_url", "slack_file"),
    shape({"alt_text": string(2000)}, {"image_url": string(3000, 1), "slack_file": anything}),
)
