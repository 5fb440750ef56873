"""Who may change a workspace, and one at a time."""

from __future__ import annotations

from commands.context import Context
from commands.errors import CommandError
from storage import staff, workspaces
from storage.access import CONSOLE
from storage.tables import Workspace

MOST_NAMED = 3


def administrator(context: Context) -> Workspace:
    """The workspace, held until the transaction ends. CommandError with whom to ask where the asker may not."""
    if context.asker.is_admin:
        workspace = workspaces.locked(context.scope.session, context.scope.workspace_id)
        # Another administrator may have taken the role away while this one waited for the workspace.
        if context.asker.id == CONSOLE or context.asker.id in _administrators(context):
            return workspace
    raise CommandError(f"Only an administrator can change that. {_whom_to_ask(context)}")


def _administrators(context: Context) -> dict[int, str]:
    return staff.administrators(context.scope.session, context.scope.workspace_id)


def _whom_to_ask(context: Context) -> str:
    names = list(_administrators(context).values())[:MOST_NAMED]
    return f"Ask {' or '.join(names)}." if names else "There is none yet: name one at the console."
