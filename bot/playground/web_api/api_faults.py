"""Faults of Web API calls, on demand: what is answered instead, and whether the call takes effect."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field

from bot.playground.workspace.slack_world import World


class Gate:
    """Holds an answer back until the test opens it."""

    def __init__(self) -> None:
        self._open = threading.Event()
        self._reached = threading.Event()

    def let_through(self) -> None:
        self._open.set()

    def wait_until_reached(self, timeout: float = 5) -> bool:
        """Wait until a call stands before the gate; return whether one does."""
        return self._reached.wait(timeout)

    def wait_until_open(self, timeout: float = 60) -> None:
        self._reached.set()
        self._open.wait(timeout)


@dataclass(frozen=True)
class Fault:
    """Says how one call goes wrong. Without `body` and `drops` the real answer is given, `late` seconds later."""

    name: str
    takes_effect: bool = False
    late: float = 0.0
    gate: Gate | None = None
    status: int = 200
    body: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    drops: bool = False


def drops_connection(*, after: bool = True) -> Fault:
    """Break the connection: after the call took effect, or before it was read."""
    return Fault("dropped", takes_effect=after, drops=True)


def answers_late(seconds: float = 0.0, gate: Gate | None = None) -> Fault:
    """Let the call take effect, and answer `seconds` later or once the gate is opened."""
    return Fault("late", takes_effect=True, late=seconds, gate=gate)


def rate_limited(retry_after: int = 30) -> Fault:
    """Answer 429 with Retry-After in seconds; no effect."""
    body = json.dumps({"ok": False, "error": "ratelimited"})
    return Fault("ratelimited", status=429, body=body, headers={"Retry-After": str(retry_after)})


def server_error(*, after: bool = False, status: int = 500) -> Fault:
    """Answer a 5xx without JSON, before the call took effect or after it did."""
    return Fault(f"status {status}", takes_effect=after, status=status, body="Server Error")


def bad_gateway(*, after: bool = False) -> Fault:
    """Answer with a proxy's 502 page, in HTML."""
    page = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"
    return Fault("status 502", takes_effect=after, status=502, body=page, headers={"Content-Type": "text/html"})


def answers_error(code: str = "unknown_method", *, after: bool = False) -> Fault:
    """Answer `{"ok": false, "error": code}`: unknown_method, invalid_blocks, internal_error …"""
    return Fault(code, takes_effect=after, body=json.dumps({"ok": False, "error": code}))


@dataclass
class _PlannedFault:
    method: str
    fault: Fault
    skip: int
    times: int | None


class Faults:
    """Plans which calls go wrong, and how."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._planned: list[_PlannedFault] = []

    def plan_fault(self, method: str, fault: Fault, *, nth: int = 1, times: int | None = 1) -> None:
        """Plan a fault: from the `nth` call of `method` (`*` for any) on, for `times` calls (None: all)."""
        with self._world.new_revision():
            self._planned.append(_PlannedFault(method, fault, nth - 1, times))

    def clear_faults(self) -> None:
        with self._world.new_revision():
            self._planned.clear()

    def take_fault(self, method: str) -> Fault | None:
        with self._world.new_revision():
            for planned in self._planned:
                if planned.method not in ("*", method) or planned.times == 0:
                    continue
                if planned.skip > 0:
                    planned.skip -= 1
                    continue
                if planned.times is not None:
                    planned.times -= 1
                return planned.fault
            return None
