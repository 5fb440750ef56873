"""What Slack sends and gives back, as typed values."""
