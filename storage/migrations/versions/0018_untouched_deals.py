"""Everyone's untouched deals are found and summed from an index, and whom nobody talked to lately from another."""

from alembic import op

revision = "0018"
down_revision = "0017"

# What the sum of untouched deals adds up, and how they are ordered; not whose they are, so that nobody's own are looked
# for among everyone's.
SHOWN = ["created_at", "contact_id", "amount", "close_date", "currency", "probability"]


def upgrade() -> None:
    op.create_index(
        op.f("ix_opportunity_workspace_id_state_last_touch_at"),
        "opportunity",
        ["workspace_id", "state", "last_touch_at", *SHOWN],
    )
    op.create_index(op.f("ix_contact_workspace_id_last_touch_at"), "contact", ["workspace_id", "last_touch_at"])
