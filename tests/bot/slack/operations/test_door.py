"""The door over real sockets: whatever comes, strangers leave no trace, and nothing ends in a 5xx or a traceback."""

from __future__ import annotations

import http.client
import socket
import time
from collections import Counter

import pytest

from bot.slack.operations import signed_request, timed_connection
from storage.tables import Inbox
from tests.bot.slack.office import Office
from tests.bot.slack.operations.door_payloads import make_bodies
from tests.bot.slack.operations.test_http import ask, message, signed


class Caller:
    """Sends requests over one connection that is kept open."""

    def __init__(self, office: Office) -> None:
        self._connection = http.client.HTTPConnection(office.url.removeprefix("http://"), timeout=20)

    def post(self, body: bytes, headers: dict[str, str]) -> int:
        try:
            return self._post_once(body, headers)
        except (http.client.HTTPException, ConnectionError):
            # The server may close a connection that was idle.
            self._connection.close()
            return self._post_once(body, headers)

    def _post_once(self, body: bytes, headers: dict[str, str]) -> int:
        self._connection.request("POST", "/slack/events", body, headers)
        answer = self._connection.getresponse()
        answer.read()
        return answer.status


def knock(office: Office, seed: int, count: int) -> Counter[str]:
    """Send each body unsigned, or with a wrong signature, and signed; count the answers."""
    nora = office.person("nora")
    caller, found = Caller(office), Counter[str]()
    for number, (kind, body) in enumerate(make_bodies(seed, count, office.slack.team.id, nora.id, nora.dm.id)):
        right = signed(office, body) | {"Content-Type": kind}
        name, value = (
            ("X-Slack-Signature", "v0=" + "0" * 64), ("X-Slack-Signature", ""), ("X-Slack-Request-Timestamp", ""),
            ("X-Slack-Request-Timestamp", str(int(time.time()) - 400)), ("X-Slack-Request-Timestamp", "1e9"),
        )[number % 5]  # fmt: skip
        found[f"unsigned {caller.post(body, {**right, name: value})}"] += 1
    assert not +office.states(Inbox), "something of a stranger's was kept"
    for kind, body in make_bodies(seed, count, office.slack.team.id, nora.id, nora.dm.id):
        status = caller.post(body, signed(office, body) | {"Content-Type": kind})
        found[f"signed {status}"] += 1
        assert status < 500, (status, kind, body[:2_000])
    office.until(lambda: office.states(Inbox).keys() <= {"done", "dead"}, 600)
    return found


def test_hundreds_of_damaged_payloads_leave_no_trace(http_office: Office, caplog: pytest.LogCaptureFixture) -> None:
    found = knock(http_office, seed=1, count=150)

    assert found["unsigned 401"] == 150
    assert found["signed 200"] > 10
    assert [each.getMessage() for each in caplog.records if each.exc_info] == []
    assert http_office.health.find_trouble() == []


@pytest.mark.slow
def test_twenty_thousand_damaged_payloads_leave_no_trace(
    http_office: Office, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    found = knock(http_office, seed=2, count=20_000)

    with capsys.disabled():
        print("", *sorted(found.items()), sep="\n")  # noqa: T201
    assert found["unsigned 401"] == 20_000
    assert [each.getMessage() for each in caplog.records if each.exc_info] == []
    assert http_office.health.find_trouble() == []


def test_two_signatures_are_none(http_office: Office) -> None:
    body = message(http_office, "my leads")
    lines = [f"{name}: {value}" for name, value in signed(http_office, body).items()]
    head = "\r\n".join(["POST /slack/events HTTP/1.1", "Host: x", *lines, lines[-1], f"Content-Length: {len(body)}"])
    with socket.create_connection(("127.0.0.1", int(http_office.url.rpartition(":")[2])), 10) as made:
        made.sendall(head.encode() + b"\r\n\r\n" + body)

        assert made.recv(100).startswith(b"HTTP/1.1 401")
    assert http_office.open_rows() == 0


def test_slow_strangers_are_let_go_and_keep_nobody_waiting(
    http_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signed_request, "BODY_SECONDS", 1.0)
    monkeypatch.setattr(timed_connection, "REQUEST_SECONDS", 2.0)
    claimed = "\r\n".join(f"{name}: {value}" for name, value in signed(http_office, b"").items())
    starts = (
        "POST /slack/ev",
        f"POST /slack/events HTTP/1.1\r\nHost: x\r\n{claimed}\r\nContent-Length: 900000\r\n\r\n{{",
        "POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\n\r\n{",
    )
    port = int(http_office.url.rpartition(":")[2])
    slow = [socket.create_connection(("127.0.0.1", port), 10) for _ in range(36)]
    for number, each in enumerate(slow):
        each.sendall(starts[number % 3].encode())
    nora = http_office.person("nora")

    for _ in range(5):
        body = message(http_office, "hi").replace(b'"1.1"', f'"{time.time()}"'.encode())
        began = time.monotonic()
        assert ask(http_office, body, **signed(http_office, body))[0] == 200
        assert time.monotonic() - began < 3
        assert nora.uses_command("/leads", "").text
    said = []
    for each in slow:
        parts = list(iter(lambda each=each: each.recv(4_096), b""))
        said.append(b"".join(parts)[9:12].decode())
        each.close()

    assert Counter(said) == {"": 12, "408": 12, "401": 12}
