"""Queries on leads, and their conversion."""
