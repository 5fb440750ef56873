"""The Web API, method by method."""

from __future__ import annotations

from bot.playground.methods import agents, auth, chat, conversations, streams, users, views
from bot.playground.methods.asked import Method

METHODS: dict[str, Method] = {
    **auth.METHODS,
    **chat.METHODS,
    **streams.METHODS,
    **conversations.METHODS,
    **users.METHODS,
    **views.METHODS,
    **agents.METHODS,
}
