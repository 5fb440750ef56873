"""Slack's requests over HTTP: verified first, limited, and never answered with a stack trace."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
import urllib.error
import urllib.parse
import urllib.request

import pytest

from tests.bot.slack.office import Office


def ask(office: Office, body: bytes, **headers: str) -> tuple[int, str]:
    """POST to the request URL as it is."""
    request = urllib.request.Request(f"{office.url}/slack/events", body, headers)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def signed(office: Office, body: bytes, at: float | None = None, secret: str | None = None) -> dict[str, str]:
    """The headers of Slack's signature."""
    stamp = str(int(at if at is not None else time.time()))
    base = b"v0:" + stamp.encode() + b":" + body
    made = hmac.new((secret or office.slack.signing_secret).encode(), base, hashlib.sha256).hexdigest()
    return {
        "Content-Type": "application/json",
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": f"v0={made}",
    }


def message(office: Office, text: str) -> bytes:
    nora = office.person("nora")
    event = {
        "type": "message", "channel_type": "im", "channel": nora.dm.id, "user": nora.id, "text": text, "ts": "1.1",
    }  # fmt: skip
    return json.dumps(
        {"type": "event_callback", "team_id": office.slack.team.id, "event_id": "Ev1", "event": event}
    ).encode()


def test_what_is_not_signed_or_signed_wrongly_is_refused_and_not_kept(http_office: Office) -> None:
    body = message(http_office, "my leads")
    now = time.time()

    statuses = [
        ask(http_office, body)[0],
        ask(http_office, body, **signed(http_office, body, secret="wrong"))[0],
        ask(http_office, body, **signed(http_office, body, at=now - 400))[0],
        ask(http_office, body, **{**signed(http_office, body), "X-Slack-Request-Timestamp": "soon"})[0],
        ask(http_office, body, **{**signed(http_office, body), "X-Slack-Request-Timestamp": "²"})[0],
        ask(http_office, body, **{**signed(http_office, body), "X-Slack-Request-Timestamp": ""})[0],
        ask(http_office, body, **{**signed(http_office, body), "X-Slack-Signature": "v0=é"})[0],
        ask(http_office, body + b" ", **signed(http_office, body))[0],
    ]

    assert statuses == [401] * 8
    assert http_office.open_rows() == 0
    assert not http_office.slack.ledger.list_calls("chat.postMessage")


def test_the_same_request_replayed_is_answered_once(http_office: Office) -> None:
    body = message(http_office, "my hot leads")
    headers = signed(http_office, body)

    assert [ask(http_office, body, **headers)[0] for _ in range(3)] == [200] * 3
    http_office.until(lambda: http_office.slack.ledger.list_calls("chat.postMessage") and http_office.open_rows() == 0)

    assert len(http_office.slack.ledger.list_calls("chat.postMessage")) == 1


@pytest.mark.parametrize("length", [1_000_001, 5_000_000])
def test_a_body_over_a_megabyte_is_refused(http_office: Office, length: int) -> None:
    body = b"x" * length

    assert ask(http_office, body, **signed(http_office, body))[0] == 413


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"\xff\xfe", b"payload=%7B", b"payload=[]", b'{"type":1}'])
def test_a_signed_body_of_nonsense_is_answered_without_a_trace(http_office: Office, body: bytes) -> None:
    status, text = ask(http_office, body, **signed(http_office, body))

    assert status in (200, 400, 401, 404)
    assert "Traceback" not in text
    assert http_office.health.find_trouble() == []


@pytest.mark.parametrize("body", [b"{", b"payload=%7B", b'{"type":"event_callback","authorizations":3}'])
def test_unsigned_nonsense_leaves_no_trace_in_the_log(
    http_office: Office, body: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    assert ask(http_office, body)[0] in (400, 401)
    assert not any(each.exc_info for each in caplog.records)


def test_the_url_is_verified(http_office: Office) -> None:
    assert http_office.slack.verify_request_url()


def test_the_old_certificate_check_is_answered_where_it_is_slacks(http_office: Office) -> None:
    body = urllib.parse.urlencode({"ssl_check": "1", "token": "x"}).encode()
    form = {"Content-Type": "application/x-www-form-urlencoded"}

    assert ask(http_office, body, **{**signed(http_office, body), **form})[0] == 200
    assert ask(http_office, body, **form) == (401, "")


def test_an_event_nobody_waits_for_is_acknowledged(http_office: Office) -> None:
    body = json.dumps(
        {
            "type": "event_callback",
            "team_id": http_office.slack.team.id,
            "event_id": "Ev2",
            "event": {"type": "channel_rename", "channel": {"id": "C1"}},
        }
    ).encode()

    assert ask(http_office, body, **signed(http_office, body))[0] == 200


def test_a_team_that_never_installed_the_app_is_kept_out(http_office: Office) -> None:
    body = message(http_office, "my leads").replace(http_office.slack.team.id.encode(), b"T0ELSEWHERE")

    assert ask(http_office, body, **signed(http_office, body))[0] == 403
    assert http_office.open_rows() == 0
    assert not http_office.slack.ledger.list_calls("chat.postMessage")
