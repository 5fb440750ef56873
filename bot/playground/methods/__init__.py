"""The Web API, method by method."""

from __future__ import annotations

from bot.playground.methods import (
    agent_methods,
    auth_methods,
    chat_methods,
    conversation_methods,
    stream_methods,
    user_methods,
    view_methods,
)
from bot.playground.methods.method_call import Method

METHODS: dict[str, Method] = {
    **auth_methods.METHODS,
    **chat_methods.METHODS,
    **stream_methods.METHODS,
    **conversation_methods.METHODS,
    **user_methods.METHODS,
    **view_methods.METHODS,
    **agent_methods.METHODS,
}
