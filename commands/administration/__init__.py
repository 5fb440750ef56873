"""What is set for the whole workspace: people, statuses and stages, guidelines, calendar, digests, scores."""
