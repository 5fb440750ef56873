"""What an act of a person sends to the app, and what the app's acknowledgement does to the screen."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from bot.playground.kit.surface_rules import check_view
from bot.playground.screen.modal_stack import add_view, close_view, replace_view
from bot.playground.screen.screen_reading import InteractiveElement
from bot.playground.screen.screen_view import VisibleChanges, state_values
from bot.playground.web_api.response_urls import show_answer
from bot.playground.workspace.api_refusal import NotPossible, Refusal
from bot.playground.workspace.slack_objects import message_object
from bot.playground.workspace.slack_state import MODALS_AT_ONCE, Channel, Json, LocalMessage, User, View
from bot.playground.workspace.traffic_ledger import Delivery

if TYPE_CHECKING:
    from bot.playground.local_slack import LocalSlack

MENTION = re.compile(r"(<[@#!][^<>]*>)")


class Acts:
    """Turns a person's acts into deliveries, and applies what the app acknowledges with."""

    def __init__(self, slack: LocalSlack) -> None:
        self._slack, self._world, self._payloads = slack, slack.world, slack.payloads

    def send_message(self, user: User, channel: Channel, text: str, thread_ts: str | None) -> Delivery | None:
        """Send a person's message: message.im in a direct message, message.channels and app_mention in a channel."""
        world = self._world
        if thread_ts is not None and world.find_message(channel.id, thread_ts) is None:
            raise NotPossible("there is no such thread")
        blocks = [_rich_text_block(text, world.new_id("b"))]
        text = "".join(part if MENTION.fullmatch(part) else _escape_text(part) for part in MENTION.split(text))
        said = world.add_message(LocalMessage(channel.id, world.new_ts(), user.id, text, blocks, thread_ts))
        event = message_object(world, said) | {"channel": channel.id, "event_ts": said.ts}
        event["client_msg_id"] = world.new_id("")
        if user.team_id != channel.team_id:
            # In a shared channel a message of another company names its writer's own team.
            event |= {"user_team": user.team_id, "source_team": user.team_id}
        if channel.is_im:
            return self._send_event(channel.team_id, "message.im", event | {"channel_type": "im"})
        # A mention in a channel is sent twice, under two event ids, where the app subscribed to both.
        ordinary = self._send_event(channel.team_id, "message.channels", event | {"channel_type": "channel"})
        if f"<@{world.find_installation(channel.team_id).bot_user}>" in text:
            return self._send_event(channel.team_id, "app_mention", event | {"type": "app_mention"}) or ordinary
        return ordinary

    def edit_message(self, user: User, message: LocalMessage, text: str | None) -> Delivery | None:
        """Change a message of the person's own, or delete it where `text` is None."""
        world, channel = self._world, self._world.channels[message.channel]
        if message.user != user.id:
            raise NotPossible("only own messages can be changed")
        before = message_object(world, message)
        with world.new_revision() as revision:
            message.revision = revision
            if text is None:
                message.deleted = True
            else:
                message.text, message.blocks = _escape_text(text), [_rich_text_block(text, world.new_id("b"))]
                message.edited = {"user": user.id, "ts": world.new_ts()}
        what = "message_deleted" if text is None else "message_changed"
        event = {"type": "message", "subtype": what, "channel": channel.id, "hidden": True, "ts": world.new_ts()}
        event |= {"event_ts": event["ts"], "previous_message": before}
        event |= {"deleted_ts": message.ts} if text is None else {"message": message_object(world, message)}
        kind = "im" if channel.is_im else "channel"
        name = "message.im" if channel.is_im else "message.channels"
        return self._send_event(channel.team_id, name, event | {"channel_type": kind})

    def send_command(self, user: User, channel: Channel, command: str, text: str) -> Delivery:
        text = "".join(part if MENTION.fullmatch(part) else _escape_text(part) for part in MENTION.split(text))
        payload = self._payloads.build_command(user, channel, command, text)
        return self._slack.deliveries.start_delivery("slash_commands", command, channel.team_id, payload)

    def press_element(self, user: User, shown: LocalMessage | View, found: InteractiveElement, taken: Json) -> Delivery:
        element = found.element
        action = {"action_id": element["action_id"], "block_id": found.block["block_id"], "type": element["type"]}
        for name in ("text", "value", "style", "placeholder", "confirm"):
            if name in element:
                action[name] = element[name]
        action |= taken
        if isinstance(shown, View):
            return self._send_interaction(shown.team_id, self._payloads.build_view_actions(user, shown, action))
        values = state_values(self._world, user.id, shown)
        team_id = self._world.channels[shown.channel].team_id
        return self._send_interaction(team_id, self._payloads.build_block_actions(user, shown, action, values))

    def request_options(
        self, user: User, shown: LocalMessage | View, found: InteractiveElement, typed: str
    ) -> Delivery:
        named = {"action_id": found.element["action_id"], "block_id": found.block["block_id"], "value": typed}
        return self._send_interaction(user.team_id, self._payloads.build_block_suggestion(user, shown, named))

    def send_submission(self, user: User, view: View) -> Delivery:
        return self._send_interaction(view.team_id, self._payloads.build_view_submission(user, view))

    def send_view_closed(self, user: User, view: View, everything: bool) -> Delivery:
        return self._send_interaction(view.team_id, self._payloads.build_view_closed(user, view, everything=everything))

    def send_shortcut(self, user: User, callback_id: str, message: LocalMessage | None) -> Delivery:
        return self._send_interaction(user.team_id, self._payloads.build_shortcut(user, callback_id, message))

    def send_user_event(self, user: User, name: str, event: Json) -> Delivery | None:
        return self._send_event(user.team_id, name, event | {"event_ts": self._world.new_ts()})

    def describe_context(self, user: User, channel: Channel | None) -> Json:
        if channel is None:
            return {}
        entity = {"type": "slack#/types/channel_id", "value": channel.id, "team_id": channel.team_id}
        return {"entities": [entity]}

    def apply_acknowledgement(self, user: User, seen: VisibleChanges) -> None:
        """Apply the acknowledgement: show a command's answer, close or change a modal. Does nothing for events."""
        delivery = seen.delivery
        assert delivery is not None
        if delivery.kind == "events_api":
            return
        first = delivery.attempts[0]
        if first.failure is not None:
            seen.error = "operation_timeout" if first.failure == "http_timeout" else "dispatch_failed"
            return
        try:
            if delivery.kind == "slash_commands":
                self._show_command_answer(user, delivery, seen.ack_body)
            elif delivery.name == "view_submission":
                view = self._world.views[delivery.payload["view"]["id"]]
                seen.errors = self._apply_response_action(view, seen.ack_body or {})
                seen.closed = view not in self._world.modal_stack(user.id)
        except Refusal as refusal:
            seen.error = refusal.code

    def _show_command_answer(self, user: User, delivery: Delivery, answer: Any) -> None:
        body = answer if isinstance(answer, dict) else {"text": answer}
        if body.get("text") or body.get("blocks"):
            show_answer(self._world, delivery.team_id, delivery.payload["channel_id"], user.id, body)

    def _apply_response_action(self, view: View, answer: Json) -> dict[str, str]:
        match answer.get("response_action"):
            case None:
                close_view(self._world, view)
            case "clear":
                close_view(self._world, view, everything=True)
            case "errors":
                # Slack shows errors below inputs only, and refuses the answer where a block_id is none.
                inputs = {each["block_id"] for each in view.content["blocks"] if each["type"] == "input"}
                if not answer.get("errors") or not set(answer["errors"]) <= inputs:
                    raise Refusal("invalid_errors")
                return dict(answer["errors"])
            case "update":
                replace_view(self._world, view, self._check_content(answer))
            case "push":
                if len(self._world.modal_stack(view.user)) >= MODALS_AT_ONCE:
                    raise Refusal("push_limit_reached")
                add_view(self._world, view.team_id, view.user, self._check_content(answer), on_top=True)
            case _:
                raise Refusal("invalid_response_action")
        return {}

    def _check_content(self, answer: Json) -> Json:
        return check_view(answer.get("view"), ("modal",), lambda: self._world.new_id("b"))

    def _send_interaction(self, team_id: str, payload: Json) -> Delivery:
        # A copy: what was sent stays as it was when the person fills in more.
        return self._slack.deliveries.start_delivery(
            "interactive", payload["type"], team_id, json.loads(json.dumps(payload))
        )

    def _send_event(self, team_id: str, name: str, event: Json) -> Delivery | None:
        return self._slack.send_event(team_id, name, event)


def _escape_text(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _rich_text_block(text: str, block_id: str) -> Json:
    """Make the rich text that Slack's own message field makes of what was typed."""
    leaves: list[Json] = []
    for part in filter(None, MENTION.split(text)):
        if part.startswith("<@"):
            leaves.append({"type": "user", "user_id": part[2:-1].split("|")[0]})
        else:
            leaves.append({"type": "text", "text": part})
    section = {"type": "rich_text_section", "elements": leaves}
    return {"type": "rich_text", "block_id": block_id, "elements": [section]}
