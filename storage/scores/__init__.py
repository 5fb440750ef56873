"""Scores: how likely a lead is to convert (docs/scores.md)."""
