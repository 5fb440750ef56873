"""What the bot does by the clock: digests, alerts, scores."""
