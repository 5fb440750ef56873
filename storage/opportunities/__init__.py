"""Queries on opportunities, and their sums."""
