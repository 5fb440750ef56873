"""Words of names are found by their owner: a misspelled name is compared with the asker's own."""

from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.create_index(
        op.f("ix_name_word_workspace_id_owner_id_word"), "name_word", ["workspace_id", "owner_id", "word", "kind"]
    )
