"""What happened and what is still to be done: activities, changes, follow-ups."""
