"""The migrations of the schema, oldest first; a test keeps the list equal to the files in `versions`."""

REVISIONS = tuple(f"{number:04}" for number in range(1, 19))
NEWEST = REVISIONS[-1]
