"""Work that is due by the clock: digests, alerts, scores."""
