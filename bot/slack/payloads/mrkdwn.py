"""Turns Slack's notation of a message back into what the person typed."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping

from storage.names.text_lengths import LONGEST_MESSAGE

# A `<` that a person typed comes escaped, so none stands within these: where one is met, a search has seen enough.
MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|([^<>]*))?>")
LINK = re.compile(r"<(?!@)([^<>|]+)(?:\|([^<>]*))?>")


def mentioned_users(text: str) -> set[str]:
    """Return the ids of the users that a text mentions."""
    return {found[1] for found in MENTION.finditer(text[:LONGEST_MESSAGE])}


def read_mrkdwn(text: str, bot_user_id: str, names: Mapping[str, str]) -> str:
    """Return the text as it was typed: without the bot's own mention, with `names` for people and plain addresses.

    A very long text stays as it is: read, the beginning that was kept of it could pass for a whole sentence.
    """
    if len(text) >= LONGEST_MESSAGE:
        return text[:LONGEST_MESSAGE]

    def replace_mention(found: re.Match[str]) -> str:
        user = found[1]
        return "" if user == bot_user_id else names.get(user) or found[2] or "somebody"

    def replace_link(found: re.Match[str]) -> str:
        target, label = found[1], found[2]
        if target.startswith(("#", "!")):
            return label or ""
        return label or target.removeprefix("mailto:").removeprefix("tel:")

    # Last: an escaped < that a person typed must not be read as the beginning of a mention or a link.
    return html.unescape(LINK.sub(replace_link, MENTION.sub(replace_mention, text))).strip()
