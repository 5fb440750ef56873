"""Installing the app into Slack teams: manifest, consent page, tokens and their renewal."""
