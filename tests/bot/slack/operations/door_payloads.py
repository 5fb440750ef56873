"""Makes bodies of all kinds for the door: what Slack sends, damaged, and what only somebody else would send."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from copy import deepcopy
from typing import Any
from urllib.parse import urlencode

JSON, FORM = "application/json", "application/x-www-form-urlencoded"
# Values where others belong, among them some that JSON, SQLite or PostgreSQL do not take.
ODD: tuple[Any, ...] = (
    None, True, 0, -1, 1e308, 10**40, "", "x" * 3_000, "\0", "\ud800", "ünï", [], {}, [[]], [None], {"id": None},
    {"id": 7}, {"": {}}, [{"a": 1}], float("nan"),
)  # fmt: skip
RAW = (
    b"", b"{", b"[]", b"null", b"\xff\xfe", b"payload=%7B", b"payload=[]", b'{"type":1}', b"command=%2Fleads",
    b"[" * 50_000, b"payload=" + b"[" * 50_000, b'{"a":' * 20_000, b"&".join([b"a=1"] * 20_000), b"%00=%00",
    b"[" + b"0," * 60_000 + b"0]", b'{"type":"event_callback","event":' + b"[" * 60 + b"]" * 60 + b"}",
    b'{"type":"' + b"9" * 50_000, b"9" * 5_000, b"ssl_check=1",
)  # fmt: skip


def list_payloads(team: str, user: str, channel: str) -> list[tuple[str, dict[str, Any]]]:
    """List one payload of each kind that Slack sends, with its content type."""
    who = {"user": {"id": user, "team_id": team}, "team": {"id": team}, "trigger_id": "1.2.a"}
    action = {"action_id": "call:0", "block_id": "b", "type": "button", "value": '{"v":"help"}', "action_ts": "1.2"}
    view = {"id": "V1", "type": "modal", "callback_id": "form:create_lead", "hash": "h", "private_metadata": "{}",
            "blocks": [], "state": {"values": {"name": {"x": {"type": "text", "value": "Jo"}}}}}  # fmt: skip
    message = {"type": "message", "user": user, "ts": "1.1", "text": "hello"}
    place = {"container": {"type": "message", "channel_id": channel, "message_ts": "1.1"}, "channel": {"id": channel}}
    events = (
        {**message, "channel": channel, "channel_type": "im", "team": team},
        {**message, "type": "app_mention", "channel": "C1", "thread_ts": "1.0"},
        {"type": "app_home_opened", "user": user, "channel": channel, "tab": "home"},
        {"type": "app_home_opened", "user": user, "channel": channel, "tab": "messages"},
        {"type": "agent_session_stopped", "channel": channel, "thread_ts": "1.0", "user": user},
        {"type": "user_change", "user": {"id": user, "team_id": team, "tz": "UTC", "profile": {"email": "a@b.c"}}},
        {"type": "channel_rename", "channel": {"id": "C1", "name": "new"}},
    )
    acts: tuple[dict[str, Any], ...] = (
        {**who, **place, "type": "block_actions", "actions": [action], "message": message},
        {**who, "type": "block_actions", "actions": [{**action, "action_id": "owner"}], "view": view},
        {**who, "type": "view_submission", "view": view},
        {**who, "type": "view_closed", "view": view},
        {**who, "type": "shortcut", "callback_id": "add_lead"},
        {**who, **place, "type": "message_action", "callback_id": "find_lead", "message": message},
        {**who, "type": "block_suggestion", "action_id": "a", "block_id": "b", "value": "x"},
    )
    command = {"command": "/leads", "text": "hot", "team_id": team, "user_id": user, "channel_id": channel}
    return [
        *((JSON, {"type": "event_callback", "team_id": team, "event_id": "Ev", "event": each,
                  "authorizations": [{"team_id": team, "is_bot": True}]}) for each in events),
        *((FORM, each) for each in acts),
        (FORM, command),
    ]  # fmt: skip


def make_bodies(seed: int, count: int, team: str, user: str, channel: str) -> Iterator[tuple[str, bytes]]:
    """Make damaged payloads: content type and body. The same seed makes the same ones."""
    chance = random.Random(seed)
    known = list_payloads(team, user, channel)
    for number in range(count):
        if number < len(RAW) * 2:
            yield (JSON, FORM)[number % 2], RAW[number // 2]
            continue
        kind, payload = chance.choice(known)
        payload = deepcopy(payload)
        for _ in range(chance.randint(1, 3)):
            damage_payload(chance, payload)
        body = encode_payload(kind, payload)
        if chance.random() < 0.1:
            body = damage_bytes(chance, body)
        yield kind if chance.random() < 0.95 else chance.choice((JSON, FORM, "", "text/plain")), body


def encode_payload(kind: str, payload: dict[str, Any]) -> bytes:
    """Encode a payload as Slack does."""
    if kind == JSON:
        return json.dumps(payload).encode()
    if "command" in payload:
        return urlencode({name: str(value) for name, value in payload.items()}, errors="replace").encode()
    return urlencode({"payload": json.dumps(payload)}).encode()


def damage_payload(chance: random.Random, payload: dict[str, Any]) -> None:
    """Remove a value somewhere in a payload, or put an odd one in its place."""
    part: Any = payload
    while True:
        inner = list(part) if isinstance(part, dict) else range(len(part))
        if not inner:
            return
        name = chance.choice(list(inner))
        if isinstance(part[name], dict | list) and part[name] and chance.random() < 0.7:
            part = part[name]
            continue
        if chance.random() < 0.3:
            del part[name]
        else:
            part[name] = chance.choice(ODD)
        return


def damage_bytes(chance: random.Random, body: bytes) -> bytes:
    """Cut, repeat or change some bytes."""
    at = chance.randrange(len(body) + 1)
    return chance.choice(
        (body[:at], body[at:] + body[:at], body[:at] + bytes([chance.randrange(256)]) + body[at + 1 :])
    )
