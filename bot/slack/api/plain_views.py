"""Forms and Homes put before a person, in plainer blocks where this Slack refuses the newer ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from slack_sdk.errors import SlackApiError

from bot.slack.api.clients import Clients
from bot.slack.api.errors import BLOCKS, said_by
from bot.slack.render import plain_view
from bot.slack.render.blocks import Json

VIEW = BLOCKS | {"invalid_arguments", "view_too_large"}
"""How a view that is not understood is refused."""


def show(clients: Clients, put: Callable[..., object], view: Json, **where: Any) -> None:
    """Call views.open, views.update or views.publish. Raises what slack_sdk raises where the plainer one fails too."""
    if clients.plain_views:
        put(view=plain_view(view), **where)
        return
    try:
        put(view=view, **where)
    except SlackApiError as error:
        if said_by(error) not in VIEW:
            raise
        try:
            put(view=plain_view(view), **where)
        except SlackApiError as again:
            # The press may be used up by the first try: then the next one begins with the plainer view.
            clients.plain_views = said_by(again) not in VIEW
            raise
        clients.plain_views = True
