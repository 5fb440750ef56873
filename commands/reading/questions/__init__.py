"""Questions: what a sentence wants to see."""
