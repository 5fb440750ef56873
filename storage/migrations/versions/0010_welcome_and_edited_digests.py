"""Who was welcomed, where a digest stands in Slack to be ticked off there, and the list that a thread goes through."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.add_column("rep", sa.Column("welcomed_at", sa.DateTime(timezone=True), nullable=True))
    # Whoever is known in Slack has met the bot already.
    op.execute("UPDATE rep SET welcomed_at = created_at WHERE slack_user_id IS NOT NULL")
    op.add_column("digest_run", sa.Column("channel", sa.String(40), nullable=True))
    op.add_column("digest_run", sa.Column("posted_ts", sa.String(40), nullable=True))
    op.add_column("digest_run", sa.Column("whole", sa.JSON(), nullable=True))
    op.add_column("focus", sa.Column("listed", sa.JSON(), nullable=True))
