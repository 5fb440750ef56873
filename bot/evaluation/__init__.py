"""Sentences of our own, said to the sample company, to compare the phrases and language models with one another."""
