"""Models of scores, what reps say of them, and which scores a workspace shows."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "score_model",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("scored_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("evaluation", sa.JSON(), nullable=False),
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("workspace_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_score_model_workspace_id_workspace"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_score_model")),
        sqlite_autoincrement=True,
    )
    op.create_index("uq_score_model_workspace_id_name", "score_model", ["workspace_id", "name"], unique=True)
    op.create_table(
        "score_feedback",
        sa.Column("lead_score_id", KEY, nullable=False),
        sa.Column("lead_id", KEY, nullable=False),
        sa.Column("rep_id", KEY, nullable=False),
        sa.Column("name", sa.String(length=500), nullable=False),
        sa.Column("said", sa.String(length=500), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("workspace_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["lead_score_id"],
            ["lead_score.id"],
            name=op.f("fk_score_feedback_lead_score_id_lead_score"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["lead_id"], ["lead.id"], name=op.f("fk_score_feedback_lead_id_lead"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspace.id"],
            name=op.f("fk_score_feedback_workspace_id_workspace"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_score_feedback")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "uq_score_feedback_lead_score_id_rep_id", "score_feedback", ["lead_score_id", "rep_id"], unique=True
    )
    op.create_index("ix_score_feedback_lead_id", "score_feedback", ["lead_id"], unique=False)
    op.create_index("ix_score_feedback_workspace_id_at", "score_feedback", ["workspace_id", "at"], unique=False)
    # Columns are added in place: a new copy of a table that others refer to would take their rows along.
    op.add_column("workspace", sa.Column("scores_shown", sa.String(length=12), nullable=True))
    op.add_column("lead_score", sa.Column("shown", sa.Boolean(), server_default=sa.true(), nullable=False))
