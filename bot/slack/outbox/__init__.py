"""Messages to Slack, kept first and sent once."""
