"""What holds for every call of every command, whatever its arguments, whoever makes it.

See docs/architecture.md, "What must always hold".
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from bot.reply_object import encode_reply
from commands import BY_VERB
from commands.contract.reply import Reply, ReplyState
from commands.dispatching.dispatcher import Dispatcher
from commands.dispatching.request import Origin
from commands.wording.plain_text import render_plain_text
from storage.names import name_index
from storage.tables import Workspace
from tests.commands.any_calls import calls
from tests.commands.marked_company import RECORDS, Known, Marked
from tests.company import Company
from tests.database_contents import count, fingerprints
from tests.desk import Desk
from tests.postgres_server import on_postgresql
from tests.sqlite_files import on_sqlite

PEOPLE = ("nora", "dana", "ruth", "helen", "victor", "priya", "console")
VISIBILITIES = ("own", "team", "workspace")
in_slow_runs = partial(pytest.param, marks=pytest.mark.slow)
CHANGES_NOTHING = {
    ReplyState.REFUSED,
    ReplyState.NOT_FOUND,
    ReplyState.CHOOSE,
    ReplyState.CONFIRM,
    ReplyState.NOT_UNDERSTOOD,
    ReplyState.ERROR,
}


class Watch:
    """Sits beside the company, lets people make calls, and sees what each reply shows and changes."""

    def __init__(self, company: Company, dispatcher: Dispatcher, visibility: str) -> None:
        self.marked = Marked(company)
        self.company, self.dispatcher, self.visibility = company, dispatcher, visibility
        with company.database.begin_write() as session:
            session.execute(update(Workspace).values(visibility=visibility))
        self.seen: dict[str, set[str]] = {each: set() for each in PEOPLE}
        self.holds, self.neighbours = self._contents()
        self.done = count(company.database, "audit_entry")
        self.records = self.marked.records()

    def words(self, who: str) -> dict[str, list[str]]:
        """How a person might call records: by names, first names and ids; under `any` also those of others."""
        owners = self.marked.visible(who, self.visibility)
        found: dict[str, list[str]] = {"any": ["jane", "acme", "initech", "zqx1z", "fleet renewal", "#12", "L-01"]}
        with self.company.database.begin_read() as session:
            for kind in RECORDS:
                table = name_index.TABLES[kind]
                rows = session.execute(select(table.id, table.name, table.owner_id, table.workspace_id))
                found[kind] = []
                for number, name, owner, workspace_id in rows:
                    called = [name_index.format_ref(kind, number), f"#{number}", name, name.rsplit(" ", 1)[0]]
                    found["any"] += called
                    if workspace_id == self.company.workspace_id and (owners is None or owner in owners):
                        found[kind] += called
        return found

    def sees(self, who: str, act: Callable[[Desk], Reply], arguments: dict[str, Any]) -> Reply:
        before, held = self.records, self.holds
        reply = act(Desk(self.dispatcher, self.company, who, thread=who))
        self._changes_are_honest(reply)
        if self.holds != held:
            self.records = self.marked.records()
        self._shows_only_what_is_visible(reply, who, arguments, before, self.records)
        return reply

    def _changes_are_honest(self, reply: Reply) -> None:
        assert reply.state is not ReplyState.ERROR, reply.head
        writes = reply.command is not None and BY_VERB[reply.command].writes
        (holds, neighbours), done = self._contents(), count(self.company.database, "audit_entry")
        assert reply.state in ReplyState
        assert neighbours == self.neighbours, "the neighbour's rows were changed"
        if reply.state in CHANGES_NOTHING or not writes:
            assert holds == self.holds, f"{reply.command} changed something and answered {reply.state}"
        if reply.state is ReplyState.DONE:
            assert done == self.done + 1, "each write leaves one audit entry"
        else:
            assert holds == self.holds
            assert done == self.done
        self.holds, self.done = holds, done

    def _shows_only_what_is_visible(
        self, reply: Reply, who: str, arguments: dict[str, Any], before: dict[str, Known], after: dict[str, Known]
    ) -> None:
        for each in PEOPLE:
            self.seen[each] |= self._visible(each, before)
        allowed = self._visible(who, before) | self._visible(who, after)
        if reply.command == "undo":
            # It names what the person changed, by the name it had then, also when it went out of sight since.
            allowed |= self.seen[who]
        shown = encode_reply(reply)
        text = json.dumps(shown, default=str) + render_plain_text(reply)
        text += "".join(json.dumps(button.arguments) for button in reply.buttons)
        said = self.marked.shown(json.dumps(arguments, default=str, ensure_ascii=False))
        assert self.marked.shown(text) - said <= allowed, f"{who} reads of hidden records: {render_plain_text(reply)}"
        listed = [*shown.get("records", ()), *shown.get("choices", ()), *shown.get("change", ())]
        hidden = [each for each in listed if each["id"] in before.keys() | after.keys() and each["id"] not in allowed]
        assert hidden == [], f"{who} is shown hidden records"

    def _visible(self, who: str, records: dict[str, Known]) -> set[str]:
        """The records that a person may read of: the visible ones, and what their own fields say of others."""
        owners = self.marked.visible(who, self.visibility)
        visible = {ref: each for ref, each in records.items() if owners is None or each.owner in owners}
        return visible.keys() | {mark for each in visible.values() for mark in each.says}

    def _contents(self) -> tuple[str, str]:
        whole, parts = fingerprints(self.company.database)
        return whole, parts[self.marked.neighbour]


def any_call_by_anyone(watch: Watch, examples: int) -> None:
    """Draw calls and what people do with the answers; every rule is checked after each step."""

    @settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        # What came before has changed the company, so a shorter example would prove nothing.
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(
        said=st.one_of(*(st.tuples(st.just(who), calls(watch.words(who))) for who in PEOPLE)),
        origin=st.sampled_from([Origin.TYPED, Origin.SENTENCE]),
        then=st.sampled_from(["confirm", "confirm", "confirm twice", "cancel", "another confirms", "nothing", "undo"]),
        number=st.integers(-1, 4),
    )
    def act(said: tuple[str, tuple[str, dict[str, Any]]], origin: Origin, then: str, number: int) -> None:
        who, (verb, arguments) = said
        reply = watch.sees(who, lambda desk: desk.dispatcher.dispatch(desk.request, verb, arguments, origin), arguments)
        if reply.state is ReplyState.CHOOSE:
            reply = watch.sees(who, lambda desk: desk.choose(reply, number), arguments)
        if reply.state is ReplyState.DONE and then == "undo" and "undo" in BY_VERB:
            assert watch.sees(who, lambda desk: desk.calls("undo"), arguments).state in (
                ReplyState.DONE,
                ReplyState.REFUSED,
            )
        if reply.state is not ReplyState.CONFIRM:
            return
        card = reply
        if then == "another confirms":
            other = PEOPLE[PEOPLE.index(who) - 1]
            assert watch.sees(other, lambda desk: desk.confirm(card), arguments).state is ReplyState.NOT_FOUND
        if then.startswith("confirm"):
            assert watch.sees(who, lambda desk: desk.confirm(card), arguments).state in (
                ReplyState.DONE,
                ReplyState.REFUSED,
            )
        if then == "confirm twice":
            again = watch.sees(who, lambda desk: desk.confirm(card), arguments)
            assert again.state is not ReplyState.DONE
        if then == "cancel":
            watch.sees(who, lambda desk: desk.cancel(card), arguments)
            assert watch.sees(who, lambda desk: desk.confirm(card), arguments).state is ReplyState.REFUSED

    act()


@on_sqlite
@pytest.mark.parametrize("visibility", ["own", *map(in_slow_runs, VISIBILITIES[1:])])
def test_any_call_by_anyone_keeps_the_rules(company: Company, dispatcher: Dispatcher, visibility: str) -> None:
    any_call_by_anyone(Watch(company, dispatcher, visibility), examples=60)


@pytest.mark.slow
@on_postgresql
def test_any_call_by_anyone_keeps_the_rules_on_postgresql(company: Company, dispatcher: Dispatcher) -> None:
    any_call_by_anyone(Watch(company, dispatcher, "own"), examples=40)


@pytest.mark.slow
@pytest.mark.parametrize("visibility", VISIBILITIES)
def test_thousands_of_calls_keep_the_rules(company: Company, dispatcher: Dispatcher, visibility: str) -> None:
    any_call_by_anyone(Watch(company, dispatcher, visibility), examples=2000)
