"""The audit log: who changed what, when and from where. Rows are only ever added."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from storage.access import CONSOLE, Asker
from storage.tables import AuditEntry


def entry_for(
    asker: Asker,
    at: datetime,
    surface: str,
    command: str,
    arguments: dict[str, Any],
    *,
    undoes: int | None = None,
    key: str | None = None,
) -> AuditEntry:
    """A new entry. `key` is unique in the workspace: the second writer of the same confirmation fails."""
    return AuditEntry(
        workspace_id=asker.workspace_id,
        rep_id=None if asker.id == CONSOLE else asker.id,
        who=asker.name,
        at=at,
        surface=surface,
        command=command,
        arguments=arguments,
        undoes_id=undoes,
        key=key,
    )
