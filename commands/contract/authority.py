"""Who may change a workspace: administrators, one at a time."""

from __future__ import annotations

from commands.contract.context import Context
from commands.contract.errors import CommandError
from storage.people import staff
from storage.people.visibility import CONSOLE
from storage.tables import Workspace
from storage.workspaces import workspace_vocabulary

MOST_NAMED = 3


def refuse_non_administrators(context: Context) -> None:
    """Raise CommandError, with whom to ask, unless the asker is an administrator or the console."""
    # Asked of the database: another administrator may have taken the role away since this request began.
    if context.asker.id != CONSOLE and context.asker.id not in _load_administrators(context):
        raise CommandError(f"Only an administrator can change that. {_whom_to_ask(context)}")


def lock_workspace_as_admin(context: Context) -> Workspace:
    """Lock the workspace until the transaction ends and return it.

    CommandError, with whom to ask, for anybody but an administrator.
    """
    # Asked first without the lock, so that nobody but an administrator ever takes it; and again under it, because
    # while this request waited another one may have taken the role away.
    refuse_non_administrators(context)
    workspace = workspace_vocabulary.lock_workspace(context.scope.session, context.scope.workspace_id)
    refuse_non_administrators(context)
    return workspace


def _load_administrators(context: Context) -> dict[int, str]:
    return staff.list_administrators(context.scope.session, context.scope.workspace_id)


def _whom_to_ask(context: Context) -> str:
    names = list(_load_administrators(context).values())[:MOST_NAMED]
    return f"Ask {' or '.join(names)}." if names else "There is none yet: name one at the console."
