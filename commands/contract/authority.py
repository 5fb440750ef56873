"""Who may change a workspace, and one at a time."""

from __future__ import annotations

from commands.contract.context import Context
from commands.contract.errors import CommandError
from storage.people import staff
from storage.people.visibility import CONSOLE
from storage.tables import Workspace
from storage.workspaces import workspace_vocabulary

MOST_NAMED = 3


def refuse_others(context: Context) -> None:
    """CommandError with whom to ask where the asker is no administrator."""
    # Asked of the database: another administrator may have taken the role away since this request began.
    if context.asker.id != CONSOLE and context.asker.id not in _administrators(context):
        raise CommandError(f"Only an administrator can change that. {_whom_to_ask(context)}")


def administrator(context: Context) -> Workspace:
    """The workspace, held until the transaction ends. CommandError with whom to ask where the asker may not."""
    refuse_others(context)
    workspace = workspace_vocabulary.locked(context.scope.session, context.scope.workspace_id)
    refuse_others(context)
    return workspace


def _administrators(context: Context) -> dict[int, str]:
    return staff.administrators(context.scope.session, context.scope.workspace_id)


def _whom_to_ask(context: Context) -> str:
    names = list(_administrators(context).values())[:MOST_NAMED]
    return f"Ask {' or '.join(names)}." if names else "There is none yet: name one at the console."
