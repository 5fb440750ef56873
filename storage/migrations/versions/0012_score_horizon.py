"""A workspace may say within how many days a lead has to convert to count for its scores."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.add_column("workspace", sa.Column("score_horizon_days", sa.Integer(), nullable=True))
