"""The conversation: what a person says, and the answer to it."""
