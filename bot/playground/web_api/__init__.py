"""What the app calls of the local Slack: the Web API, response URLs, the consent page."""
