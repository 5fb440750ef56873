"""Accounts, contacts, activities and follow-ups; a record as one line."""
