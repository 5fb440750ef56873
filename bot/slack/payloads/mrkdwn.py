"""What a person wrote, out of Slack's own notation."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping

MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|([^>]*))?>")
LINK = re.compile(r"<(?!@)([^>|]+)(?:\|([^>]*))?>")


def mentioned_users(text: str) -> set[str]:
    """Return the users that a text mentions."""
    return {found[1] for found in MENTION.finditer(text)}


def read_mrkdwn(text: str, bot_user_id: str, names: Mapping[str, str]) -> str:
    """Return the text as it was typed.

    The bot's own mention is left out, people stand there by name, addresses without brackets.
    """

    def replace_mention(found: re.Match[str]) -> str:
        user = found[1]
        return "" if user == bot_user_id else names.get(user) or found[2] or "somebody"

    def replace_link(found: re.Match[str]) -> str:
        target, label = found[1], found[2]
        if target.startswith(("#", "!")):
            return label or ""
        return label or target.removeprefix("mailto:").removeprefix("tel:")

    return html.unescape(LINK.sub(replace_link, MENTION.sub(replace_mention, text))).strip()
