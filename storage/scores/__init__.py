"""Scores: how likely a lead is to convert (DOMAIN.md section 3)."""
