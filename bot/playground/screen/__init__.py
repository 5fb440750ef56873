"""What stands before a person: messages, modals, Home, and how forms are filled in."""
