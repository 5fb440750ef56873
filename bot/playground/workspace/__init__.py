"""What the local Slack holds: people, conversations, messages, installations, what happened."""
