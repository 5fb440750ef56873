"""Which Slack team is which workspace, and which user is which rep."""
