"""Accepted events, worked on once."""
