"""The bot works with the rights that docs/security.md, "Least rights in PostgreSQL", gives it, and with no more."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from commands import BY_VERB
from commands.contract.context import WorkspaceDefaults
from commands.dispatching.dispatcher import Dispatcher
from storage.database.doors import Database
from storage.upkeep.retention import delete_expired
from storage.upkeep.upgrade import refuse_schema_drift
from tests.company import Company
from tests.desk import Desk
from tests.postgres_server import on_postgresql

PAGE = Path(__file__).parents[3] / "docs" / "security.md"


@on_postgresql
def test_the_bot_does_its_work_with_the_rights_of_the_page_and_no_more(company: Company) -> None:
    (granted,) = re.findall(r"```sql\n(.*?)```", PAGE.read_text(), flags=re.DOTALL)
    with company.database.engine.begin() as connection:
        connection.exec_driver_sql(granted)
    bot = Database(company.database.url.set(username="leadlight_bot").render_as_string(hide_password=False))
    try:
        refuse_schema_drift(bot)
        nora = Desk(Dispatcher(bot, BY_VERB, WorkspaceDefaults()), company, "nora")

        assert nora.types("set_lead_status jane roe status=contacted").state == "done"
        assert nora.confirm(nora.says("convert jane roe")).state == "done"
        assert nora.types("undo").state == "done"
        delete_expired(bot, company.now)

        for forbidden in (
            "UPDATE audit_entry SET command = 'x'",
            "UPDATE audit_entry SET id = id + 1",
            "DELETE FROM change",
            "UPDATE alembic_version SET version_num = '0001'",
            "ALTER TABLE lead ADD COLUMN x integer",
            "DROP TABLE lead",
            "CREATE TABLE x (y integer)",
        ):
            with (
                pytest.raises(DBAPIError, match=r"permission denied|must be owner|append-only"),
                bot.engine.begin() as own,
            ):
                own.execute(text(forbidden))
    finally:
        bot.close()
        with company.database.engine.begin() as connection:
            connection.execute(text("DROP OWNED BY leadlight_bot"))
            connection.execute(text("DROP ROLE leadlight_bot"))
