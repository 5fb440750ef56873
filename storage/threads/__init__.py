"""What was said in threads: turns, open questions, votes, the model's usage."""
