"""The people of a workspace, and what each may see."""
