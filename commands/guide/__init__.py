"""Help on what can be asked, and on what the words of the trade mean."""
