"""A person in the local Slack: says, mentions, commands, presses, fills in, and sees what comes of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from bot.playground.onlooker import Onlooker, Place
from bot.playground.person_acts import Acts
from bot.playground.screen.form_filling import fill_view
from bot.playground.screen.modal_stack import VALUE_FIELDS, close_view, element_state
from bot.playground.screen.screen_reading import InteractiveElement, find_element, find_option
from bot.playground.screen.screen_view import VisibleChanges, state_values
from bot.playground.workspace.api_refusal import NotPossible
from bot.playground.workspace.slack_objects import user_object, view_object
from bot.playground.workspace.slack_state import Channel, Json, LocalMessage, User, View
from bot.playground.workspace.traffic_ledger import Delivery

if TYPE_CHECKING:
    from bot.playground.local_slack import LocalSlack


class LocalPerson(Onlooker):
    """Acts as one member. Every act returns what changed on screen, by default once the app has finished.

    `waits=False` returns as soon as the app has acknowledged, or let the time for it pass.
    """

    def __init__(self, slack: LocalSlack, user: User) -> None:
        super().__init__(slack.world, slack.ledger, user)
        self._acts = Acts(slack)

    def says(
        self, text: str, place: Place = None, *, thread_ts: str | None = None, waits: bool = True
    ) -> VisibleChanges:
        """Write a message: to the app, or in a channel."""
        channel = self._find_channel(place)
        if self.user.id not in channel.members:
            raise NotPossible(f"{self.user.name} is not in #{channel.name}")
        return self._act_and_watch(lambda: self._acts.send_message(self.user, channel, text, thread_ts), waits)

    def mentions_app(
        self, text: str, place: Place = None, *, thread_ts: str | None = None, waits: bool = True
    ) -> VisibleChanges:
        """Write a message that begins with a mention of the app."""
        bot = self._world.find_installation(self._find_channel(place).team_id).bot_user
        return self.says(f"<@{bot}> {text}", place, thread_ts=thread_ts, waits=waits)

    def uses_command(self, command: str, text: str = "", place: Place = None, *, waits: bool = True) -> VisibleChanges:
        """Use a slash command."""
        channel = self._find_channel(place)
        return self._act_and_watch(lambda: self._acts.send_command(self.user, channel, command, text), waits)

    def presses(
        self,
        shown: LocalMessage | View,
        named: str,
        *,
        nth: int | None = None,
        value: str | None = None,
        waits: bool = True,
    ) -> VisibleChanges:
        """Press a button, known by its label or action_id, and by `value` or `nth` where there are several."""
        found = self._find_element(shown, named, nth=nth, value=value)
        return self._act_and_watch(lambda: self._acts.press_element(self.user, shown, found, {}), waits)

    def chooses(
        self, shown: LocalMessage | View, named: str, chosen: Any, *, nth: int | None = None, waits: bool = True
    ) -> VisibleChanges:
        """Choose from a menu, an overflow menu, radio buttons, checkboxes or a date picker, by label or value.

        In an input of a modal without dispatch_action the app hears nothing of it until the modal is submitted.
        """
        found = self._find_element(shown, named, nth=nth)
        taken = self._selected_value(found, chosen)
        # These two keep no choice: each press is an act of its own.
        if found.element["type"] not in ("overflow", "feedback_buttons"):
            values = shown.values if isinstance(shown, View) else state_values(self._world, self.user.id, shown)
            with self._world.new_revision():
                state = element_state(found.element, next(iter(taken.values())))
                values.setdefault(found.block["block_id"], {})[found.element["action_id"]] = state
        if found.block["type"] == "input" and not found.block.get("dispatch_action"):
            return self._watch_changes()
        return self._act_and_watch(lambda: self._acts.press_element(self.user, shown, found, taken), waits)

    def looks_up_options(self, shown: LocalMessage | View, named: str, typed: str) -> list[str]:
        """Type in a menu whose options the app provides; return the options it answers with."""
        found = self._find_element(shown, named)
        delivery = self._acts.request_options(self.user, shown, found, typed)
        seen = self._watch_changes(delivery)
        self._wait_for_ack(delivery)
        answer = seen.ack_body or {}
        groups = answer.get("option_groups", [])
        offered = answer.get("options", []) + [each for group in groups for each in group["options"]]
        with self._world.new_revision():
            found.element["options"] = offered
        return [each["text"]["text"] for each in offered]

    def submits_modal(self, view: View, values: dict[str, Any] | None = None, *, waits: bool = True) -> VisibleChanges:
        """Fill in a modal and submit it. `values` go by label, block_id or action_id."""
        if view not in self._world.modal_stack(self.user.id)[-1:]:
            raise NotPossible(f"{view.title!r} is not the modal in sight")
        if "submit" not in view.content:
            raise NotPossible(f"{view.title!r} cannot be submitted")
        with self._world.new_revision():
            fill_view(view, values or {}, self._world)
        return self._act_and_watch(lambda: self._acts.send_submission(self.user, view), waits)

    def closes_modal(self, view: View, *, everything: bool = False) -> VisibleChanges:
        """Cancel a modal, or all of the stack. The app hears of it only if the view asks for that."""
        seen = self._watch_changes()
        close_view(self._world, view, everything=everything)
        if view.content.get("notify_on_close"):
            seen.delivery = self._acts.send_view_closed(self.user, view, everything)
            self._wait_for_ack(seen.delivery)
        return seen

    def opens_home(self, *, waits: bool = True) -> VisibleChanges:
        """Open the app's Home tab."""
        event: Json = {"type": "app_home_opened", "tab": "home", "user": self.id, "channel": self.dm.id}
        view = self._world.views.get(self._world.homes.get(self.id, ""))
        if view is not None:
            event["view"] = view_object(self._world, view)
        return self._act_and_watch(lambda: self._acts.send_user_event(self.user, "app_home_opened", event), waits)

    def opens_messages_tab(self, looking_at: Channel | None = None, *, waits: bool = True) -> VisibleChanges:
        """Open the conversation with the app; in agent view it is told what the person is looking at."""
        event: Json = {"type": "app_home_opened", "tab": "messages", "user": self.id, "channel": self.dm.id}
        if self._world.app.agent_view:
            event["context"] = self._acts.describe_context(self.user, looking_at)
        seen = self._act_and_watch(lambda: self._acts.send_user_event(self.user, "app_home_opened", event), False)
        if waits:
            # The app may as well show nothing new; a second is enough to know.
            self._world.wait_until(lambda: seen.has_changes or self.prompts, 1.0)
        return seen

    def uses_shortcut(
        self, callback_id: str, message: LocalMessage | None = None, *, waits: bool = True
    ) -> VisibleChanges:
        """Use a global shortcut, or one on a message."""
        return self._act_and_watch(lambda: self._acts.send_shortcut(self.user, callback_id, message), waits)

    def edits_message(self, message: LocalMessage, text: str) -> VisibleChanges:
        """Change an own message."""
        return self._act_and_watch(lambda: self._acts.edit_message(self.user, message, text), False)

    def deletes_message(self, message: LocalMessage) -> VisibleChanges:
        """Take an own message away."""
        return self._act_and_watch(lambda: self._acts.edit_message(self.user, message, None), False)

    def presses_stop(self, message: LocalMessage) -> VisibleChanges:
        """Press Stop while the app is writing."""
        if message.stream is None or not message.is_streaming:
            raise NotPossible("there is nothing to stop")
        with self._world.new_revision() as revision:
            message.stream.stopped_by_user, message.stream.state = True, "completed"
            message.revision = revision
            self._world.channels[message.channel].ensure_session(message.root_ts).status = "active"
        event = {
            "type": "agent_session_stopped",
            "user": self.id,
            "channel": message.channel,
            "thread_ts": message.root_ts,
            "message_ts": message.ts,
        }
        return self._act_and_watch(lambda: self._acts.send_user_event(self.user, "agent_session_stopped", event), False)

    def changes_profile(self, **fields: Any) -> VisibleChanges:
        """Change the profile: tz, email, real_name, deleted … (user_change)."""
        with self._world.new_revision():
            for name, value in fields.items():
                setattr(self.user, name, value)
            self.user.updated = int(self._world.now)
        scopes = self._world.find_installation(self.user.team_id).scopes
        shown = user_object(self._world, self.user, email=scopes is None or "users:read.email" in scopes)
        event = {"type": "user_change", "user": shown, "cache_ts": int(self._world.now)}
        return self._act_and_watch(lambda: self._acts.send_user_event(self.user, "user_change", event), False)

    def _act_and_watch(self, act: Callable[[], Delivery | None], waits: bool) -> VisibleChanges:
        seen = self._watch_changes()
        seen.delivery = act()
        if seen.delivery is not None:
            self._wait_for_ack(seen.delivery)
            with self._world.new_revision():
                self._acts.apply_acknowledgement(self.user, seen)
        return seen.wait_until_settled() if waits and seen.delivery is not None else seen

    def _wait_for_ack(self, delivery: Delivery) -> None:
        """Wait until the app acknowledged, or its time for that was over."""
        self._world.wait_until(lambda: delivery.settled or (delivery.attempts and _first_attempt_ended(delivery)), 60)

    def _find_element(
        self, shown: LocalMessage | View, named: str, *, nth: int | None = None, value: str | None = None
    ) -> InteractiveElement:
        if isinstance(shown, LocalMessage) and shown not in self.visible_messages(self._world.channels[shown.channel]):
            raise NotPossible("this message is not there any more")
        if isinstance(shown, View) and shown.kind == "modal" and shown not in self._world.modal_stack(self.id)[-1:]:
            raise NotPossible(f"{shown.title!r} is not the modal in sight")
        return find_element(shown, named, nth=nth, value=value)

    def _selected_value(self, found: InteractiveElement, chosen: Any) -> Json:
        """Make the field of the payload that tells the app what was chosen."""
        kind = found.element["type"]
        if kind == "overflow":
            return {"selected_option": find_option(found, chosen)}
        if kind == "feedback_buttons":
            return {"value": found.element[f"{chosen}_button"]["value"]}
        name = VALUE_FIELDS[kind][0]
        if name == "selected_option":
            return {name: find_option(found, chosen)}
        if name == "selected_options":
            return {name: [find_option(found, each) for each in chosen]}
        return {name: chosen}


def _first_attempt_ended(delivery: Delivery) -> bool:
    return delivery.attempts[0].ended is not None
