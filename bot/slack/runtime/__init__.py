"""What the listeners and the workers of one process share."""
