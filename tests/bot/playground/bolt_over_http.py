"""A Bolt app behind a plain threaded HTTP server, verified by Bolt's own middleware."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from slack_bolt import App, BoltRequest


@contextlib.contextmanager
def serving(app: App) -> Iterator[str]:
    class Endpoint(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self._dispatch()

        def do_GET(self) -> None:
            self._dispatch()

        def _dispatch(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0))).decode()
            headers = {name.lower(): [value] for name, value in self.headers.items()}
            parts = urlsplit(self.path)
            flow = app.oauth_flow
            if flow is not None and parts.path == flow.install_path and self.command == "GET":
                answer = flow.handle_installation(BoltRequest(body=body, query=parts.query, headers=headers))
            elif flow is not None and parts.path == flow.redirect_uri_path and self.command == "GET":
                answer = flow.handle_callback(BoltRequest(body=body, query=parts.query, headers=headers))
            else:
                answer = app.dispatch(BoltRequest(body=body, query=parts.query, headers=headers))
            text = answer.body.encode()
            self.send_response(answer.status)
            for name, value in answer.first_headers().items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *arguments: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/slack/events"
    finally:
        server.shutdown()
        server.server_close()
