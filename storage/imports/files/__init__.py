"""What a person gave, opened: encodings, CSV, JSON, the table in it, rejected rows."""
