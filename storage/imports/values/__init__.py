"""One cell read: text, dates, numbers, ids, known words."""
