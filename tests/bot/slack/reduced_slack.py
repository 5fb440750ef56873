"""A Slack with less: an older or another server that speaks the same protocol, with what it lacks and leaves out."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest

from bot.playground.kit import surface_rules
from bot.playground.kit.block_rules import EVERYWHERE, IN_MESSAGES, check_by_type
from bot.playground.kit.composition_objects import check_plain_text
from bot.playground.kit.value_checks import check_items, check_object
from bot.playground.local_slack import LocalSlack
from bot.playground.web_api.api_faults import answers_error
from bot.playground.workspace.traffic_ledger import Delivery

MISSING = (
    "assistant.threads.setStatus",
    "assistant.threads.setTitle",
    "assistant.threads.setSuggestedPrompts",
    "agents.sessions.setStatus",
    "agents.sessions.rename",
    "chat.startStream",
    "chat.appendStream",
    "chat.stopStream",
    "chat.postEphemeral",
)
BLOCKS = frozenset(("section", "actions", "context", "divider", "header", "image", "input"))
LEFT_OUT = frozenset(
    (
        "response_url", "response_urls", "container", "authorizations", "is_ext_shared_channel", "context_team_id",
        "context_enterprise_id", "event_context", "enterprise", "is_enterprise_install", "api_app_id", "channel_type",
        "client_msg_id", "channel_name", "team_domain", "state", "action_ts",
    )
)  # fmt: skip


def strip(slack: LocalSlack, monkeypatch: pytest.MonkeyPatch) -> None:
    """Take from a local Slack the newer methods and blocks, and from its payloads what is optional."""
    for method in MISSING:
        slack.faults.plan_fault(method, answers_error("unknown_method"), times=None)
    old = {kind: block for kind, block in {**EVERYWHERE, **IN_MESSAGES}.items() if kind in BLOCKS}
    monkeypatch.setattr(surface_rules, "MESSAGE", check_by_type(old))
    blocks = check_items(check_by_type(old), 0, surface_rules.BLOCKS_IN_VIEW)
    titles = {"submit": check_plain_text(24), "close": check_plain_text(24)}
    monkeypatch.setattr(surface_rules, "_HOME", check_object({"blocks": blocks}, surface_rules._VIEW_FIELDS))
    monkeypatch.setattr(
        surface_rules,
        "_MODAL",
        check_object({"title": check_plain_text(24), "blocks": blocks}, {**titles, **surface_rules._VIEW_FIELDS}),
    )
    send = slack.deliveries.start_delivery

    def sends(kind: str, name: str, team_id: str, payload: dict[str, Any]) -> Delivery:
        return send(kind, name, team_id, slim(json.loads(json.dumps(payload))))

    monkeypatch.setattr(slack.deliveries, "start_delivery", sends)


def slim(payload: dict[str, Any]) -> dict[str, Any]:
    """The payload with its necessary fields only."""
    view = "view" in payload
    kept = {name: value for name, value in payload.items() if name not in LEFT_OUT or (view and name == "state")}
    user, event = kept.get("user"), kept.get("event")
    if isinstance(user, dict):
        kept["user"] = {"id": user["id"]}
    if isinstance(event, dict):
        without = (*LEFT_OUT, "team", "user_team", "source_team", "blocks")
        kept["event"] = {name: value for name, value in event.items() if name not in without}
    return kept


class Restless:
    """Closes every socket again and again."""

    def __init__(self, slack: LocalSlack, seconds: float) -> None:
        self._slack, self._seconds = slack, seconds
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Restless:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._over.wait(self._seconds):
            self._slack.sockets.close_connections()
