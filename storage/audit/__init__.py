"""The audit log: what happened with records, and changes taken back."""
