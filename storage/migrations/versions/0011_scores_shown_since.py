"""Workspaces remember since when they show the scores of the kind that they show."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("workspace", sa.Column("scores_shown_since", sa.DateTime(timezone=True), nullable=True))
