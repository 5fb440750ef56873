"""Talk: the turns of a thread for a day, what a language model has used, what reps thought of answers."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "turn",
        sa.Column("rep_id", NUMBER, nullable=False),
        sa.Column("thread", sa.String(length=120), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("calls", sa.JSON(), nullable=False),
        sa.Column("records", sa.JSON(), nullable=False),
        *_own("turn"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_turn_workspace_id_rep_id_thread", "turn", ["workspace_id", "rep_id", "thread"])
    op.create_index("ix_turn_at", "turn", ["at"])
    op.create_table(
        "model_usage",
        sa.Column("workspace_id", NUMBER, nullable=False),
        sa.Column("rep_id", NUMBER, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("model", sa.String(length=120), nullable=False),
        sa.Column("rounds", sa.Integer(), nullable=False),
        sa.Column("tokens_in", sa.BigInteger(), nullable=False),
        sa.Column("tokens_out", sa.BigInteger(), nullable=False),
        sa.Column("cost", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_model_usage_workspace_id_workspace"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("workspace_id", "rep_id", "day", "model", name=op.f("pk_model_usage")),
    )
    op.create_index("ix_model_usage_workspace_id_day", "model_usage", ["workspace_id", "day"])
    op.create_table(
        "vote",
        sa.Column("rep_id", NUMBER, nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("good", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("understood_by", sa.String(length=20), nullable=True),
        sa.Column("command", sa.String(length=60), nullable=True),
        sa.Column("model", sa.String(length=120), nullable=True),
        *_own("vote"),
        sqlite_autoincrement=True,
    )
    op.create_index("uq_vote_workspace_id_rep_id_key", "vote", ["workspace_id", "rep_id", "key"], unique=True)


def _own(table: str) -> tuple[sa.Column[Any] | sa.Constraint, ...]:
    """A number and a workspace."""
    return (
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("workspace_id", NUMBER, nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f(f"fk_{table}_workspace_id_workspace"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
