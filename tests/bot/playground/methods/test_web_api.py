"""The Web API as the real client meets it: tokens, people, conversations, messages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.playground.local_slack import LocalSlack
from bot.playground.person import LocalPerson
from bot.playground.workspace.app_settings import AppSettings


def refusal(call: Callable[..., Any], **arguments: Any) -> str:
    with pytest.raises(SlackApiError) as refused:
        call(**arguments)
    return str(refused.value.response["error"])


def test_a_token_says_who_it_is(slack: LocalSlack, client: WebClient) -> None:
    found = client.auth_test()

    assert (found["team_id"], found["user_id"]) == (slack.team.id, slack.installation.bot_user)
    assert refusal(WebClient("xoxb-unknown", base_url=slack.api_url).auth_test) == "invalid_auth"
    assert refusal(WebClient(base_url=slack.api_url).auth_test) == "not_authed"
    assert refusal(client.apps_connections_open, app_token=slack.bot_token) == "not_allowed_token_type"
    assert refusal(WebClient(slack.app_token, base_url=slack.api_url).users_list) == "not_allowed_token_type"
    assert refusal(client.api_call, api_method="chat.sing") == "unknown_method"


def test_a_scope_that_was_not_granted_is_missing() -> None:
    app = AppSettings(scopes=frozenset({"chat:write", "users:read"}))
    with LocalSlack(app) as slack:
        client = WebClient(slack.bot_token, base_url=slack.api_url)
        nora = slack.add_person("Nora Jones", "nora@example.com")

        with pytest.raises(SlackApiError) as refused:
            client.conversations_open(users=nora.id)
        assert refused.value.response["error"] == "missing_scope"
        assert refused.value.response["needed"] == "im:write"
        assert refused.value.response["provided"] == "chat:write,users:read"
        assert "email" not in client.users_info(user=nora.id)["user"]["profile"]


def test_people_are_told_apart(slack: LocalSlack, client: WebClient, nora: LocalPerson) -> None:
    guest = slack.add_person("Gus", "gus@example.com", is_restricted=True)
    gone = slack.add_person("Gone", "gone@example.com", deleted=True)
    other = slack.add_team("Other")
    stranger = slack.add_person("Stan", "stan@other.example", team=other, is_stranger=True)
    slack.add_channel("shared", nora, stranger, shared=True)

    found = client.users_info(user=nora.id)["user"]
    assert (found["tz"], found["profile"]["email"]) == ("America/New_York", "nora@example.com")
    assert client.users_info(user=guest.id)["user"]["is_restricted"]
    assert client.users_info(user=gone.id)["user"]["deleted"]
    shown = client.users_info(user=stranger.id)["user"]
    assert shown["is_stranger"]
    assert "email" not in shown["profile"]
    assert client.users_lookupByEmail(email="NORA@example.com")["user"]["id"] == nora.id
    assert refusal(client.users_lookupByEmail, email="gone@example.com") == "users_not_found"
    assert stranger.id not in [each["id"] for each in client.users_list()["members"]]
    pages = [each["id"] for page in client.users_list(limit=2) for each in page["members"]]
    assert pages == [slack.installation.bot_user, nora.id, guest.id, gone.id]


def test_a_direct_message_is_opened_once(slack: LocalSlack, client: WebClient, nora: LocalPerson) -> None:
    first = client.conversations_open(users=nora.id)
    again = client.conversations_open(users=nora.id)

    assert first["channel"]["id"] == again["channel"]["id"] == nora.dm.id
    assert again["already_open"]
    assert refusal(client.conversations_open, users=slack.installation.bot_user) == "cannot_dm_bot"
    assert refusal(client.conversations_open, users=slack.add_person("Gone", deleted=True).id) == "user_disabled"
    assert client.chat_postMessage(channel=nora.id, text="By her id")["channel"] == nora.dm.id


def test_history_has_the_roots_and_replies_the_thread(client: WebClient, nora: LocalPerson) -> None:
    root = client.chat_postMessage(
        channel=nora.dm.id, text="Digest", metadata={"event_type": "digest", "event_payload": {"key": "d1"}}
    )
    reply = client.chat_postMessage(channel=nora.dm.id, text="More", thread_ts=root["ts"])
    later = client.chat_postMessage(channel=nora.dm.id, text="Later")

    history = client.conversations_history(channel=nora.dm.id)["messages"]
    assert [each["ts"] for each in history] == [later["ts"], root["ts"]]
    assert history[1]["reply_count"] == 1
    assert "metadata" not in history[1]
    with_metadata = client.conversations_history(channel=nora.dm.id, include_all_metadata=True, latest=reply["ts"])
    assert [each["metadata"]["event_payload"] for each in with_metadata["messages"]] == [{"key": "d1"}]
    thread = client.conversations_replies(channel=nora.dm.id, ts=root["ts"])["messages"]
    assert [each["text"] for each in thread] == ["Digest", "More"]
    assert client.conversations_history(channel=nora.dm.id, oldest=later["ts"])["messages"] == []
    assert client.conversations_history(channel=nora.dm.id, oldest=later["ts"], inclusive=True)["messages"] != []
    assert client.conversations_history(channel=nora.dm.id, limit=1)["has_more"]
    assert refusal(client.conversations_replies, channel=nora.dm.id, ts="1.2") == "thread_not_found"


def test_the_bot_posts_only_where_it_is(slack: LocalSlack, client: WebClient, nora: LocalPerson) -> None:
    private = slack.add_channel("private", nora, with_app=False)
    sales = slack.add_channel("sales", nora)

    assert refusal(client.chat_postMessage, channel=private.id, text="x") == "not_in_channel"
    assert refusal(client.chat_postMessage, channel="C0", text="x") == "channel_not_found"
    assert refusal(client.chat_postEphemeral, channel=sales.id, user=slack.add_person("Eve").id, text="x") == (
        "user_not_in_channel"
    )
    assert client.conversations_info(channel=sales.id)["channel"]["is_member"]
    assert nora.id in client.conversations_members(channel=sales.id)["members"]
    sales.is_archived = True
    assert refusal(client.chat_postMessage, channel=sales.id, text="x") == "is_archived"


def test_a_message_is_changed_and_taken_away_and_the_app_hears_of_it(
    slack: LocalSlack, client: WebClient, nora: LocalPerson
) -> None:
    slack.request_url = "http://127.0.0.1:9/"
    ts = client.chat_postMessage(channel=nora.dm.id, text="One", blocks=[{"type": "divider"}])["ts"]
    client.chat_update(channel=nora.dm.id, ts=ts, text="Two")
    (message,) = nora.visible_messages()
    assert (message.text, message.blocks) == ("Two", [])
    client.chat_delete(channel=nora.dm.id, ts=ts)

    assert nora.visible_messages() == []
    subtypes = [each.payload["event"].get("subtype") for each in slack.ledger.list_deliveries("message.im")]
    assert subtypes == [None, "message_changed", "message_deleted"]
    assert refusal(client.chat_update, channel=nora.dm.id, ts=ts, text="x") == "message_not_found"
    hers = nora.says("mine", waits=False)
    assert hers.delivery is not None
    own = hers.delivery.payload["event"]["ts"]
    assert refusal(client.chat_update, channel=nora.dm.id, ts=own, text="x") == "cant_update_message"
    assert refusal(client.chat_delete, channel=nora.dm.id, ts=own) == "cant_delete_message"
    assert own.replace(".", "") in client.chat_getPermalink(channel=nora.dm.id, message_ts=own)["permalink"]
    client.reactions_add(channel=nora.dm.id, timestamp=own, name="eyes")
    assert refusal(client.reactions_add, channel=nora.dm.id, timestamp=own, name="eyes") == "already_reacted"


def test_an_agent_shows_that_it_works_names_its_session_and_suggests(
    slack: LocalSlack, client: WebClient, nora: LocalPerson
) -> None:
    nora.says("hello", waits=False)
    ts, channel = nora.visible_messages()[0].ts, nora.dm
    client.assistant_threads_setStatus(channel_id=channel.id, thread_ts=ts, status="is thinking…")
    assert channel.ensure_session(ts).line == "is thinking…"
    client.chat_postMessage(channel=channel.id, thread_ts=ts, text="Hello")
    assert channel.ensure_session(ts).line == ""
    client.agents_sessions_setStatus(channel_id=channel.id, thread_ts=ts, status="suspended", title="Hello")
    client.agents_sessions_rename(channel_id=channel.id, thread_ts=ts, title="Leads for Mon 23 Nov")
    assert (channel.ensure_session(ts).status, channel.ensure_session(ts).title) == (
        "suspended",
        "Leads for Mon 23 Nov",
    )
    prompts = [{"title": f"Prompt {number}", "message": "x"} for number in range(5)]
    client.assistant_threads_setSuggestedPrompts(channel_id=channel.id, prompts=prompts[:4])
    assert len(nora.prompts) == 4
    assert refusal(client.assistant_threads_setSuggestedPrompts, channel_id=channel.id, prompts=prompts) == (
        "invalid_arguments"
    )
    assert refusal(client.agents_sessions_setStatus, channel_id=channel.id, thread_ts=ts, status="busy") == (
        "invalid_status"
    )


def test_after_it_was_taken_out_the_app_hears_of_it_and_its_token_is_dead(
    slack: LocalSlack, client: WebClient, nora: LocalPerson
) -> None:
    slack.request_url = "http://127.0.0.1:9/"
    slack.uninstall_from()

    assert [each.name for each in slack.ledger.list_deliveries()] == ["app_uninstalled", "tokens_revoked"]
    assert refusal(client.chat_postMessage, channel=nora.dm.id, text="x") == "account_inactive"


def test_a_changed_profile_is_told(slack: LocalSlack, nora: LocalPerson) -> None:
    slack.request_url = "http://127.0.0.1:9/"
    seen = nora.changes_profile(tz="Asia/Kathmandu")

    assert seen.delivery is not None
    assert seen.delivery.payload["event"]["user"]["tz_offset"] == 20700


def test_a_call_is_kept_with_what_was_asked_and_answered(
    slack: LocalSlack, client: WebClient, nora: LocalPerson
) -> None:
    client.chat_postMessage(channel=nora.dm.id, text="x", unfurl_links=False)
    (call,) = slack.ledger.list_calls("chat.postMessage")

    assert call.arguments["unfurl_links"] is False
    assert call.token == slack.bot_token
    assert (call.ok, call.effective, call.answer["channel"]) == (True, True, nora.dm.id)
    assert call.at.utcoffset() is not None
