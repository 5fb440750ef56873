"""Alerts: which new hot leads were told to their owners, and who does not want to hear of them."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("rep", sa.Column("tell_hot_leads", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.create_table(
        "hot_alert",
        sa.Column("rep_id", NUMBER, nullable=False),
        sa.Column("lead_id", NUMBER, nullable=False),
        sa.Column("local_date", sa.Date(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("workspace_id", NUMBER, nullable=False),
        sa.ForeignKeyConstraint(["rep_id"], ["rep.id"], name=op.f("fk_hot_alert_rep_id_rep"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name=op.f("fk_hot_alert_lead_id_lead"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_hot_alert_workspace_id_workspace"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hot_alert")),
        sqlite_autoincrement=True,
    )
    op.create_index("uq_hot_alert_lead_id", "hot_alert", ["lead_id"], unique=True)
    op.create_index("ix_hot_alert_rep_id_local_date", "hot_alert", ["rep_id", "local_date"])
