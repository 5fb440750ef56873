"""What the local Slack holds: people, conversations, messages, installations, and a record of what happened."""
