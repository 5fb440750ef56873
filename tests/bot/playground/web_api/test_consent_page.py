"""Bolt's own OAuth flow against the local Slack's consent page."""

from __future__ import annotations

from pathlib import Path
from urllib.error import HTTPError
from urllib.request import HTTPCookieProcessor, Request, build_opener

from slack_bolt import App
from slack_bolt.oauth.oauth_settings import OAuthSettings
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.oauth.installation_store import FileInstallationStore
from slack_sdk.oauth.state_store import FileOAuthStateStore

from bot.playground.local_slack import LocalSlack
from bot.playground.workspace.app_settings import AppSettings
from tests.bot.playground.bolt_over_http import serving


def installing(slack: LocalSlack, folder: Path) -> App:
    settings = OAuthSettings(
        client_id=slack.app.client_id,
        client_secret=slack.app.client_secret,
        scopes=["chat:write", "commands"],
        authorization_url=f"{slack.url}/oauth/v2/authorize",
        installation_store=FileInstallationStore(base_dir=str(folder)),
        state_store=FileOAuthStateStore(expiration_seconds=60, base_dir=str(folder)),
        state_validation_enabled=True,
        install_page_rendering_enabled=False,
    )
    client = WebClient(base_url=slack.api_url)
    return App(name="test", client=client, signing_secret=slack.signing_secret, oauth_settings=settings)


def follow(app: App) -> tuple[int, str]:
    """Open the install page and go where it leads, with the cookie that goes with it."""
    with serving(app) as url:
        root = url.removesuffix("/slack/events")
        assert app.oauth_flow is not None
        app.oauth_flow.redirect_uri = f"{root}/slack/oauth_redirect"
        app.oauth_flow.settings.redirect_uri = app.oauth_flow.redirect_uri
        app.oauth_flow.settings.authorize_url_generator.redirect_uri = app.oauth_flow.redirect_uri
        opener = build_opener(_Carrying)
        try:
            with opener.open(f"{root}/slack/install", timeout=10) as answer:
                return answer.status, answer.read().decode()
        except HTTPError as error:
            return error.code, error.read().decode()


class _Carrying(HTTPCookieProcessor):
    """A browser over https would send the Secure cookie; over loopback we carry it ourselves."""

    cookie = ""

    def http_request(self, request: Request) -> Request:
        if self.cookie:
            request.add_unredirected_header("Cookie", self.cookie)
        return request

    def http_response(self, request: Request, response: object) -> object:
        given = response.headers.get("set-cookie")  # type: ignore[attr-defined]
        self.cookie = given.split(";")[0] if given else self.cookie
        return response


def test_a_team_installs_the_app_and_its_token_works(tmp_path: Path) -> None:
    with LocalSlack(installed=False) as slack:
        slack.add_person("Nora Jones")
        app = installing(slack, tmp_path)
        status, _ = follow(app)

        assert status == 200
        kept = FileInstallationStore(base_dir=str(tmp_path)).find_bot(enterprise_id=None, team_id=slack.team.id)
        assert kept is not None
        assert kept.bot_token == slack.installation.bot_token
        assert WebClient(kept.bot_token, base_url=slack.api_url).auth_test()["team_id"] == slack.team.id
        assert slack.installation.scopes == {"chat:write", "commands"}


def test_a_person_who_does_not_agree_installs_nothing(tmp_path: Path) -> None:
    with LocalSlack(installed=False) as slack:
        slack.consent.denies = True
        follow(installing(slack, tmp_path))

        assert slack.world.installations == {}
        assert slack.ledger.list_calls("oauth.v2.access") == []


def test_a_code_is_good_once_for_its_redirect_and_client() -> None:
    with LocalSlack(installed=False) as slack:
        person = slack.add_person("Nora")
        code = slack.consent.grant_code(person.user, "https://example.com/back", "chat:write")
        given = {"client_id": slack.app.client_id, "client_secret": slack.app.client_secret, "code": code}
        client = WebClient(base_url=slack.api_url)

        def told(**more: str) -> str:
            return answered(client, {**given, "redirect_uri": "https://example.com/back", **more})

        assert told(client_id="other") == "invalid_client_id"
        assert told(client_secret="wrong") == "bad_client_secret"
        assert told(redirect_uri="https://example.com/else") == "bad_redirect_uri"
        assert told(code="none") == "invalid_code"
        assert [told(), told()] == ["ok", "code_already_used"]


def answered(client: WebClient, given: dict[str, str]) -> str:
    try:
        client.api_call("oauth.v2.access", params=given)
    except SlackApiError as error:
        return str(error.response["error"])
    return "ok"


def test_a_rotated_token_ends_and_its_refresh_token_is_good_once() -> None:
    with LocalSlack(AppSettings(rotates_tokens=True)) as slack:
        client = WebClient(base_url=slack.api_url)
        old, refresh = slack.installation.bot_token, slack.installation.refresh_token
        assert refresh is not None
        given = {
            "client_id": slack.app.client_id,
            "client_secret": slack.app.client_secret,
            "grant_type": "refresh_token",
            "refresh_token": refresh,
        }
        slack.advance_clock(hours=11)

        granted = client.api_call("oauth.v2.access", params=given)

        assert (granted["expires_in"], granted["token_type"]) == (12 * 3600, "bot")
        assert answered(client, given) == "invalid_refresh_token"
        new = granted["access_token"]
        assert [known(slack, each) for each in (old, new)] == ["ok", "ok"]
        slack.advance_clock(hours=2)
        assert [known(slack, each) for each in (old, new)] == ["token_expired", "ok"]


def known(slack: LocalSlack, token: str) -> str:
    try:
        WebClient(token, base_url=slack.api_url).auth_test()
    except SlackApiError as error:
        return str(error.response["error"])
    return "ok"
