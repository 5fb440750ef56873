"""Finding records and people by words of their names."""
