"""Bolt's listeners: each hands on what came in, answers and acknowledges."""
