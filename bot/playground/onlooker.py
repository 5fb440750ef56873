"""What one person sees of the local Slack: conversations, modals, the Home tab."""

from __future__ import annotations

from bot.playground.page import screen_page
from bot.playground.screen.screen_view import VisibleChanges
from bot.playground.workspace.api_refusal import NotPossible
from bot.playground.workspace.slack_state import Channel, LocalMessage, User, View
from bot.playground.workspace.slack_world import World
from bot.playground.workspace.traffic_ledger import Delivery, TrafficLog

# A conversation: itself, its name or id; None is the direct message with the app.
Place = Channel | str | None


class Onlooker:
    """Shows what one member sees."""

    def __init__(self, world: World, ledger: TrafficLog, user: User) -> None:
        self._world, self._ledger, self.user = world, ledger, user

    @property
    def id(self) -> str:
        return self.user.id

    @property
    def dm(self) -> Channel:
        """Open the direct message with the app."""
        return self._world.open_direct_message(self.user.team_id, self.user.id)

    def visible_messages(self, place: Place = None) -> list[LocalMessage]:
        """List the messages of a conversation that this person sees, oldest first."""
        channel = self._find_channel(place)
        with self._world.changed:
            return channel.visible_to(self.id)

    @property
    def modal(self) -> View | None:
        return self._watch_changes().modal

    @property
    def home(self) -> View | None:
        return self._world.views.get(self._world.homes.get(self.id, ""))

    def render_screen(self, place: Place = None) -> str:
        """Render what this person sees as an HTML page: the modal if one is open, else the conversation."""
        with self._world.changed:
            return (
                screen_page.render_view(self.modal, self._world)
                if self.modal
                else self._render_conversation(self._find_channel(place))
            )

    def render_home(self) -> str:
        """Render the Home tab as an HTML page."""
        if self.home is None:
            raise NotPossible("the app has published no Home tab")
        return screen_page.render_view(self.home, self._world)

    @property
    def prompts(self) -> list[str]:
        """List the titles of the prompts suggested in the direct message."""
        return [each["title"] for each in self.dm.prompts]

    def _render_conversation(self, channel: Channel) -> str:
        prompts = self.prompts if channel.is_im else []
        return screen_page.render_conversation(self.user, channel, self.visible_messages(channel), prompts, self._world)

    def _watch_changes(self, delivery: Delivery | None = None) -> VisibleChanges:
        with self._world.changed:
            seen = VisibleChanges(self._world, self._ledger, self.id, self._world.revision)
            seen.delivery = delivery
            return seen

    def _find_channel(self, place: Place) -> Channel:
        if place is None:
            return self.dm
        if isinstance(place, Channel):
            return place
        return next(each for each in self._world.channels.values() if place in (each.id, each.name))
