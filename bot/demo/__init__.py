"""One command to see everything."""
