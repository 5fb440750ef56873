"""The ways from the local Slack to the app: signed requests, sockets, retries."""
