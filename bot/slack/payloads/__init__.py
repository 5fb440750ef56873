"""What Slack sends, and what it gives back of ours, as typed values."""
