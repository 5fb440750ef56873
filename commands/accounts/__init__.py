"""Contacts and accounts: adding a person, and changing what is known of them."""
