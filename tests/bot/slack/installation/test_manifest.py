"""The manifest says what the bot listens to and calls, no more and no less."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import bot
from bot.slack.installation import manifest

ROOT = Path(bot.__file__).parent
OURS = ROOT / "slack"
PREFIXES = ("agents", "api", "apps", "assistant", "auth", "chat", "conversations", "files", "oauth", "users", "views")
WITH_APP_TOKEN = {"apps.connections.open"}


def called() -> set[str]:
    """The methods of WebClient that the code of bot/slack calls or hands on: `chat_postMessage` -> chat.postMessage."""
    found = set()
    for path in OURS.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            match node:
                case ast.Call(func=ast.Attribute(attr="api_call"), args=[ast.Constant(value=str(method)), *_]):
                    found.add(method)
                case ast.Attribute(attr=name) if re.fullmatch(rf"({'|'.join(PREFIXES)})_\w+", name):
                    found.add(name.replace("_", "."))
    found -= {"api.url", "api.call"}
    return found


def test_the_file_is_what_the_code_makes() -> None:
    assert (ROOT / "manifest.json").read_text() == manifest.manifest_json()


def test_every_method_in_use_has_its_scopes_and_no_scope_is_unused() -> None:
    assert called() - WITH_APP_TOKEN == set(manifest.METHODS)


def test_every_event_has_a_listener_and_every_listener_an_event() -> None:
    source = (OURS / "listeners" / "events.py").read_text()
    listened = set(re.findall(r'app\.event\("(\w+)"\)', source))

    assert {each.partition(".")[0] for each in manifest.EVENTS} == listened


def test_commands_and_shortcuts_are_those_that_are_registered() -> None:
    source = (OURS / "listeners" / "shortcuts.py").read_text()

    assert set(re.findall(r'app\.shortcut\("(\w+)"\)', source)) == {each[1] for each in manifest.SHORTCUTS}
    features = manifest.build_manifest()["features"]
    assert [each["command"] for each in features["slash_commands"]] == [
        "/leadlight", "/lead", "/leads", "/opps", "/convert", "/digest",
    ]  # fmt: skip


def test_it_keeps_slacks_limits() -> None:
    made = manifest.build_manifest("https://leadlight.example.com")
    shown, features = made["display_information"], made["features"]

    assert len(shown["name"]) <= 35
    assert len(shown["description"]) <= 140
    assert len(features["agent_view"]["agent_description"]) <= 300
    assert len(features["agent_view"]["suggested_prompts"]) <= 4
    assert all(len(each["name"]) <= 24 and len(each["description"]) <= 150 for each in features["shortcuts"])
    assert all(len(each["command"]) <= 32 for each in features["slash_commands"])
    assert "im:history" in made["oauth_config"]["scopes"]["bot"]


def test_socket_mode_names_no_address_and_http_names_one_everywhere() -> None:
    socket, http = json.dumps(manifest.build_manifest()), manifest.build_manifest("https://a.example")

    assert "url" not in socket
    assert http["settings"]["event_subscriptions"]["request_url"] == "https://a.example/slack/events"
    assert http["settings"]["interactivity"]["request_url"] == "https://a.example/slack/events"
    assert http["oauth_config"]["redirect_urls"] == ["https://a.example/slack/oauth_redirect"]
    assert not http["settings"]["socket_mode_enabled"]
