"""Names are found in plain letters: what was folded before is folded anew, by storage/upkeep/folded_names.py."""

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Change no table: letters are folded in Python, after the last step."""
