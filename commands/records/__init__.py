"""One record on a card, and changes taken back."""
