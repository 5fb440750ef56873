"""The ways from the app to the local Slack: the Web API, response URLs, the consent page."""
