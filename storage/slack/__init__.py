"""What is kept for Slack: inbox and outbox, installations, users."""
