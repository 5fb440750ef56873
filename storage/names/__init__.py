"""Finding records and people by words of their names, and columns of files by what exports call them."""
