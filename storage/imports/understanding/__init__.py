"""What a sheet holds: its kind, what each column fills, how its values are written."""
