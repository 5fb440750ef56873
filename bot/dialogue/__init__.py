"""A line that a person said, answered."""
