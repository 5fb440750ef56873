"""Socket Mode: several connections, any one of which gets an envelope, and ways for them to go away."""

from __future__ import annotations

import asyncio
import itertools
import json
from concurrent.futures import TimeoutError as NotInTime
from dataclasses import dataclass

from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.playground.transport.http_wire import Wire
from bot.playground.workspace.slack_state import Json
from bot.playground.workspace.slack_world import World

MOST_CONNECTIONS = 10
SEND_TIMEOUT = 3.0


@dataclass
class Connection:
    """One WebSocket of the app. A draining one gets nothing any more."""

    number: int
    socket: WebSocket
    draining: bool = False

    @property
    def client(self) -> tuple[str, int]:
        host, port = self.socket.scope["client"]
        return host, port


class Sockets:
    """The app's open connections. `say_hello` False makes those to come connect without a greeting."""

    def __init__(self, world: World, wire: Wire) -> None:
        self._world, self._wire = world, wire
        self._open: list[Connection] = []
        self._answers: dict[str, Json] = {}
        self._turn = itertools.count()
        self._numbers = itertools.count(1)
        self.say_hello = True

    @property
    def count(self) -> int:
        """Connections that get envelopes."""
        with self._world.changed:
            return len(self._ready())

    @property
    def opened(self) -> int:
        """Connections there have ever been."""
        with self._world.changed:
            return self._last_number

    def wait_for(self, connections: int = 1, timeout: float = 10) -> int:
        """Wait until so many connections are open; gives how many are."""
        self._world.wait_until(lambda: len(self._ready()) >= connections, timeout)
        return self.count

    async def endpoint(self, socket: WebSocket) -> None:
        ticket = socket.query_params.get("ticket", "")
        if ticket not in self._world.tickets or len(self._open) >= MOST_CONNECTIONS:
            await socket.close()
            return
        self._world.tickets.discard(ticket)
        await socket.accept()
        connection = Connection(next(self._numbers), socket)
        with self._world.changing():
            self._open.append(connection)
            self._last_number = connection.number
        try:
            if self.say_hello:
                await socket.send_text(json.dumps(self._hello()))
            for old in [each for each in self._open if each.draining]:
                await old.socket.close()
            while True:
                self._heard(await socket.receive_text())
        except (WebSocketDisconnect, RuntimeError):
            pass
        finally:
            with self._world.changing():
                self._open.remove(connection)

    _last_number = 0

    def deliver(self, envelope: Json, timeout: float) -> Connection | None:
        """Send to one of the connections, in turn, waiting for one to open. None when there is none or it broke."""
        ready = self._world.wait_until(self._ready, timeout)
        if not ready:
            return None
        connection = ready[next(self._turn) % len(ready)]
        return connection if self._send(connection, envelope) else None

    def answer(self, envelope_id: str, timeout: float) -> Json | None:
        """The acknowledgement of an envelope, None when it did not come in time."""
        return self._world.wait_until(lambda: self._answers.get(envelope_id), timeout)

    def warn(self) -> None:
        """Say on every connection that it will be refreshed soon."""
        self._tell_all("warning")

    def refresh(self, reason: str = "refresh_requested") -> None:
        """Ask for new connections in place of these, which get nothing any more and close once a new one is open."""
        for connection in self._tell_all(reason):
            connection.draining = True

    def close(self) -> None:
        """Close every connection with a WebSocket goodbye."""
        for connection in self._now():
            self._run(connection, connection.socket.close(code=1000))

    def abort(self) -> None:
        """Break every connection on the TCP level."""
        for connection in self._now():
            self._wire.loop.call_soon_threadsafe(self._wire.cut, connection.client)

    def _ready(self) -> list[Connection]:
        return [each for each in self._open if not each.draining]

    def _now(self) -> list[Connection]:
        with self._world.changed:
            return list(self._open)

    def _tell_all(self, reason: str) -> list[Connection]:
        told = self._now()
        for connection in told:
            self._send(connection, {"type": "disconnect", "reason": reason, "debug_info": {"host": "playground"}})
        return told

    def _send(self, connection: Connection, message: Json) -> bool:
        return self._run(connection, connection.socket.send_text(json.dumps(message)))

    def _run(self, connection: Connection, doing: object) -> bool:
        assert asyncio.iscoroutine(doing)
        try:
            asyncio.run_coroutine_threadsafe(doing, self._wire.loop).result(SEND_TIMEOUT)
        except (RuntimeError, OSError, WebSocketDisconnect, NotInTime):
            return False
        return True

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "connection_info": {"app_id": self._world.app.app_id},
            "num_connections": len(self._open),
            "debug_info": {"host": "playground", "build_number": 1, "approximate_connection_time": 3600},
        }

    def _heard(self, text: str) -> None:
        try:
            message = json.loads(text)
        except ValueError:
            return
        if isinstance(message, dict) and "envelope_id" in message:
            with self._world.changing():
                self._answers[message["envelope_id"]] = message
