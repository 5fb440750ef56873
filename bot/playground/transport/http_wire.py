"""The HTTP server of the playground: on a free port of 127.0.0.1, in a thread of its own."""

from __future__ import annotations

import asyncio
import socket
import threading
from typing import Any

import uvicorn
from starlette.types import ASGIApp

START_TIMEOUT = 10.0


class _Listener(uvicorn.Server):
    """Says when it has started, so that nobody needs to poll."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()
        self.loop: asyncio.AbstractEventLoop | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        self.loop = asyncio.get_running_loop()
        self.ready.set()


class LocalServer:
    """Serves HTTP on a free port of 127.0.0.1: listens from construction on, answers between `start` and `stop`."""

    def __init__(self, port: int = 0) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind(("127.0.0.1", port))
        self.port: int = self._socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._server: _Listener | None = None
        self._thread: threading.Thread | None = None

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        assert self._server is not None
        assert self._server.loop is not None
        return self._server.loop

    def start(self, app: ASGIApp) -> None:
        config = uvicorn.Config(app, log_level="error", access_log=False, lifespan="off", timeout_graceful_shutdown=1)
        self._server = _Listener(config)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._socket]}, name="local-slack", daemon=True
        )
        self._thread.start()
        if not self._server.ready.wait(START_TIMEOUT):
            raise TimeoutError("the local Slack did not start")

    def stop(self) -> None:
        if self._server is not None and self._thread is not None:
            # Open sockets never end by themselves, and the server would wait for them.
            self._server.should_exit = True
            for each in self._list_connections():
                self.loop.call_soon_threadsafe(each.transport.abort)
            self._thread.join(START_TIMEOUT)
        self._socket.close()

    def cut_connection(self, client: tuple[str, int]) -> None:
        """Cut the connection with this client in the middle, without a goodbye. Call it on the server's loop."""
        for each in self._list_connections():
            if each.transport is not None and each.transport.get_extra_info("peername") == client:
                each.transport.abort()

    def _list_connections(self) -> list[Any]:
        return list(self._server.server_state.connections) if self._server is not None else []
