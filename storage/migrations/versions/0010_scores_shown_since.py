"""Workspaces remember since when they show the scores of the kind that they show."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.add_column("workspace", sa.Column("scores_shown_since", sa.DateTime(timezone=True), nullable=True))
