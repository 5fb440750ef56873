"""The bot as a process: served, watched and examined."""
