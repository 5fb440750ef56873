"""What can be asked, and what the words of the trade mean."""
