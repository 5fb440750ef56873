"""The outside world: Slack, the language model, the clock, the shell."""
