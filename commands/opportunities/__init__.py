"""Opportunities: listing, changing, pipeline, forecast and statistics."""
