"""Telling what was done from what was taken back."""

from __future__ import annotations

from typing import Any

from sqlalchemy import exists
from sqlalchemy.orm import aliased

from storage.database.expressions import skip_index
from storage.tables import AuditEntry

# Built once: an alias takes longer to make than most queries take to run.
_undo = aliased(AuditEntry)
# Nearly every entry took nothing back: to look for these by the index of `undoes_id` would be to read them all.
STANDS: tuple[Any, Any] = (
    skip_index(AuditEntry.undoes_id).is_(None),
    ~exists().where(_undo.undoes_id == AuditEntry.id),
)
"""The conditions of an entry that counts: it took nothing back, and nobody took it back."""
