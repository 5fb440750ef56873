"""Answers that do not go over the Web API: in the acknowledgement of a command, or to a response_url."""

from __future__ import annotations

import json
import time

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from bot.playground.kit.surface_rules import check_message_blocks
from bot.playground.transport.http_wire import LocalServer
from bot.playground.web_api.api_faults import Faults
from bot.playground.workspace.api_refusal import Refusal
from bot.playground.workspace.slack_state import Hook, Json, LocalMessage
from bot.playground.workspace.slack_world import World
from bot.playground.workspace.traffic_ledger import TrafficLog

# Slack's limits of one response_url: how often, and for how many seconds.
USES = 5
LIVES = 30 * 60.0


def show_answer(world: World, team_id: str, channel: str, user: str, body: Json) -> LocalMessage:
    """Show the app's answer: to everybody where it says `in_channel`, else to this person only. Raises Refusal."""
    text, given = body.get("text") or "", body.get("blocks")
    blocks = check_message_blocks(given, lambda: world.new_id("b")) if given else []
    if not text and not blocks:
        raise Refusal("no_text")
    installed = world.find_installation(team_id)
    return world.add_message(
        LocalMessage(
            channel=channel,
            ts=world.new_ts(),
            user=installed.bot_user,
            bot_id=installed.bot_id,
            text=text,
            blocks=blocks,
            thread_ts=body.get("thread_ts"),
            only_for=None if body.get("response_type") == "in_channel" else user,
        )
    )


def use_response_url(world: World, hook: Hook, body: Json) -> None:
    """Do what was sent to a response_url. Raises Refusal with the reason where it may not."""
    if world.now - hook.issued > LIVES:
        raise Refusal("expired_url")
    if hook.uses >= USES:
        raise Refusal("used_url")
    hook.uses += 1
    original = hook.message
    if original is not None and _is_true(body.get("delete_original")):
        with world.new_revision() as revision:
            original.deleted, original.revision = True, revision
    elif original is not None and _is_true(body.get("replace_original")):
        replaced = check_message_blocks(body["blocks"], lambda: world.new_id("b")) if body.get("blocks") else []
        with world.new_revision() as revision:
            original.text, original.blocks, original.revision = body.get("text") or "", replaced, revision
    else:
        made = show_answer(world, hook.team_id, hook.channel, hook.user, body)
        # From now on this answer is the original that a further one may replace.
        hook.message = hook.message or made


def _is_true(value: object) -> bool:
    return str(value).lower() == "true"


class ResponseUrls:
    """Answers POST to response URLs. In the ledger their method is `response_url`."""

    def __init__(self, world: World, ledger: TrafficLog, faults: Faults, wire: LocalServer) -> None:
        self._world, self._ledger, self._faults, self._wire = world, ledger, faults, wire

    async def handle_request(self, request: Request) -> Response:
        try:
            body = json.loads(await request.body())
        except ValueError:
            return PlainTextResponse("invalid_payload", 400)
        call = self._ledger.record_call("response_url", body, None)
        started = time.monotonic()
        fault = self._faults.take_fault("response_url")
        status, outcome = 200, "ok"
        if fault is None or fault.takes_effect:
            with self._world.changed:
                try:
                    hook = self._world.hooks.get(request.path_params["name"])
                    if hook is None:
                        raise Refusal("no_service")
                    use_response_url(self._world, hook, body)
                    call.effective = True
                except Refusal as refusal:
                    outcome = refusal.code
                    status = 404 if outcome in ("expired_url", "used_url", "no_service") else 400
        with self._world.new_revision():
            call.outcome = outcome if fault is None else fault.name
            call.status, call.seconds = status, time.monotonic() - started
        if fault is not None and fault.drops:
            self._wire.cut_connection(request.scope["client"])
        if fault is not None and fault.body is not None:
            return Response(fault.body, fault.status, fault.headers)
        if status == 404:
            return Response(json.dumps({"ok": False, "error": outcome}), 404, {"Content-Type": "application/json"})
        return PlainTextResponse(outcome, status)
