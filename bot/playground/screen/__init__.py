"""What a person has on screen: messages, modals, the Home tab, and how forms are filled in."""
