"""Telling what was done from what was taken back."""

from __future__ import annotations

from typing import Any

from sqlalchemy import exists
from sqlalchemy.orm import aliased

from storage.tables import AuditEntry

# Built once: an alias takes longer to make than most queries take to run.
_undo = aliased(AuditEntry)
STANDS: tuple[Any, Any] = (AuditEntry.undoes_id.is_(None), ~exists().where(_undo.undoes_id == AuditEntry.id))
"""The conditions of an entry that counts: it took nothing back, and nobody took it back."""
