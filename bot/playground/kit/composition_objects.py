"""Composition objects: texts, options, confirmations (docs.slack.dev/reference/block-kit/composition-objects)."""

from __future__ import annotations

from bot.playground.kit.value_checks import (
    Check,
    accept_anything,
    check_all,
    check_boolean,
    check_by_type,
    check_enum,
    check_exactly_one,
    check_items,
    check_object,
    check_string,
)


def check_plain_text(longest: int = 3000, shortest: int = 1) -> Check:
    return check_by_type(
        {"plain_text": check_object({"text": check_string(longest, shortest)}, {"emoji": check_boolean})}
    )


def check_text(longest: int = 3000, shortest: int = 1) -> Check:
    """Check a text object: plain text or mrkdwn."""
    return check_by_type(
        {
            "plain_text": check_object({"text": check_string(longest, shortest)}, {"emoji": check_boolean}),
            "mrkdwn": check_object({"text": check_string(longest, shortest)}, {"verbatim": check_boolean}),
        }
    )


def check_option(label: Check, *, link: bool = False) -> Check:
    more: dict[str, Check] = {"description": check_text(75)}
    if link:
        more["url"] = check_string(3000)
    return check_object({"text": label, "value": check_string(150)}, more)


PLAIN_OPTION = check_option(check_plain_text(75))
TEXT_OPTION = check_option(check_text(75))
LINK_OPTION = check_option(check_plain_text(75), link=True)
OPTION_GROUP = check_object({"label": check_plain_text(75), "options": check_items(PLAIN_OPTION, 1, 100)})

CONFIRM = check_object(
    {
        "title": check_plain_text(100),
        "text": check_text(300),
        "confirm": check_plain_text(30),
        "deny": check_plain_text(30),
    },
    {"style": check_enum("primary", "danger")},
)
DISPATCH = check_object(
    {}, {"trigger_actions_on": check_items(check_enum("on_enter_pressed", "on_character_entered"), least=1, most=2)}
)
CONVERSATION_FILTER = check_object(
    {},
    {
        "include": check_items(check_enum("im", "mpim", "private", "public"), 1),
        "exclude_external_shared_channels": check_boolean,
        "exclude_bot_users": check_boolean,
    },
)


IMAGE = check_all(
    check_exactly_one("image_url", "slack_file"),
    check_object({"alt_text": check_string(2000)}, {"image_url": check_string(3000, 1), "slack_file": accept_anything}),
)
