"""What a person's act sends to the app, and what the app's immediate answer does before the person's eyes."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from bot.playground.kit.surface_rules import view as checked
from bot.playground.screen.modal_stack import add, close, replace
from bot.playground.screen.screen_reading import Found
from bot.playground.screen.screen_view import Seen, state_values
from bot.playground.web_api.response_urls import say
from bot.playground.workspace.api_refusal import NotPossible, Refusal
from bot.playground.workspace.slack_objects import message_object
from bot.playground.workspace.slack_state import MODALS_AT_ONCE, Channel, Json, Message, User, View
from bot.playground.workspace.traffic_ledger import Delivery

if TYPE_CHECKING:
    from bot.playground.local_slack import LocalSlack

MENTION = re.compile(r"(<[@#!][^<>]*>)")


class Acts:
    """Turns acts into deliveries and settles what comes back with the acknowledgement."""

    def __init__(self, slack: LocalSlack) -> None:
        self._slack, self._world, self._payloads = slack, slack.world, slack.payloads

    def message(self, user: User, channel: Channel, text: str, thread_ts: str | None) -> Delivery | None:
        """A message of a person. In a direct message it is message.im; in a channel a mention is app_mention."""
        world = self._world
        if thread_ts is not None and world.message(channel.id, thread_ts) is None:
            raise NotPossible("there is no such thread")
        blocks = [_typed(text, world.new_id("b"))]
        text = "".join(part if MENTION.fullmatch(part) else _escaped(part) for part in MENTION.split(text))
        said = world.put(Message(channel.id, world.new_ts(), user.id, text, blocks, thread_ts))
        event = message_object(world, said) | {"channel": channel.id, "event_ts": said.ts}
        event["client_msg_id"] = world.new_id("")
        if user.team_id != channel.team_id:
            event |= {"user_team": user.team_id, "source_team": user.team_id}
        if channel.is_im:
            return self._tell(channel.team_id, "message.im", event | {"channel_type": "im"})
        ordinary = self._tell(channel.team_id, "message.channels", event | {"channel_type": "channel"})
        if f"<@{world.installation(channel.team_id).bot_user}>" in text:
            return self._tell(channel.team_id, "app_mention", event | {"type": "app_mention"}) or ordinary
        return ordinary

    def edit(self, user: User, message: Message, text: str | None) -> Delivery | None:
        """Change an own message, or take it away (None)."""
        world, channel = self._world, self._world.channels[message.channel]
        if message.user != user.id:
            raise NotPossible("only own messages can be changed")
        before = message_object(world, message)
        with world.changing() as revision:
            message.revision = revision
            if text is None:
                message.deleted = True
            else:
                message.text, message.blocks = _escaped(text), [_typed(text, world.new_id("b"))]
                message.edited = {"user": user.id, "ts": world.new_ts()}
        what = "message_deleted" if text is None else "message_changed"
        event = {"type": "message", "subtype": what, "channel": channel.id, "hidden": True, "ts": world.new_ts()}
        event |= {"event_ts": event["ts"], "previous_message": before}
        event |= {"deleted_ts": message.ts} if text is None else {"message": message_object(world, message)}
        kind = "im" if channel.is_im else "channel"
        name = "message.im" if channel.is_im else "message.channels"
        return self._tell(channel.team_id, name, event | {"channel_type": kind})

    def command(self, user: User, channel: Channel, command: str, text: str) -> Delivery:
        text = "".join(part if MENTION.fullmatch(part) else _escaped(part) for part in MENTION.split(text))
        payload = self._payloads.command(user, channel, command, text)
        return self._slack.deliveries.send("slash_commands", command, channel.team_id, payload)

    def press(self, user: User, shown: Message | View, found: Found, taken: Json) -> Delivery:
        element = found.element
        action = {"action_id": element["action_id"], "block_id": found.block["block_id"], "type": element["type"]}
        for name in ("text", "value", "style", "placeholder", "confirm"):
            if name in element:
                action[name] = element[name]
        action |= taken
        if isinstance(shown, View):
            return self._interact(shown.team_id, self._payloads.press_in_view(user, shown, action))
        values = state_values(self._world, user.id, shown)
        team_id = self._world.channels[shown.channel].team_id
        return self._interact(team_id, self._payloads.press(user, shown, action, values))

    def suggestion(self, user: User, shown: Message | View, found: Found, typed: str) -> Delivery:
        named = {"action_id": found.element["action_id"], "block_id": found.block["block_id"], "value": typed}
        return self._interact(user.team_id, self._payloads.suggestion(user, shown, named))

    def submission(self, user: User, view: View) -> Delivery:
        return self._interact(view.team_id, self._payloads.submission(user, view))

    def closing(self, user: User, view: View, everything: bool) -> Delivery:
        return self._interact(view.team_id, self._payloads.closing(user, view, everything=everything))

    def shortcut(self, user: User, callback_id: str, message: Message | None) -> Delivery:
        return self._interact(user.team_id, self._payloads.shortcut(user, callback_id, message))

    def event(self, user: User, name: str, event: Json) -> Delivery | None:
        return self._tell(user.team_id, name, event | {"event_ts": self._world.new_ts()})

    def context(self, user: User, channel: Channel | None) -> Json:
        if channel is None:
            return {}
        entity = {"type": "slack#/types/channel_id", "value": channel.id, "team_id": channel.team_id}
        return {"entities": [entity]}

    def settle(self, user: User, seen: Seen) -> None:
        """Do what the acknowledgement says: show a command's answer, close or change a modal. Events say nothing."""
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
                self._answer(user, delivery, seen.answer)
            elif delivery.name == "view_submission":
                view = self._world.views[delivery.payload["view"]["id"]]
                seen.errors = self._submitted(view, seen.answer or {})
                seen.closed = view not in self._world.stack(user.id)
        except Refusal as refusal:
            seen.error = refusal.code

    def _answer(self, user: User, delivery: Delivery, answer: Any) -> None:
        body = answer if isinstance(answer, dict) else {"text": answer}
        if body.get("text") or body.get("blocks"):
            say(self._world, delivery.team_id, delivery.payload["channel_id"], user.id, body)

    def _submitted(self, view: View, answer: Json) -> dict[str, str]:
        match answer.get("response_action"):
            case None:
                close(self._world, view)
            case "clear":
                close(self._world, view, everything=True)
            case "errors":
                inputs = {each["block_id"] for each in view.content["blocks"] if each["type"] == "input"}
                if not answer.get("errors") or not set(answer["errors"]) <= inputs:
                    raise Refusal("invalid_errors")
                return dict(answer["errors"])
            case "update":
                replace(self._world, view, self._content(answer))
            case "push":
                if len(self._world.stack(view.user)) >= MODALS_AT_ONCE:
                    raise Refusal("push_limit_reached")
                add(self._world, view.team_id, view.user, self._content(answer), on_top=True)
            case _:
                raise Refusal("invalid_response_action")
        return {}

    def _content(self, answer: Json) -> Json:
        return checked(answer.get("view"), ("modal",), lambda: self._world.new_id("b"))

    def _interact(self, team_id: str, payload: Json) -> Delivery:
        return self._slack.deliveries.send("interactive", payload["type"], team_id, json.loads(json.dumps(payload)))

    def _tell(self, team_id: str, name: str, event: Json) -> Delivery | None:
        return self._slack.tell(team_id, name, event)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _typed(text: str, block_id: str) -> Json:
    """The rich text that Slack's own message field makes of what was typed."""
    leaves: list[Json] = []
    for part in filter(None, MENTION.split(text)):
        if part.startswith("<@"):
            leaves.append({"type": "user", "user_id": part[2:-1].split("|")[0]})
        else:
            leaves.append({"type": "text", "text": part})
    section = {"type": "rich_text_section", "elements": leaves}
    return {"type": "rich_text", "block_id": block_id, "elements": [section]}
