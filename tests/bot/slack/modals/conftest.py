"""A dispatcher with everything that has a form."""

from __future__ import annotations

import pytest

from commands import BY_VERB, FORM_ONLY
from commands.contract.context import WorkspaceDefaults
from commands.dispatching.dispatcher import Dispatcher
from tests.company import Company


@pytest.fixture
def dispatcher(company: Company) -> Dispatcher:
    everything = BY_VERB | {kind.verb(): kind for kind in FORM_ONLY}
    return Dispatcher(company.database, everything, WorkspaceDefaults())
