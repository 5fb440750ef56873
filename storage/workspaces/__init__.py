"""A workspace's own words and settings."""
