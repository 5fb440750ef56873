"""Slack: which request used a confirmation, one event of a conversation after the other, installations by OAuth."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("confirmation") as table:
        table.add_column(sa.Column("used_by", sa.String(length=120), nullable=True))
    with op.batch_alter_table("rep") as table:
        table.add_column(sa.Column("slack_time_zone", sa.String(length=64), nullable=True))
    with op.batch_alter_table("inbox") as table:
        table.add_column(sa.Column("lane", sa.String(length=120), nullable=True))
    op.create_index("ix_inbox_lane", "inbox", ["lane", "id"])
    op.create_table(
        "installation",
        sa.Column("team_id", sa.String(length=40), nullable=False),
        sa.Column("bot_user_id", sa.String(length=40), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("bot_token", sa.Text(), nullable=False),
        sa.Column("refresh_token", sa.Text(), nullable=True),
        sa.Column("token_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("installed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("workspace_id", NUMBER, nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_installation_workspace_id_workspace"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_installation")),
        sqlite_autoincrement=True,
    )
    op.create_index("uq_installation_team_id", "installation", ["team_id"], unique=True)
    op.create_table(
        "oauth_state",
        sa.Column("state", sa.String(length=80), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("state", name=op.f("pk_oauth_state")),
    )
