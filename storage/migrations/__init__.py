"""The migrations of the schema, oldest first; a test keeps the list equal to the files in `versions`."""

REVISIONS = ("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008", "0009", "0010", "0011", "0012", "0013")
NEWEST = REVISIONS[-1]
