"""Orders and reports: what a sentence would have changed."""
