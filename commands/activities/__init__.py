"""What happened and what is to be done: activities, changes, follow-ups."""
