"""Words and lines for records, changes, figures and reasons, shared by all replies."""
