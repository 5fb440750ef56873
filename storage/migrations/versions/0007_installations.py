"""Installations: a team that took the app out keeps its row without tokens; one process at a time renews a token."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    with op.batch_alter_table("installation") as table:
        table.alter_column("bot_token", existing_type=sa.Text(), nullable=True)
        table.add_column(sa.Column("refresh_lease_until", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True))
