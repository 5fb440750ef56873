"""The audit log, proposals that wait for a yes, what threads showed last, and what imports remember."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base, InWorkspace, Numbered
from storage.tables.column_types import Key, UtcDateTime


class AuditEntry(Numbered, InWorkspace, Base):
    """One command that was carried out: who, when, from where. A trigger refuses to update or delete rows."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_workspace_id_at", "workspace_id", "at"),
        Index("ix_audit_entry_workspace_id_rep_id", "workspace_id", "rep_id"),
        Index("uq_audit_entry_undoes_id", "undoes_id", unique=True),
        Index("uq_audit_entry_workspace_id_key", "workspace_id", "key", unique=True),
        {"sqlite_autoincrement": True},
    )

    rep_id: Mapped[int | None] = mapped_column(Key)
    who: Mapped[str] = mapped_column(String(255))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    surface: Mapped[str] = mapped_column(String(40))
    command: Mapped[str] = mapped_column(String(60))
    arguments: Mapped[dict[str, Any]] = mapped_column()
    undoes_id: Mapped[int | None] = mapped_column(Key, ForeignKey("audit_entry.id"))
    key: Mapped[str | None] = mapped_column(String(120))


class Change(Numbered, InWorkspace, Base):
    """One changed field of one record: before and after as people read it, and raw as the column held it.

    For a record that was created or deleted the field is `record`.
    """

    __tablename__ = "change"
    __table_args__ = (
        Index("ix_change_entry_id", "entry_id"),
        Index("ix_change_workspace_id_kind_record_id", "workspace_id", "kind", "record_id"),
        {"sqlite_autoincrement": True},
    )

    entry_id: Mapped[int] = mapped_column(Key, ForeignKey("audit_entry.id"))
    kind: Mapped[str] = mapped_column(String(20))
    record_id: Mapped[int] = mapped_column(Key)
    name: Mapped[str] = mapped_column(String(500))
    field: Mapped[str] = mapped_column(String(60))
    before: Mapped[Any] = mapped_column(JSON)
    after: Mapped[Any] = mapped_column(JSON)
    column: Mapped[str] = mapped_column(String(60))
    raw_before: Mapped[Any] = mapped_column(JSON)
    raw_after: Mapped[Any] = mapped_column(JSON)


class Confirmation(InWorkspace, Base):
    """A proposed call that waits for its person's yes or choice. It can be used once, within fifteen minutes."""

    __tablename__ = "confirmation"
    __table_args__ = (Index("ix_confirmation_workspace_id_rep_id", "workspace_id", "rep_id", "thread"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    rep_id: Mapped[int] = mapped_column(Key)
    thread: Mapped[str] = mapped_column(String(120))
    command: Mapped[str] = mapped_column(String(60))
    arguments: Mapped[dict[str, Any]] = mapped_column()
    # Fingerprint of what its card showed; empty where it waits for a choice.
    shown: Mapped[str] = mapped_column(String(40), server_default="")
    origin: Mapped[str] = mapped_column(String(20))
    choices: Mapped[list[Any] | None] = mapped_column()
    field: Mapped[str | None] = mapped_column(String(60))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[str | None] = mapped_column(String(20))
    # The request that used it: if that request runs again, it gets the same answer.
    used_by: Mapped[str | None] = mapped_column(String(120))


class Focus(Base):
    """What a thread last showed to a person: the records in order, and the call that showed them."""

    __tablename__ = "focus"
    __table_args__ = (Index("ix_focus_updated_at", "updated_at"),)

    workspace_id: Mapped[int] = mapped_column(Key, ForeignKey("workspace.id", ondelete="CASCADE"), primary_key=True)

    rep_id: Mapped[int] = mapped_column(Key, primary_key=True)
    thread: Mapped[str] = mapped_column(String(120), primary_key=True)
    records: Mapped[list[Any]] = mapped_column()
    # The list that the one record of `records` is of: the third one is still the third of that.
    listed: Mapped[list[Any] | None] = mapped_column()
    command: Mapped[str | None] = mapped_column(String(60))
    arguments: Mapped[dict[str, Any] | None] = mapped_column()
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ImportedRow(Numbered, InWorkspace, Base):
    """The cells of a row as they were last imported."""

    __tablename__ = "imported_row"
    __table_args__ = (
        Index("uq_imported_row_workspace_id_kind_key", "workspace_id", "kind", "key", unique=True),
        Index("ix_imported_row_record", "kind", "record_id"),
        {"sqlite_autoincrement": True},
    )

    kind: Mapped[str] = mapped_column(String(12))
    key: Mapped[str] = mapped_column(String(300))
    record_id: Mapped[int] = mapped_column(Key)
    # Compared with the next import of the row: what a rep has edited stays until the file itself changes that cell.
    cells: Mapped[dict[str, Any]] = mapped_column()


class PendingReference(Numbered, InWorkspace, Base):
    """A reference in an imported row whose target has not arrived yet."""

    __tablename__ = "pending_reference"
    __table_args__ = (
        Index("uq_pending_reference_record_field", "workspace_id", "kind", "record_id", "field", unique=True),
        Index("ix_pending_reference_target", "workspace_id", "target_kind", "target_key"),
        {"sqlite_autoincrement": True},
    )

    kind: Mapped[str] = mapped_column(String(12))
    record_id: Mapped[int] = mapped_column(Key)
    field: Mapped[str] = mapped_column(String(60))
    target_kind: Mapped[str] = mapped_column(String(12))
    target_key: Mapped[str] = mapped_column(String(300))
    words: Mapped[str] = mapped_column(String(300))
