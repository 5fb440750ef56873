"""Who am I, where is my socket, which team is this, and tokens for installations."""

from __future__ import annotations

import math

from bot.playground.methods.method_call import ApiRequest, Method
from bot.playground.workspace.api_refusal import Refusal
from bot.playground.workspace.app_installing import install_app, rotate_tokens
from bot.playground.workspace.app_settings import LocalInstallation
from bot.playground.workspace.slack_state import Json

# In seconds: a code of the OAuth flow is good for ten minutes, and once.
CODE_LIVES = 600.0


def test_token(asked: ApiRequest) -> Json:
    # An app-level token belongs to no team.
    if asked.installed is None:
        return {"app_id": asked.world.app.app_id, "app_name": asked.world.app.name}
    team = asked.world.teams[asked.installation.team_id]
    bot = asked.world.users[asked.installation.bot_user]
    return {
        "url": f"{asked.base_url}/",
        "team": team.name,
        "user": bot.name,
        "team_id": team.id,
        "user_id": bot.id,
        "bot_id": asked.installation.bot_id,
        "is_enterprise_install": False,
    }


def connections_open(asked: ApiRequest) -> Json:
    ticket = asked.world.new_id("ticket-")
    asked.world.tickets.add(ticket)
    return {"url": f"{asked.base_url.replace('http', 'ws', 1)}/link/?ticket={ticket}&app_id={asked.world.app.app_id}"}


def team_info(asked: ApiRequest) -> Json:
    team = asked.world.teams.get(asked.text_argument("team") or asked.installation.team_id)
    if team is None or team.id != asked.installation.team_id:
        raise Refusal("team_not_found")
    return {"team": {"id": team.id, "name": team.name, "domain": team.domain, "email_domain": "", "icon": {}}}


def grant_access(asked: ApiRequest) -> Json:
    app = asked.world.app
    if asked.text_argument("client_id") != app.client_id:
        raise Refusal("invalid_client_id")
    if asked.text_argument("client_secret") != app.client_secret:
        raise Refusal("bad_client_secret")
    if asked.text_argument("grant_type") == "refresh_token":
        return _refresh_access(asked)
    grant = asked.world.grants.get(asked.text_argument("code") or "")
    if grant is None or asked.world.now - grant.issued > CODE_LIVES:
        raise Refusal("invalid_code")
    if grant.used:
        raise Refusal("code_already_used")
    if asked.text_argument("redirect_uri") != grant.redirect_uri:
        raise Refusal("bad_redirect_uri")
    grant.used = True
    installed = install_app(asked.world, grant.team_id, grant.scopes)
    return {"authed_user": {"id": grant.user}, **_token_response(asked, installed)}


def _refresh_access(asked: ApiRequest) -> Json:
    installed = rotate_tokens(asked.world, asked.text_argument("refresh_token") or "")
    if installed is None:
        raise Refusal("invalid_refresh_token")
    return _token_response(asked, installed)


def _token_response(asked: ApiRequest, installed: LocalInstallation) -> Json:
    team = asked.world.teams[installed.team_id]
    granted: Json = {
        "app_id": asked.world.app.app_id,
        "scope": ",".join(sorted(installed.scopes or ())),
        "token_type": "bot",
        "access_token": installed.bot_token,
        "bot_user_id": installed.bot_user,
        "team": {"id": team.id, "name": team.name},
        "enterprise": None,
        "is_enterprise_install": False,
    }
    if installed.expires_at is not None:
        granted["refresh_token"] = installed.refresh_token
        granted["expires_in"] = math.ceil(installed.expires_at - asked.world.now)
    return granted


def revoke_token(asked: ApiRequest) -> Json:
    asked.installation.revoked = True
    return {"revoked": True}


METHODS = {
    "api.test": Method(lambda asked: {"args": asked.arguments}, token="none", tier=100),
    "auth.test": Method(test_token, token="any"),
    "apps.connections.open": Method(connections_open, token="app", scope="connections:write", tier=50),
    "auth.revoke": Method(revoke_token),
    "oauth.v2.access": Method(grant_access, token="none"),
    "team.info": Method(team_info, scope="team:read", tier=50),
}
