"""Forms and Homes put before a person, in plainer blocks where this Slack refuses the newer ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from slack_sdk.errors import SlackApiError

from bot.slack.api.clients import SlackClients
from bot.slack.api.errors import BLOCKS, error_code
from bot.slack.render import simplify_view
from bot.slack.render.blocks import Json

VIEW = BLOCKS | {"invalid_arguments", "view_too_large"}
"""How a view that is not understood is refused."""


def show_view(clients: SlackClients, put: Callable[..., object], view: Json, **where: Any) -> None:
    """Call views.open, views.update or views.publish, in plainer blocks where this Slack refuses the newer ones.

    Raises what slack_sdk raises where the plainer view fails too.
    """
    if clients.plain_views:
        put(view=simplify_view(view), **where)
        return
    try:
        put(view=view, **where)
    except SlackApiError as error:
        if error_code(error) not in VIEW:
            raise
        try:
            put(view=simplify_view(view), **where)
        except SlackApiError as again:
            # The press may be used up by the first try: then the next one begins with the plainer view.
            clients.plain_views = error_code(again) not in VIEW
            raise
        clients.plain_views = True
