"""What a morning's digest tells, and which ones were made and sent."""
