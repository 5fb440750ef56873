"""What is before a person's eyes: conversations, modals, the Home tab."""

from __future__ import annotations

from bot.playground.page import screen_page
from bot.playground.screen.screen_view import Seen
from bot.playground.workspace.api_refusal import NotPossible
from bot.playground.workspace.slack_state import Channel, Message, User, View
from bot.playground.workspace.slack_world import World
from bot.playground.workspace.traffic_ledger import Delivery, Ledger

Place = Channel | str | None
"""A conversation: itself, its name or id; None is the direct message with the app."""


class Onlooker:
    """One member, looking."""

    def __init__(self, world: World, ledger: Ledger, user: User) -> None:
        self._world, self._ledger, self.user = world, ledger, user

    @property
    def id(self) -> str:
        return self.user.id

    @property
    def dm(self) -> Channel:
        """The direct message with the app."""
        return self._world.direct(self.user.team_id, self.user.id)

    def sees(self, place: Place = None) -> list[Message]:
        """All messages of a conversation that are before this person's eyes, oldest first."""
        channel = self._place(place)
        with self._world.changed:
            return channel.seen_by(self.id)

    @property
    def modal(self) -> View | None:
        return self._seen().modal

    @property
    def home(self) -> View | None:
        return self._world.views.get(self._world.homes.get(self.id, ""))

    def screen(self, place: Place = None) -> str:
        """What is before this person's eyes as an HTML page: the modal if one is open, else the conversation."""
        with self._world.changed:
            return screen_page.view(self.modal, self._world) if self.modal else self._conversation(self._place(place))

    def home_screen(self) -> str:
        """The Home tab as an HTML page."""
        if self.home is None:
            raise NotPossible("the app has published no Home tab")
        return screen_page.view(self.home, self._world)

    @property
    def prompts(self) -> list[str]:
        """The titles of the prompts that the app suggests in the direct message."""
        return [each["title"] for each in self.dm.prompts]

    def _conversation(self, channel: Channel) -> str:
        prompts = self.prompts if channel.is_im else []
        return screen_page.conversation(self.user, channel, self.sees(channel), prompts, self._world)

    def _seen(self, delivery: Delivery | None = None) -> Seen:
        with self._world.changed:
            seen = Seen(self._world, self._ledger, self.id, self._world.revision)
            seen.delivery = delivery
            return seen

    def _place(self, place: Place) -> Channel:
        if place is None:
            return self.dm
        if isinstance(place, Channel):
            return place
        return next(each for each in self._world.channels.values() if place in (each.id, each.name))
