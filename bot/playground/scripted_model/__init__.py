"""A language model on 127.0.0.1 that says what it is told to: Chat Completions with streaming, and every failure."""
