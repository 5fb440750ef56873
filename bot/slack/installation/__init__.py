"""Putting the app into a team: manifest, consent page, tokens and their renewal."""
