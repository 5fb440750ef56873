"""The way of a request: checked, names resolved, confirmed, run."""
