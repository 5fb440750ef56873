"""The terminal: who sits there, what is printed, how a verb ends."""
