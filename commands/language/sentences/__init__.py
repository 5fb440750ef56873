"""What stands in a sentence: its words, names, times and amounts, and the record it is about."""
