"""A team's member puts the app into their Slack."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from pydantic import SecretStr
from sqlalchemy import func, select, update
from typer.testing import CliRunner, Result

from bot.playground.web_api.api_faults import answers_error, drops_connection
from bot.settings import Settings
from bot.shell.program import app
from bot.slack.installation.oauth import OAuthTrouble, oauth_from_settings
from bot.slack.operations.doctor_teams import examine_teams
from bot.slack.teams.token_encryption import KeyTrouble, TokenCipher
from storage.database.doors import Database
from storage.slack import app_installations
from storage.slack.app_installations import TokenRewrite
from storage.tables import AuditEntry, Installation, OAuthState, Rep, Workspace
from tests.bot.slack.many_teams_house import KEY, House, get, state_of


@pytest.fixture
def house(sqlite_database: Database) -> Iterator[House]:
    with House(sqlite_database) as made:
        yield made


@pytest.fixture
def any_house(database: Database) -> Iterator[House]:
    with House(database) as made:
        yield made


def count(house: House, table: type) -> int:
    with house.database.begin_read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_the_first_install_makes_a_workspace_and_its_administrator(any_house: House) -> None:
    team, ada = any_house.team("Acme")
    page = any_house.installs(ada)

    assert page.status == 200
    assert "Leadlight is in Acme" in page.text
    assert "administrator" in page.text
    with any_house.database.begin_read() as session:
        workspace = any_house.workspace(team)
        (rep,) = session.scalars(select(Rep).where(Rep.workspace_id == workspace.id))
        commands = session.scalars(select(AuditEntry.command).where(AuditEntry.workspace_id == workspace.id)).all()
        assert (workspace.name, rep.name, rep.role, rep.slack_user_id) == ("Acme", "Ada Boss", "admin", ada.id)
    assert commands == ["install"]
    assert "No open leads yet" in ada.says("my leads").text


def test_who_installs_it_is_welcomed_at_once(house: House) -> None:
    _, ada = house.team("Acme")
    house.installs(ada)
    house.installs(ada)
    house.until(ada.visible_messages)
    ada.opens_messages_tab()

    (welcome,) = ada.visible_messages()
    assert welcome.text.startswith("Hello Ada, I am Leadlight")


def test_a_workspace_that_was_there_is_never_given_to_a_team_that_installs(house: House) -> None:
    _, ada = house.team("Acme")
    house.installs(ada)

    with house.database.begin_read() as session:
        assert next(iter(session.scalars(select(Workspace.slack_team_id).order_by(Workspace.id)))) is None


def test_tokens_are_sealed(house: House) -> None:
    team, ada = house.team("Acme")
    house.installs(ada)
    token = house.slack.world.find_installation(team.id).bot_token
    kept = house.installation(team)

    assert kept.bot_token is not None
    assert token not in kept.bot_token
    assert house.oauth.cipher.decrypt(kept.bot_token) == token
    assert token not in repr(house.teams.find_team(team.id)) + repr(house.oauth)


def test_a_second_install_replaces_the_token_and_makes_nobody_administrator(house: House) -> None:
    team, ada = house.team("Acme")
    house.installs(ada)
    before = house.installation(team)
    mo = house.slack.add_person("Mo Member", "mo@acme.example", team=team)

    page = house.installs(mo)

    assert page.status == 200
    assert "administrator" not in page.text
    after = house.installation(team)
    assert after.id == before.id
    assert house.oauth.cipher.decrypt(str(after.bot_token)) == house.slack.world.find_installation(team.id).bot_token
    assert (count(house, Rep), count(house, Installation)) == (1, 1)
    assert "No open leads yet" in ada.says("my leads").text


def test_the_way_to_slack_names_the_app_its_scopes_and_a_state_bound_to_the_browser(house: House) -> None:
    begun = get(f"{house.url}/slack/install")

    assert begun.status == 302
    assert begun.location.startswith(f"{house.slack.url}/oauth/v2/authorize?client_id=100.200&scope=app_mentions")
    assert f"leadlight_state={state_of(begun)}" in begun.cookie
    for each in ("Secure", "HttpOnly", "samesite=lax", "Max-Age=600", "Path=/slack"):
        assert each.lower() in begun.cookie.lower()


def test_slacks_own_consent_page_leads_back(house: House) -> None:
    house.team("Acme")
    begun = get(f"{house.url}/slack/install")
    page = get(get(begun.location).location, begun.cookie)

    assert "Leadlight is in Acme" in page.text


def test_a_state_is_good_once(house: House) -> None:
    _, ada = house.team("Acme")
    begun = get(f"{house.url}/slack/install")
    first, second = house.back(ada, state_of(begun)), house.back(ada, state_of(begun))

    assert [get(each, begun.cookie).status for each in (first, first, second)] == [200, 400, 400]


def test_a_state_is_good_for_ten_minutes_and_then_forgotten(house: House) -> None:
    _, ada = house.team("Acme")
    begun = get(f"{house.url}/slack/install")
    house.wait(minutes=10)

    page = get(house.back(ada, state_of(begun)), begun.cookie)
    assert (page.status, count(house, Installation)) == (400, 0)
    get(f"{house.url}/slack/install")
    assert count(house, OAuthState) == 1


@pytest.mark.parametrize("cookie", ["", "leadlight_state=", "leadlight_state=ä", "leadlight_state=other"])
def test_a_state_of_another_browser_installs_nothing(house: House, cookie: str) -> None:
    _, ada = house.team("Acme")
    begun = get(f"{house.url}/slack/install")

    assert get(house.back(ada, state_of(begun)), cookie.encode("utf-8").decode("latin-1")).status == 400
    assert not house.slack.ledger.list_calls("oauth.v2.access")
    assert count(house, Workspace) == 1


def test_whoever_does_not_agree_installs_nothing(house: House) -> None:
    house.team("Acme")
    house.slack.consent.denies = True
    begun = get(f"{house.url}/slack/install")
    page = get(get(begun.location).location, begun.cookie)

    assert (page.status, "did not agree" in page.text) == (400, True)
    assert count(house, Installation) == 0


def test_a_guest_cannot_install_and_the_token_does_not_live_on(house: House) -> None:
    team, guest = house.team("Acme", is_restricted=True)

    page = house.installs(guest)

    assert (page.status, "full member" in page.text) == (400, True)
    assert (count(house, Installation), count(house, Workspace)) == (0, 1)
    assert house.slack.world.find_installation(team.id).revoked


@pytest.mark.parametrize("method", ["oauth.v2.access", "users.info"])
@pytest.mark.parametrize("fault", [answers_error("internal_error"), drops_connection(after=True)])
def test_a_slack_that_fails_leaves_nothing_behind_and_says_so(house: House, method: str, fault: object) -> None:
    _, ada = house.team("Acme")
    for _ in range(3):
        house.slack.faults.plan_fault(method, fault)  # type: ignore[arg-type]

    page = house.installs(ada)

    assert page.status == 400
    assert "nothing was installed" in page.text
    assert (count(house, Installation), count(house, Workspace)) == (0, 1)


def test_what_slack_says_cannot_make_markup(house: House) -> None:
    _, ada = house.team("<b>Acme</b> & Sons")

    assert "<b>Acme" not in house.installs(ada).text


def test_a_code_and_a_state_are_not_logged(house: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG", "leadlight")
    team, ada = house.team("Acme")
    begun = get(f"{house.url}/slack/install")
    back = house.back(ada, state_of(begun))
    get(back, begun.cookie)

    token = house.slack.world.find_installation(team.id).bot_token
    assert not any(each in caplog.text for each in (state_of(begun), token, house.slack.app.client_secret))


def test_half_of_the_settings_are_refused_with_what_to_do() -> None:
    def said(**given: str) -> str:
        with pytest.raises(OAuthTrouble) as caught:
            oauth_from_settings(Settings(_env_file=None, **given))
        return str(caught.value)

    assert "SLACK_CLIENT_SECRET" in said(slack_client_id="1.2")
    assert "ENCRYPTION_KEY" in said(slack_client_id="1.2", slack_client_secret="s")
    assert "token_urlsafe" in said(slack_client_id="1.2", slack_client_secret="s", encryption_key="short")
    assert "ENCRYPTION_KEY_OLD" in said(
        slack_client_id="1.2", slack_client_secret="s", encryption_key="x" * 32, encryption_key_old="short"
    )
    assert oauth_from_settings(Settings(_env_file=None)) is None


@pytest.mark.parametrize("key", ["x" * 32, "cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4="])
def test_a_seal_opens_what_the_same_key_closed(key: str) -> None:
    assert TokenCipher(key).decrypt(TokenCipher(key).encrypt("xoxb-1")) == "xoxb-1"
    with pytest.raises(KeyTrouble):
        TokenCipher("another key of the same kind, long enough").decrypt(TokenCipher(key).encrypt("xoxb-1"))


def test_a_new_key_takes_over_from_the_old_one_while_the_bot_serves(
    any_house: House,
) -> None:
    def find_old_key(settings: Settings) -> str:
        return {each.about: each.words for each in examine_teams(settings, any_house.database)}.get("old key", "")

    def run_reencrypt(**changed: str) -> Result:
        url = any_house.database.url.render_as_string(hide_password=False)
        own = {"SLACK_CLIENT_ID": any_house.settings.slack_client_id, "SLACK_CLIENT_SECRET": "s", "DATABASE_URL": url}
        return CliRunner(env={**own, **changed}).invoke(app, ["db", "reencrypt"])

    def read_token(cipher: TokenCipher) -> str:
        return cipher.decrypt(any_house.installation(team).bot_token or "")

    new = "a fresh passphrase of more than 32 characters"
    team, ada = any_house.team("Acme")
    any_house.installs(ada)
    both = any_house.settings.model_copy(
        update={"encryption_key": SecretStr(new), "encryption_key_old": SecretStr(KEY)}
    )
    oauth = oauth_from_settings(both)
    assert oauth is not None
    token = read_token(oauth.cipher)
    assert token == any_house.slack.world.find_installation(team.id).bot_token
    assert "leadlight db reencrypt" in find_old_key(both)

    nobodys = run_reencrypt(ENCRYPTION_KEY=new)
    assert (nobodys.exit_code, team.id in nobodys.output) == (1, True)
    done = run_reencrypt(ENCRYPTION_KEY=new, ENCRYPTION_KEY_OLD=KEY)
    assert (done.exit_code, done.stdout) == (0, "Teams whose tokens are now encrypted with ENCRYPTION_KEY: 1.\n")

    assert read_token(TokenCipher(new)) == token
    assert "empty it" in find_old_key(both)
    with pytest.raises(KeyTrouble):
        read_token(TokenCipher(KEY))


def test_tokens_that_are_being_renewed_keep_their_key_for_the_moment(any_house: House) -> None:
    new = TokenCipher("a fresh passphrase of more than 32 characters", KEY)
    team, ada = any_house.team("Acme")
    any_house.installs(ada)
    now = any_house.now()

    def rewrite(until: datetime | None) -> TokenRewrite:
        with any_house.database.begin_write() as session:
            session.execute(update(Installation).values(refresh_lease_until=until))
        with any_house.database.begin_write() as session:
            return app_installations.rewrite_tokens(session, new.reencrypt, now)

    assert rewrite(now + timedelta(minutes=1)).being_renewed == [team.id]
    assert not new.is_current(any_house.installation(team).bot_token or "")
    assert rewrite(now + timedelta(minutes=50)).rewritten == [team.id]
    assert new.is_current(any_house.installation(team).bot_token or "")


def test_doctor_says_what_is_wrong_and_which_teams_there_are(house: House) -> None:
    def found(**changed: object) -> dict[str, tuple[bool, str]]:
        settings = house.settings.model_copy(update=changed)
        return {each.about: (each.well, each.words) for each in examine_teams(settings, house.database)}

    team, ada = house.team("Acme")
    assert found()["Slack teams"] == (True, "none has installed the app yet")
    house.installs(ada)

    assert found()["many workspaces"][0]
    assert found()["Slack teams"] == (True, "1 installed; their tokens open with ENCRYPTION_KEY")
    assert found()["workspaces"] == (True, "Acme is --workspace 2")
    assert "SLACK_CLIENT_ID" in found(slack_client_id="1.2")["many workspaces"][1]
    assert found(slack_client_secret=SecretStr("s"))["many workspaces"] == (
        False, "Slack refuses SLACK_CLIENT_SECRET; copy it anew",
    )  # fmt: skip
    assert "ENCRYPTION_KEY" in found(encryption_key=None)["many workspaces"][1]
    other = found(encryption_key=SecretStr("another key, of more than 32 characters"))["Slack teams"]
    assert (other[0], team.id in other[1]) == (False, True)
    house.slack.uninstall_from(team)
    house.until(lambda: house.installation(team).removed_at is not None)
    assert team.id in found()["teams that left"][1]
