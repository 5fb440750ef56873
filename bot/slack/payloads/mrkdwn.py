"""What a person wrote, out of Slack's own notation."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping

MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|([^>]*))?>")
LINK = re.compile(r"<(?!@)([^>|]+)(?:\|([^>]*))?>")


def mentioned(text: str) -> set[str]:
    """The users that a text mentions."""
    return {found[1] for found in MENTION.finditer(text)}


def plain_words(text: str, bot_user_id: str, names: Mapping[str, str]) -> str:
    """The text as it was typed: the bot's own mention left out, people by name, addresses without brackets."""

    def person(found: re.Match[str]) -> str:
        user = found[1]
        return "" if user == bot_user_id else names.get(user) or found[2] or "somebody"

    def link(found: re.Match[str]) -> str:
        target, label = found[1], found[2]
        if target.startswith(("#", "!")):
            return label or ""
        return label or target.removeprefix("mailto:").removeprefix("tel:")

    return html.unescape(LINK.sub(link, MENTION.sub(person, text))).strip()
