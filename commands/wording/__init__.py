"""How replies word records, changes, figures and reasons."""
