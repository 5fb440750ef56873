"""Two teams in one process, the same people in both: nothing of one is seen in the other."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from bot.playground.person import LocalPerson
from bot.playground.workspace.slack_state import LocalMessage, LocalTeam
from storage.database.doors import Database
from storage.names import name_index
from storage.slack import user_bindings
from storage.tables import AuditEntry, Lead, Rep, Status
from tests.bot.slack.many_teams_house import House
from tests.company import load_company


@dataclass(frozen=True)
class Pair:
    """Acme and Globex, each with the sample company; Nora works in both."""

    house: House
    teams: tuple[LocalTeam, LocalTeam]
    noras: tuple[LocalPerson, LocalPerson]

    def lead(self, number: int, name: str) -> int:
        """The number of a lead in the first or second team's workspace."""
        with self.house.database.begin_read() as session:
            own = Lead.workspace_id == self.house.workspace(self.teams[number]).id
            found = session.scalar(select(Lead.id).where(own, Lead.name == name))
            assert found is not None
            return found

    def status(self, number: int, name: str) -> str:
        with self.house.database.begin_read() as session:
            query = select(Status.name).join(Lead, Lead.status_id == Status.id)
            found = session.scalar(query.where(Lead.id == self.lead(number, name)))
            assert found is not None
            return found

    def writes(self, number: int) -> int:
        with self.house.database.begin_read() as session:
            own = AuditEntry.workspace_id == self.house.workspace(self.teams[number]).id
            return len(session.scalars(select(AuditEntry.id).where(own, AuditEntry.rep_id.is_not(None))).all())


@pytest.fixture
def pair(sqlite_database: Database) -> Iterator[Pair]:
    with House(sqlite_database) as house:
        made = []
        for name in ("Acme", "Globex"):
            team, ada = house.team(name)
            assert house.installs(ada).status == 200
            load_company(house.database, house.workspace(team).id)
            made.append((team, house.slack.add_person("Nora Jones", nora_email(house), team=team)))
        (one, nora), (other, second_nora) = made
        yield Pair(house, (one, other), (nora, second_nora))


def nora_email(house: House) -> str:
    with house.database.begin_read() as session:
        return str(session.scalar(select(Rep.email).where(Rep.first_name == "Nora").limit(1)))


def with_value(message: LocalMessage, action_id: str, value: str) -> None:
    """Put another value behind a button, as a forged press would have it."""

    def change(node: Any) -> None:
        if isinstance(node, dict):
            if str(node.get("action_id", "")).partition(":")[0] == action_id:
                node["value"] = value
            for each in node.values():
                change(each)
        elif isinstance(node, list):
            for each in node:
                change(each)

    change(message.blocks)


def values(message: LocalMessage) -> list[str]:
    """What stands behind the buttons of a message."""

    def found(node: Any) -> Iterator[str]:
        if isinstance(node, dict):
            if node.get("type") == "button" and "value" in node:
                yield str(node["value"])
            for each in node.values():
                yield from found(each)
        elif isinstance(node, list):
            for each in node:
                yield from found(each)

    return list(found(message.blocks))


def test_the_same_person_is_another_rep_in_each_team(pair: Pair) -> None:
    for number, nora in enumerate(pair.noras):
        nora.says("mark may lin as contacted")
        nora.says("yes")
        assert pair.status(number, "May Lin") == "Contacted"
        assert [pair.writes(0), pair.writes(1)] == ([1, 0] if number == 0 else [1, 1])

    with pair.house.database.begin_read() as session:
        bound = session.execute(select(Rep.workspace_id, Rep.slack_user_id).where(Rep.first_name == "Nora")).all()
    assert len({each.workspace_id for each in bound}) == 2
    assert {each.slack_user_id for each in bound} == {each.id for each in pair.noras}


def test_each_answer_is_posted_with_the_token_of_its_team(pair: Pair) -> None:
    for team, nora in zip(pair.teams, pair.noras, strict=True):
        nora.says("my leads")
        post = pair.house.slack.ledger.list_posts()[-1]
        assert post.token == pair.house.slack.world.find_installation(team.id).bot_token
        assert post.arguments["channel"] == nora.dm.id


