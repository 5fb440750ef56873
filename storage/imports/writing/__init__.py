"""Records written in batches, with references found or kept waiting."""
