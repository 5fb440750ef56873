"""Asking the server that runs the model: as a stream, within a budget, and not at all while it fails."""
