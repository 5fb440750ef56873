"""Scores: how likely a lead is to convert."""