def test_a_confirmation_of_one_team_cannot_be_pressed_in_the_other(pair: Pair) -> None:
    nora, other = pair.noras
    card = nora.says("mark may lin as contacted").messages[0]
    forged = other.says("mark may lin as contacted").messages[0]
    (secret,) = {each for each in values(card) if not each.startswith("{")}
    for action in ("confirm", "cancel", "change"):
        with_value(forged, action, secret)

    answer = other.presses(forged, "Confirm")

    assert "no question of yours" in answer.text
    assert [pair.status(0, "May Lin"), pair.status(1, "May Lin")] == ["Open", "Open"]
    nora.presses(card, "Confirm")
    assert [pair.status(0, "May Lin"), pair.status(1, "May Lin")] == ["Contacted", "Open"]


@pytest.mark.parametrize("verb", ["show_record", "set_lead_status", "explain_score", "log_activity"])
def test_a_record_of_one_team_is_not_found_in_the_other(pair: Pair, verb: str) -> None:
    _, other = pair.noras
    theirs = name_index.format_ref("lead", pair.lead(0, "May Lin"))
    shown = other.says("who is may lin?").messages[0]
    arguments = {"set_lead_status": {"status": "Contacted"}, "log_activity": {"kind": "call", "text": "hello"}}
    call = {"c": verb, "a": {"name": theirs, **arguments.get(verb, {})}}
    with_value(shown, "open", json.dumps(call))
    with_value(shown, "call", json.dumps(call))

    answer = other.presses(shown, first_button(shown))

    assert f"called “{theirs}”" in answer.text
    assert [pair.writes(0), pair.writes(1)] == [0, 0]
    assert "May Lin" not in other.says(f"{verb} {theirs}").text


def first_button(message: LocalMessage) -> str:
    for block in message.blocks:
        for element in [*block.get("elements", []), block.get("accessory") or {}]:
            if element.get("type") == "button" and str(element.get("action_id", "")).startswith(("open", "call")):
                return str(element["action_id"])
    raise AssertionError("no button")


def test_a_user_of_one_team_is_a_stranger_in_an_event_of_the_other(pair: Pair) -> None:
    nora, other = pair.noras
    nora.says("my leads")
    event = {
        "type": "message", "channel_type": "im", "channel": other.dm.id, "user": nora.id, "text": "my leads",
        "ts": "1795000000.000100", "team": pair.teams[1].id,
    }  # fmt: skip
    posts = pair.house.slack.ledger.list_calls
    before = len(posts("chat.postMessage"))
    pair.house.slack.send_event(pair.teams[1].id, "message.im", event)
    pair.house.until(lambda: len(posts("chat.postMessage")) > before)

    said = [str(each.arguments["text"]) for each in posts("chat.postMessage")[before:]]
    assert any("members of this workspace" in each for each in said)
    assert not any("lead" in each.lower().replace("leadlight", "") for each in said)


def test_the_same_user_id_is_a_person_of_its_own_in_each_workspace(pair: Pair) -> None:
    one, two = (pair.house.workspace(each).id for each in pair.teams)
    with pair.house.database.begin_write() as session:
        for workspace_id in (one, two):
            email = nora_email(pair.house) if workspace_id == one else "dana@leadlight.example"
            user_bindings.bind_slack_user(session, workspace_id, email, "U0SAME", None, datetime.now(UTC))
        first, second = (user_bindings.find_rep_by_slack_user(session, each, "U0SAME") for each in (one, two))
        assert first is not None
        assert second is not None
        assert (first.workspace_id, second.workspace_id) == (one, two)
        assert first.name != second.name


def test_two_tabs_of_home_show_each_team_its_own(pair: Pair) -> None:
    nora, other = pair.noras
    nora.says("set jane roe's phone to +1 555 7777")
    nora.says("yes")
    for each in pair.noras:
        each.opens_home()
    assert nora.home is not None
    assert other.home is not None

    theirs = {name_index.format_ref("lead", pair.lead(0, name)) for name in ("Jane Roe", "May Lin")}
    assert not any(f'"{each}"' in json.dumps(other.home.content) for each in theirs)
