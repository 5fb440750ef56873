"""Reads the body of a signed request within bounds, and refuses what does not have the shape of Slack's payloads."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from slack_bolt.request.internals import parse_body

# Slack's own commands have some twenty fields. Its largest view has a few thousand values, some ten levels deep.
MOST_FIELDS = 500
MOST_VALUES = 50_000
DEEPEST = 40
# Ids of Slack have some ten characters, and our columns for them hold 40.
ID = re.compile(r"[A-Za-z0-9._-]{0,40}", re.ASCII)
# Characters.
LONGEST_NAME = 255

IDS = frozenset(
    "team_id user_id channel_id enterprise_id user_team app_installed_team_id ts thread_ts message_ts bot_id".split()
)
NAMES = frozenset("action_id block_id callback_id command event_id subtype tab channel_type trigger_id type".split())
TEXTS = frozenset("hash private_metadata response_url".split())
# Slack gives these as an id in one payload, and as an object with the id in another.
ID_OR_OBJECT = frozenset("user team channel enterprise".split())
OBJECTS = frozenset("event view container message previous_message item assistant_thread function_data".split())
LISTS = frozenset("actions authorizations response_urls".split())
# The events that are kept, with what each must name by its id.
KEPT_EVENTS = {
    "message": ("channel", "user"),
    "app_mention": ("channel", "user"),
    "app_home_opened": ("channel", "user"),
    "agent_session_stopped": ("channel", "user"),
}
# By type of interaction, what it cannot be without.
INTERACTIONS = {
    "block_actions": "actions",
    "block_suggestion": "action_id",
    "view_submission": "view",
    "view_closed": "view",
    "shortcut": "callback_id",
    "message_action": "callback_id",
}


class MalformedBody(ValueError):
    """Says in a few words of ours, none of the body's, why it is not a payload of Slack's."""


def read_request_body(raw: bytes, content_type: str | None) -> str:
    """Return the text of a body that Bolt and the listeners can work on. MalformedBody for any other."""
    try:
        text = raw.decode()
        if raw.count(b"&") >= MOST_FIELDS and not text.startswith("{") and content_type != "application/json":
            raise MalformedBody("too many fields")
        # Bolt's own reading, so that what is checked here is what its listeners get.
        body = parse_body(text, content_type)
    except MalformedBody:
        raise
    except RecursionError:
        raise MalformedBody("too deep") from None
    except ValueError:
        raise MalformedBody("not readable") from None
    if not isinstance(body, dict):
        raise MalformedBody("no object")
    _check_bounds(body)
    _check_fields(body)
    _check_kind(body)
    return text


def _check_bounds(body: dict[str, Any]) -> None:
    """Refuse what is too deep, has too many values, or characters that no database takes."""
    level: list[Any] = [body]
    count = 0
    for _ in range(DEEPEST):
        count += len(level)
        if count > MOST_VALUES:
            raise MalformedBody("too many values")
        level = [inner for each in level for inner in _list_inner(each)]
        if not level:
            return
    raise MalformedBody("too deep")


def _list_inner(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        yield from value
        yield from value.values()
    elif isinstance(value, list):
        yield from value
    elif isinstance(value, str) and not value.isascii() and any("\ud800" <= each <= "\udfff" for each in value):
        raise MalformedBody("half a character")
    elif isinstance(value, str) and "\0" in value:
        raise MalformedBody("a character of no text")


def _check_fields(part: Mapping[str, Any]) -> None:
    """Refuse fields of another shape than Slack's, here and in the objects of a payload that we read."""
    for name, value in part.items():
        if value is None:
            continue
        if name in IDS:
            _require(_is_id(value), name)
        elif name in NAMES:
            _require(isinstance(value, str) and len(value) <= LONGEST_NAME, name)
        elif name in TEXTS:
            _require(isinstance(value, str), name)
        elif name in ID_OR_OBJECT and not isinstance(value, dict):
            _require(_is_id(value), name)
        elif name in ID_OR_OBJECT:
            _require(value.get("id") is None or _is_id(value["id"]), name)
            _check_fields(value)
        elif name in OBJECTS:
            _require(isinstance(value, dict), name)
            _check_fields(value)
        elif name in LISTS:
            _require(isinstance(value, list) and all(isinstance(each, dict) for each in value), name)
            for each in value:
                _check_fields(each)


def _check_kind(body: Mapping[str, Any]) -> None:
    """Refuse a body that lacks what Bolt and our listeners need to know what it is about."""
    kind = body.get("type")
    if "command" in body:
        _require(bool(body["command"]) and bool(body.get("user_id")), "command")
    elif kind == "event_callback":
        event = body.get("event") or {}
        _require(bool(event.get("type")), "event")
        for name in KEPT_EVENTS.get(event["type"], ()):
            _require(not isinstance(event.get(name), dict), name)
        if event["type"] == "user_change":
            _check_profile(event.get("user"))
    elif kind in INTERACTIONS:
        needed = INTERACTIONS[kind]
        _require(bool(body.get(needed)), needed)
        user = body.get("user")
        _require(isinstance(user, dict) and bool(user.get("id")), "user")
        if needed == "actions":
            _require(all(each.get("action_id") and each.get("block_id") for each in body["actions"]), needed)
        if needed == "view":
            _check_view(body["view"])
    else:
        _require(bool(kind) or "ssl_check" in body, "type")


def _check_view(view: Mapping[str, Any]) -> None:
    _require(bool(view.get("callback_id")) and bool(view.get("type")), "view")
    blocks = view.get("blocks") or []
    _require(isinstance(blocks, list) and all(isinstance(each, dict) for each in blocks), "blocks")


def _check_profile(user: Any) -> None:
    _require(isinstance(user, dict) and bool(user.get("id")), "user")
    profile = user.get("profile") or {}
    _require(isinstance(profile, dict) and isinstance(profile.get("email"), str | None), "profile")
    _require(isinstance(user.get("tz"), str | None), "tz")


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and ID.fullmatch(value) is not None


def _require(met: bool, name: str) -> None:
    if not met:
        raise MalformedBody(f"its {name}")
