"""A scoring run is cut into parts, which several processes share."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "scoring_part",
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_lead", NUMBER, nullable=True),
        sa.Column("last_lead", NUMBER, nullable=True),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.Column("leads", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("unscored", sa.Integer(), nullable=False),
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("workspace_id", NUMBER, nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_scoring_part_workspace_id_workspace"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scoring_part")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_scoring_part_workspace_id_done", "scoring_part", ["workspace_id", "done"])
