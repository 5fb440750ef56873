"""Everyone's leads are listed and counted from an index: by score, by band, and by how far the score moved."""

from alembic import op

revision = "0017"
down_revision = "0016"

BY_SCORE = ["workspace_id", "lifecycle", "score", "band", "status_id", "source", "last_touch_at", "created_at"]
# Read backwards such an index gives the highest first and what has none last, as lists want it. On SQLite it does so
# by itself, which knows no words for it.
FIRST = {"score": "NULLS FIRST", "movement": "NULLS FIRST"}


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        name = op.f("ix_lead_workspace_id_lifecycle_score")
        op.drop_index(name, "lead")
        op.create_index(name, "lead", BY_SCORE, postgresql_ops=FIRST)
    for column in ("band", "movement"):
        op.create_index(
            op.f(f"ix_lead_workspace_id_lifecycle_{column}"),
            "lead",
            ["workspace_id", "lifecycle", column, "score"],
            postgresql_ops=FIRST,
        )
