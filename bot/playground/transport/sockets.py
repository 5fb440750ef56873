"""Socket Mode: the app's connections, envelopes to any one of them, and the ways in which connections end."""

from __future__ import annotations

import asyncio
import itertools
import json
from concurrent.futures import TimeoutError as NotInTime
from dataclasses import dataclass

from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.playground.transport.http_wire import LocalServer
from bot.playground.workspace.slack_state import Json
from bot.playground.workspace.slack_world import World

# As many as Slack lets one app open (docs.slack.dev/apis/events-api/using-socket-mode).
MOST_CONNECTIONS = 10
SEND_TIMEOUT = 3.0


@dataclass
class Connection:
    """Holds one WebSocket of the app. A draining one is sent nothing more."""

    number: int
    socket: WebSocket
    draining: bool = False

    @property
    def client_address(self) -> tuple[str, int]:
        host, port = self.socket.scope["client"]
        return host, port


class Sockets:
    """Keeps the app's open connections. With `say_hello` False new ones connect without a greeting."""

    def __init__(self, world: World, wire: LocalServer) -> None:
        self._world, self._wire = world, wire
        self._open: list[Connection] = []
        self._answers: dict[str, Json] = {}
        self._turn = itertools.count()
        self._numbers = itertools.count(1)
        self._last_number = 0
        self.say_hello = True

    @property
    def ready_count(self) -> int:
        """Count the connections that get envelopes."""
        with self._world.changed:
            return len(self._ready_connections())

    @property
    def opened_count(self) -> int:
        """Count the connections there have ever been."""
        with self._world.changed:
            return self._last_number

    def wait_for_connections(self, connections: int = 1, timeout: float = 10) -> int:
        """Wait until so many connections are open; return how many are."""
        self._world.wait_until(lambda: len(self._ready_connections()) >= connections, timeout)
        return self.ready_count

    async def accept_socket(self, socket: WebSocket) -> None:
        ticket = socket.query_params.get("ticket", "")
        if ticket not in self._world.tickets or len(self._open) >= MOST_CONNECTIONS:
            await socket.close()
            return
        # The address that apps.connections.open gives is good for one connection.
        self._world.tickets.discard(ticket)
        await socket.accept()
        connection = Connection(next(self._numbers), socket)
        with self._world.new_revision():
            self._open.append(connection)
            self._last_number = connection.number
        try:
            if self.say_hello:
                await socket.send_text(json.dumps(self._hello_message()))
            # After a refresh Slack closes an old connection once a new one is there, so that nothing falls between.
            for old in [each for each in self._open if each.draining]:
                await old.socket.close()
            while True:
                self._record_ack(await socket.receive_text())
        except (WebSocketDisconnect, RuntimeError):
            pass
        finally:
            with self._world.new_revision():
                self._open.remove(connection)

    def deliver_envelope(self, envelope: Json, timeout: float) -> Connection | None:
        """Send to one of the connections in turn, waiting for one to open. None where there is none or it broke."""
        ready = self._world.wait_until(self._ready_connections, timeout)
        if not ready:
            return None
        # Any one of them, as at Slack: an app must not rely on which.
        connection = ready[next(self._turn) % len(ready)]
        return connection if self._send_message(connection, envelope) else None

    def wait_for_ack(self, envelope_id: str, timeout: float) -> Json | None:
        """Wait for the acknowledgement of an envelope; None when it did not come in time."""
        return self._world.wait_until(lambda: self._answers.get(envelope_id), timeout)

    def refresh_connections(self, reason: str = "refresh_requested") -> None:
        """Ask for new connections in place of these: they get nothing more, and close once a new one is open."""
        for connection in self._send_disconnects(reason):
            connection.draining = True

    def close_connections(self) -> None:
        """Close every connection with a WebSocket goodbye."""
        for connection in self._open_connections():
            self._run_on_loop(connection, connection.socket.close(code=1000))

    def abort_connections(self) -> None:
        """Break every connection on the TCP level."""
        for connection in self._open_connections():
            self._wire.loop.call_soon_threadsafe(self._wire.cut_connection, connection.client_address)

    def _ready_connections(self) -> list[Connection]:
        return [each for each in self._open if not each.draining]

    def _open_connections(self) -> list[Connection]:
        with self._world.changed:
            return list(self._open)

    def _send_disconnects(self, reason: str) -> list[Connection]:
        told = self._open_connections()
        for connection in told:
            self._send_message(
                connection, {"type": "disconnect", "reason": reason, "debug_info": {"host": "playground"}}
            )
        return told

    def _send_message(self, connection: Connection, message: Json) -> bool:
        return self._run_on_loop(connection, connection.socket.send_text(json.dumps(message)))

    def _run_on_loop(self, connection: Connection, doing: object) -> bool:
        assert asyncio.iscoroutine(doing)
        try:
            asyncio.run_coroutine_threadsafe(doing, self._wire.loop).result(SEND_TIMEOUT)
        except (RuntimeError, OSError, WebSocketDisconnect, NotInTime):
            return False
        return True

    def _hello_message(self) -> Json:
        return {
            "type": "hello",
            "connection_info": {"app_id": self._world.app.app_id},
            "num_connections": len(self._open),
            "debug_info": {"host": "playground", "build_number": 1, "approximate_connection_time": 3600},
        }

    def _record_ack(self, text: str) -> None:
        try:
            message = json.loads(text)
        except ValueError:
            return
        if isinstance(message, dict) and "envelope_id" in message:
            with self._world.new_revision():
                self._answers[message["envelope_id"]] = message
