"""Makes the listener of this process, where the settings name a model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.settings import Settings
from commands.dispatching.dispatcher import Dispatcher

if TYPE_CHECKING:
    from bot.model.model_listener import Listener


def make_listener(settings: Settings, dispatcher: Dispatcher) -> Listener | None:
    """Make a listener for this dispatcher; None without a key or a model name, and the phrases answer alone."""
    if settings.openai_api_key is None or not settings.openai_model:
        return None
    from bot.model.model_listener import Listener
    from bot.model.server.model_configuration import configure_model

    model = configure_model(settings)
    return Listener(dispatcher, model) if model is not None else None
