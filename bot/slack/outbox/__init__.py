"""Messages to Slack: stored first, then sent once."""
