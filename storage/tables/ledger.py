"""What was changed, what waits for a yes, and what a thread is about."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base, InWorkspace, Numbered
from storage.tables.column_types import Key, UtcDateTime


class AuditEntry(Numbered, InWorkspace, Base):
    """One carried out command: who, when, from where. Rows are only ever added; a trigger refuses the rest."""

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
    """One field of one record, before and after as people read it, and raw as the column held it.

    A record that came or went has the field `record`.
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
    """A proposed call that waits for its person's yes, or for a choice. Used once, for fifteen minutes."""

    __tablename__ = "confirmation"
    __table_args__ = (Index("ix_confirmation_workspace_id_rep_id", "workspace_id", "rep_id", "thread"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    rep_id: Mapped[int] = mapped_column(Key)
    thread: Mapped[str] = mapped_column(String(120))
    command: Mapped[str] = mapped_column(String(60))
    arguments: Mapped[dict[str, Any]] = mapped_column()
    versions: Mapped[dict[str, Any]] = mapped_column()
    origin: Mapped[str] = mapped_column(String(20))
    choices: Mapped[list[Any] | None] = mapped_column()
    field: Mapped[str | None] = mapped_column(String(60))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[str | None] = mapped_column(String(20))
    # The key of the request that used it, so that a repeated run of that request has the same answer.
    used_by: Mapped[str | None] = mapped_column(String(120))


class Focus(Base):
    """What a thread last showed to a person: records in order, and the call that showed them."""

    __tablename__ = "focus"
    __table_args__ = (Index("ix_focus_updated_at", "updated_at"),)

    workspace_id: Mapped[int] = mapped_column(Key, ForeignKey("workspace.id", ondelete="CASCADE"), primary_key=True)

    rep_id: Mapped[int] = mapped_column(Key, primary_key=True)
    thread: Mapped[str] = mapped_column(String(120), primary_key=True)
    records: Mapped[list[Any]] = mapped_column()
    command: Mapped[str | None] = mapped_column(String(60))
    arguments: Mapped[dict[str, Any] | None] = mapped_column()
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ImportedRow(Numbered, InWorkspace, Base):
    """The cells of a row as last imported: a rep's later edit stays until the file itself changes that cell."""

    __tablename__ = "imported_row"
    __table_args__ = (
        Index("uq_imported_row_workspace_id_kind_key", "workspace_id", "kind", "key", unique=True),
        Index("ix_imported_row_record", "kind", "record_id"),
        {"sqlite_autoincrement": True},
    )

    kind: Mapped[str] = mapped_column(String(12))
    key: Mapped[str] = mapped_column(String(300))
    record_id: Mapped[int] = mapped_column(Key)
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
