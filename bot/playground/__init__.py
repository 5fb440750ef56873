"""A Slack of one's own on this machine: what the bot is tested against and, in a browser, played with."""
