"""An office for each test: the company, a local Slack, the bot between them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.bot.slack.office import Office
from tests.company import Company


@pytest.fixture(params=["http", "socket"])
def office(request: pytest.FixtureRequest, sqlite_company: Company) -> Iterator[Office]:
    """The bot over signed HTTP and over Socket Mode."""
    with Office(sqlite_company, over=request.param) as made:
        yield made


@pytest.fixture
def http_office(sqlite_company: Company) -> Iterator[Office]:
    """The bot over signed HTTP."""
    with Office(sqlite_company) as made:
        yield made


@pytest.fixture
def any_office(company: Company) -> Iterator[Office]:
    """The bot over signed HTTP, on SQLite and on PostgreSQL."""
    with Office(company) as made:
        yield made
