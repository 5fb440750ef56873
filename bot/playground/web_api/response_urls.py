"""Answers that do not come over the Web API: a command's own answer, and what is sent to a response_url."""

from __future__ import annotations

import json
import time

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from bot.playground.kit.surface_rules import message_blocks
from bot.playground.transport.http_wire import Wire
from bot.playground.web_api.api_faults import Faults
from bot.playground.workspace.api_refusal import Refusal
from bot.playground.workspace.slack_state import Hook, Json, Message
from bot.playground.workspace.slack_world import World
from bot.playground.workspace.traffic_ledger import Ledger

USES = 5
LIVES = 30 * 60.0


def say(world: World, team_id: str, channel: str, user: str, body: Json) -> Message:
    """Show what the app answered: to everybody if it says `in_channel`, else to this person only."""
    text, given = body.get("text") or "", body.get("blocks")
    blocks = message_blocks(given, lambda: world.new_id("b")) if given else []
    if not text and not blocks:
        raise Refusal("no_text")
    installed = world.installation(team_id)
    return world.put(
        Message(
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


def use_hook(world: World, hook: Hook, body: Json) -> None:
    """Do what was sent to a response_url. Refusal says why not."""
    if world.now - hook.issued > LIVES:
        raise Refusal("expired_url")
    if hook.uses >= USES:
        raise Refusal("used_url")
    hook.uses += 1
    original = hook.message
    if original is not None and _yes(body.get("delete_original")):
        with world.changing() as revision:
            original.deleted, original.revision = True, revision
    elif original is not None and _yes(body.get("replace_original")):
        replaced = message_blocks(body["blocks"], lambda: world.new_id("b")) if body.get("blocks") else []
        with world.changing() as revision:
            original.text, original.blocks, original.revision = body.get("text") or "", replaced, revision
    else:
        made = say(world, hook.team_id, hook.channel, hook.user, body)
        hook.message = hook.message or made


def _yes(value: object) -> bool:
    return str(value).lower() == "true"


class ResponseUrls:
    """Answers POST to response URLs. In the ledger their method is `response_url`."""

    def __init__(self, world: World, ledger: Ledger, faults: Faults, wire: Wire) -> None:
        self._world, self._ledger, self._faults, self._wire = world, ledger, faults, wire

    async def respond(self, request: Request) -> Response:
        try:
            body = json.loads(await request.body())
        except ValueError:
            return PlainTextResponse("invalid_payload", 400)
        call = self._ledger.call("response_url", body, None)
        started = time.monotonic()
        fault = self._faults.next("response_url")
        status, outcome = 200, "ok"
        if fault is None or fault.takes_effect:
            with self._world.changed:
                try:
                    hook = self._world.hooks.get(request.path_params["name"])
                    if hook is None:
                        raise Refusal("no_service")
                    use_hook(self._world, hook, body)
                    call.effective = True
                except Refusal as refusal:
                    outcome = refusal.code
                    status = 404 if outcome in ("expired_url", "used_url", "no_service") else 400
        with self._world.changing():
            call.outcome = outcome if fault is None else fault.name
            call.status, call.seconds = status, time.monotonic() - started
        if fault is not None and fault.drops:
            self._wire.cut(request.scope["client"])
        if fault is not None and fault.body is not None:
            return Response(fault.body, fault.status, fault.headers)
        if status == 404:
            return Response(json.dumps({"ok": False, "error": outcome}), 404, {"Content-Type": "application/json"})
        return PlainTextResponse(outcome, status)
