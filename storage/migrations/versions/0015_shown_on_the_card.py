"""A proposal keeps the fingerprint of what its card showed. What waited until now is shown anew."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Put the column in the place of `versions`; an empty one fits no card, so an older yes is told to look again."""
    with op.batch_alter_table("confirmation") as table:
        table.add_column(sa.Column("shown", sa.String(length=40), server_default="", nullable=False))
        table.drop_column("versions")
