"""Bolt's listeners: each acknowledges, hands on and answers."""
