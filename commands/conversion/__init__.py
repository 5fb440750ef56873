"""Converting a lead into a contact, an account and an opportunity."""
