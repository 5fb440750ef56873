"""Scores explained, and disputed."""
