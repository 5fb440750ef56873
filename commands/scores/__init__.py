"""Explaining a score, and saying that it is wrong."""
