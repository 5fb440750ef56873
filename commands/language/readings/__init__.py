"""How likely each command is, with which arguments, and how far to trust that."""
