"""Cut points that one process changes are those by which every other one answers."""

from __future__ import annotations

from sqlalchemy import update

from commands import BY_VERB
from commands.contract.context import WorkspaceDefaults
from commands.dispatching.dispatcher import Dispatcher
from commands.dispatching.request import Origin, Request
from storage.database.doors import Database
from storage.people.visibility import CONSOLE
from storage.tables import Lead, Workspace
from tests.storage.scores.conftest import NOW, Ground


def test_every_process_answers_by_the_cut_points_in_use(ground: Ground) -> None:
    ground.open(40)
    ground.run()
    other = Database(ground.database.url.render_as_string(hide_password=False))
    elsewhere = Dispatcher(other, BY_VERB, WorkspaceDefaults())

    def says() -> str:
        asked = Request(1, CONSOLE, "test", NOW, "t")
        return " ".join(elsewhere.dispatch(asked, "explain_term", {"term": "hot"}, Origin.TYPED).notes)

    def in_use() -> str:
        with ground.database.begin_read() as session:
            kept = session.get_one(Workspace, 1)
            return f"hot begins at {kept.hot_from} and warm at {kept.warm_from}"

    before = in_use()
    assert before in says()

    with ground.database.begin_write() as session:
        session.execute(update(Lead).values(budget="90000", timeframe="asap"))
    ground.run()

    assert in_use() != before
    assert in_use() in says()
    other.close()
