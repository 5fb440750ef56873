"""Reads values from words and formats them again: amounts, dates, times of day, counts."""
