"""Shows forms and Homes, in plainer blocks where this Slack refuses the newer ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from slack_sdk.errors import SlackApiError

from bot.slack.api.clients import SlackClients
from bot.slack.api.errors import BLOCKS, error_code
from bot.slack.render import simplify_view
from bot.slack.render.blocks import Json

# The errors with which a view is refused whose blocks this Slack does not know.
VIEW_REFUSALS = BLOCKS | {"invalid_arguments", "view_too_large"}


def show_view(clients: SlackClients, put: Callable[..., object], view: Json, **where: Any) -> None:
    """Call `put` (views.open, views.update or views.publish); call it again with plainer blocks where they are refused.

    Raises what slack_sdk raises.
    """
    if clients.plain_views:
        put(view=simplify_view(view), **where)
        return
    try:
        put(view=view, **where)
    except SlackApiError as error:
        if error_code(error) not in VIEW_REFUSALS:
            raise
        try:
            put(view=simplify_view(view), **where)
        except SlackApiError as again:
            # A trigger id is good for one call, which may be used up by now. The next press begins with the plain view.
            clients.plain_views = error_code(again) not in VIEW_REFUSALS
            raise
        clients.plain_views = True
