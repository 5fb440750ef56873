"""Reads sentences: what could be meant by each part of one, weighed by what was learned from tables of sentences."""
