"""One turn of the model: what it is told, which commands it calls, what it reads of them."""
