"""What the listeners and workers of one process share."""
