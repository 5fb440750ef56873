"""What Slack sends to an app: events, commands and interactions (docs.slack.dev/reference/interaction-payloads)."""

from __future__ import annotations

import secrets

from bot.playground.workspace.slack_objects import message_object, view_object
from bot.playground.workspace.slack_state import Channel, Hook, Json, LocalMessage, Trigger, User, View
from bot.playground.workspace.slack_world import World


class Payloads:
    """Builds payloads about acts in one world. `url` is what response URLs begin with."""

    def __init__(self, world: World, url: str) -> None:
        self._world, self._url = world, url

    def build_event(self, team_id: str, event: Json) -> Json:
        installed = self._world.find_installation(team_id)
        shared = self._world.channels.get(str(event.get("channel")))
        authorization = {
            "enterprise_id": None,
            "team_id": team_id,
            "user_id": installed.bot_user,
            "is_bot": True,
            "is_enterprise_install": False,
        }
        return {
            "token": self._world.app.verification_token,
            "team_id": team_id,
            "context_team_id": team_id,
            "context_enterprise_id": None,
            "api_app_id": self._world.app.app_id,
            "event": event,
            "type": "event_callback",
            "event_id": self._world.new_id("Ev"),
            "event_time": int(self._world.now),
            "authorizations": [authorization],
            "is_ext_shared_channel": shared.is_ext_shared if shared else False,
            "event_context": self._world.new_id("4-"),
        }

    def build_command(self, user: User, channel: Channel, command: str, text: str) -> Json:
        """Build the fields of a slash command; a form over HTTP, an object over a socket."""
        team = self._world.teams[channel.team_id]
        return {
            "token": self._world.app.verification_token,
            "team_id": team.id,
            "team_domain": team.domain,
            "channel_id": channel.id,
            "channel_name": channel.name,
            "user_id": user.id,
            "user_name": user.name,
            "command": command,
            "text": text,
            "api_app_id": self._world.app.app_id,
            "is_enterprise_install": "false",
            "response_url": self._new_response_url(user, channel, None),
            "trigger_id": new_trigger(self._world, team.id, user.id),
        }

    def build_block_actions(self, user: User, message: LocalMessage, action: Json, values: Json) -> Json:
        channel = self._world.channels[message.channel]
        where = {"message_ts": message.ts, "channel_id": channel.id, "is_ephemeral": message.only_for is not None}
        container: Json = {"type": "message", **where}
        if message.thread_ts is not None:
            container["thread_ts"] = message.thread_ts
        found = self._build_interaction("block_actions", user, channel.team_id) | {
            "container": container,
            "trigger_id": new_trigger(self._world, channel.team_id, user.id),
            "channel": {"id": channel.id, "name": channel.name},
            "state": {"values": values},
            "response_url": self._new_response_url(user, channel, message),
            "actions": [action | {"action_ts": f"{self._world.now:.6f}"}],
        }
        # Of an ephemeral message Slack sends no content back with a press.
        if message.only_for is None:
            found["message"] = message_object(self._world, message)
        return found

    def build_view_actions(self, user: User, view: View, action: Json) -> Json:
        shown = view_object(self._world, view)
        return self._build_interaction("block_actions", user, view.team_id) | {
            "container": {"type": "view", "view_id": view.id},
            "trigger_id": new_trigger(self._world, view.team_id, user.id, view.id),
            "view": shown,
            "actions": [action | {"action_ts": f"{self._world.now:.6f}"}],
        }

    def build_block_suggestion(self, user: User, place: LocalMessage | View, found: Json) -> Json:
        """Build the payload of a person typing in a menu whose options the app provides."""
        if isinstance(place, View):
            container: Json = {"container": {"type": "view", "view_id": place.id}}
            container["view"] = view_object(self._world, place)
            team_id = place.team_id
        else:
            channel = self._world.channels[place.channel]
            team_id = channel.team_id
            container = {
                "container": {"type": "message", "message_ts": place.ts, "channel_id": channel.id},
                "channel": {"id": channel.id, "name": channel.name},
                "message": message_object(self._world, place),
            }
        return self._build_interaction("block_suggestion", user, team_id) | container | found

    def build_view_submission(self, user: User, view: View) -> Json:
        return self._build_interaction("view_submission", user, view.team_id) | {
            "trigger_id": new_trigger(self._world, view.team_id, user.id, view.id),
            "view": view_object(self._world, view),
            "response_urls": [],
        }

    def build_view_closed(self, user: User, view: View, *, everything: bool) -> Json:
        shown = {"view": view_object(self._world, view), "is_cleared": everything}
        return self._build_interaction("view_closed", user, view.team_id) | shown

    def build_shortcut(self, user: User, callback_id: str, message: LocalMessage | None) -> Json:
        common = {
            "callback_id": callback_id,
            "trigger_id": new_trigger(self._world, user.team_id, user.id),
            "action_ts": f"{self._world.now:.6f}",
        }
        if message is None:
            return self._build_interaction("shortcut", user, user.team_id) | common
        channel = self._world.channels[message.channel]
        return (
            self._build_interaction("message_action", user, channel.team_id)
            | common
            | {
                "response_url": self._new_response_url(user, channel, message),
                "message_ts": message.ts,
                "channel": {"id": channel.id, "name": channel.name},
                "message": message_object(self._world, message),
            }
        )

    def _build_interaction(self, kind: str, user: User, team_id: str) -> Json:
        team = self._world.teams[team_id]
        return {
            "type": kind,
            "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": user.team_id},
            "api_app_id": self._world.app.app_id,
            "token": self._world.app.verification_token,
            "team": {"id": team.id, "domain": team.domain},
            "enterprise": None,
            "is_enterprise_install": False,
        }

    def _new_response_url(self, user: User, channel: Channel, message: LocalMessage | None) -> str:
        return self._url + new_response_path(self._world, channel.team_id, channel.id, user.id, message)


def new_trigger(world: World, team_id: str, user: str, view: str | None = None) -> str:
    """Make the trigger_id that comes with a person's act, and lets the app open a modal."""
    with world.new_revision():
        number = world.new_id("")[:-1]
        name = f"{number}.{abs(hash(team_id)) % 10**9}.{secrets.token_hex(16)}"
        world.triggers[name] = Trigger(user, team_id, world.now, view)
        return name


def new_response_path(world: World, team_id: str, channel: str, user: str, message: LocalMessage | None = None) -> str:
    """Make the path of a response_url. `message` is what `replace_original` and `delete_original` act on."""
    with world.new_revision():
        name = secrets.token_hex(12)
        world.hooks[name] = Hook(team_id, channel, user, world.now, message)
        kind = "commands" if message is None else "actions"
        return f"/{kind}/{team_id}/{world.new_id('')[:-1]}/{name}"
