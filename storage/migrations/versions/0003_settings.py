"""Settings: cut points given by hand, and whether a quiet day is told of."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    # Columns are added in place: a new copy of a table that others refer to would take their rows along.
    for name in ("bands_given", "tell_quiet_days"):
        op.add_column("workspace", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("rep", sa.Column("tell_quiet_days", sa.Boolean(), nullable=True))
