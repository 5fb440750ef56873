"""What each argument of a command could be in a sentence."""
