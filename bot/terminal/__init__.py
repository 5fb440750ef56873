"""A person at a terminal: who it is, what is printed, how a verb ends."""
