"""Touches are found by who made them."""

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_index(
        op.f("ix_activity_workspace_id_owner_id_at"), "activity", ["workspace_id", "owner_id", "at", "kind"]
    )
